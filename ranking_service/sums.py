"""Sums on their way into a script: which key gets what added, with equal lists sent only once.

An article in three channels stands on eighteen boards and gets the same count on nearly all of them, so members and
deltas are lists that the sums refer to by index (from 1, as Lua counts).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Places:
    """Keys and their places in a script's KEYS."""

    def __init__(self, *fixed: str) -> None:
        self._places = {key: place for place, key in enumerate(fixed, start=1)}

    def __call__(self, key: str) -> int:
        """The place of a key, a new one when it has none."""
        return self._places.setdefault(key, len(self._places) + 1)

    @property
    def keys(self) -> list[str]:
        """All keys in the order of their places."""
        return list(self._places)


@dataclass
class Sums:
    """The sums of one script call."""

    places: Places
    counts: list[list[int]] = field(default_factory=list)
    boards: list[list[int]] = field(default_factory=list)
    members: dict[tuple[str, ...], int] = field(default_factory=dict)
    deltas: dict[tuple[float, ...], int] = field(default_factory=dict)

    def add_counts(self, key: str, deltas: Mapping[str, float]) -> None:
        """Add to a hash of counts, by article."""
        if deltas:
            self.counts.append(self._operation(key, deltas))

    def add_board(self, key: str, deltas: Mapping[str, float]) -> None:
        """Add to a board's scores, by article."""
        if deltas:
            self.boards.append(self._operation(key, deltas))

    def request(self) -> dict[str, Any]:
        """The sums as prelude.lua reads them."""
        return {
            "members": list(self.members),
            "deltas": list(self.deltas),
            "counts": self.counts,
            "boards": self.boards,
        }

    def _operation(self, key: str, deltas: Mapping[str, float]) -> list[int]:
        members = self.members.setdefault(tuple(deltas), len(self.members) + 1)
        values = self.deltas.setdefault(tuple(deltas.values()), len(self.deltas) + 1)
        return [self.places(key), members, values]
