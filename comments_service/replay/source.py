"""The file of a replay: plain or gzip, or standard input; its lines with their numbers and offsets."""

import gzip
import sys
import tempfile
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, cast

from comments_service.replay.access_log import LONGEST_LINE_BYTES, LogLine, parse_line
from comments_service.replay.errors import ReplayStopped

GZIP_MAGIC = b"\x1f\x8b"
LINES_AT_THE_END = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two lines: how many lines stand before it, and how many (unpacked) bytes."""

    line: int = 0
    offset: int = 0


class Source:
    """An open log file. `name` is for people; `size` in bytes as stored, `read_bytes()` how many of them were read."""

    def __init__(self, name: str, stored: BinaryIO) -> None:
        self.name = name
        self._stored = stored
        self.size = stored.seek(0, 2)
        stored.seek(0)
        packed = stored.read(2) == GZIP_MAGIC
        stored.seek(0)
        self._lines = cast(BinaryIO, gzip.GzipFile(fileobj=stored)) if packed else stored

    def read_bytes(self) -> int:
        """How far the stored file has been read."""
        return self._stored.tell()

    def lines(self, start: Place) -> Iterator[tuple[bytes, Place]]:
        """Every line behind `start` with the place behind it; one that is too long comes cut, but counts once."""
        number, offset = start.line, self._seek(start.offset)
        while raw := self._readline():
            number += 1
            offset += len(raw)
            rest = raw
            while len(rest) > LONGEST_LINE_BYTES and not rest.endswith(b"\n"):
                rest = self._readline()
                offset += len(rest)
            yield raw, Place(number, offset)

    def first_line_hash(self) -> bytes:
        """What this file is known by: its first line names a time, an address and a page, and stays when it grows."""
        first = next(self.lines(Place()), (b"", Place()))[0]
        return blake2b(first, digest_size=16).digest()

    def last_time_ms(self) -> int | None:
        """The latest time among the last 1,000 lines; None without any.

        Servers write a line when a request ends, some with the time at which it began: the very last line may be
        minutes older than the lines above it.
        """
        tail = deque((raw for raw, _ in self.lines(Place())), maxlen=LINES_AT_THE_END)
        parsed = (parse_line(raw) for raw in tail)
        return max((line.time_ms for line in parsed if isinstance(line, LogLine)), default=None)

    def _seek(self, offset: int) -> int:
        with self._damage_as_sentence():
            if self._lines.seek(offset) == offset and (offset == 0 or self._stored_reaches(offset)):
                return offset
        raise ReplayStopped(f"{self.name} is shorter than what was sent of it before: --restart begins anew.")

    def _stored_reaches(self, offset: int) -> bool:
        return self._lines is not self._stored or offset <= self.size

    def _readline(self) -> bytes:
        with self._damage_as_sentence():
            return self._lines.readline(LONGEST_LINE_BYTES + 1)

    @contextmanager
    def _damage_as_sentence(self) -> Iterator[None]:
        try:
            yield
        except (OSError, EOFError, zlib.error) as error:
            raise ReplayStopped(f"{self.name} cannot be read any further: {error}.") from error


@contextmanager
def open_source(path: str) -> Iterator[Source]:
    """Open a log file; `-` is standard input. What has no end to seek is copied to a temporary file first."""
    with ExitStack() as stack:
        try:
            stored = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
            if path == "-" or not stored.seekable():
                spool = stack.enter_context(tempfile.TemporaryFile())
                copyfileobj(stored, spool)
                stored = spool
        except OSError as error:
            raise ReplayStopped(f"{path} cannot be read: {error.strerror}.") from error
        yield Source("standard input" if path == "-" else Path(path).name, cast(BinaryIO, stored))
