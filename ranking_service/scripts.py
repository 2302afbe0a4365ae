"""The scripts that change a partition, each one atomic step behind a compared version."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ranking_service.flight import Flight
from shared.store import Script, Store

FOLDER = Path(__file__).parent / "lua"


class Scripts:
    """Every script of the boards; each call answers whether it was let in."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._apply = Script(store, FOLDER, "prelude", "apply")
        self._retire = Script(store, FOLDER, "prelude", "retire")
        self._move = Script(store, FOLDER, "prelude", "move")
        self._swap = Script(store, FOLDER, "prelude", "swap")
        self.rank = Script(store, FOLDER, "rank")

    def apply(self, keys: list[str], version: int, packed: bytes, poison: Sequence[bytes] = ()) -> bool:
        """Put a chunk of a folded slice on the boards; `poison` is what each of the request's dead letters held."""
        return bool(self._apply(keys, [version, packed, *poison]))

    def applying(self) -> Flight:
        """A flight of chunks, of which each expects the version after the one before."""
        return Flight(self._store, self._apply)

    def retire(self, keys: list[str], version: int, request: dict[str, Any]) -> bool:
        """Take a chunk of a slot off a window."""
        return _run(self._retire, keys, version, request)

    def move(self, keys: list[str], version: int, request: dict[str, Any]) -> bool:
        """Move articles between channels."""
        return _run(self._move, keys, version, request)

    def swap(self, keys: list[str], version: int, request: dict[str, Any]) -> bool:
        """Put keys filled aside in their place."""
        return _run(self._swap, keys, version, request)


def pack(request: dict[str, Any]) -> bytes:
    """A request as the scripts read it."""
    return msgspec.msgpack.encode(request)


def _run(script: Script, keys: list[str], version: int, request: dict[str, Any]) -> bool:
    return bool(script(keys, [version, pack(request)]))
