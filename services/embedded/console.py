"""The console: every process's lines under its name and colour, as honcho prints them."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TextIO

from honcho.colour import get_colours
from honcho.printer import Message, Printer


class Console:
    """Writes to a terminal, a file or a pipe, until nobody reads it any more."""

    def __init__(self, names: Iterable[str], output: TextIO = sys.stdout) -> None:
        self._output = output
        self._colours = dict(zip(names, get_colours(), strict=False))
        self._printer = Printer(output, width=max(map(len, self._colours)))
        self.is_open = True

    def write(self, name: str, lines: Iterable[bytes]) -> None:
        """Print lines of a process."""
        for line in lines:
            self._print(name, line)

    def say(self, text: str) -> None:
        """Print a line of our own."""
        self._print("redian", text)

    def show(self, text: str) -> None:
        """Print text as it is, to be read and copied."""
        self._attempt(lambda: print(text, file=self._output, flush=True))

    def _print(self, name: str, data: bytes | str) -> None:
        now = datetime.now().astimezone()
        message = Message(type="line", data=data, time=now, name=name, colour=self._colours.get(name))
        self._attempt(lambda: self._printer.write(message))

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError:
            # The terminal was closed or the reader of the pipe has gone.
            self.is_open = False
