"""Sums on their way into a script: which key gets what added, with equal lists sent only once.

An article in three channels stands on eighteen boards and gets the same count on nearly all of them, so members, deltas
and picks are lists that the sums refer to by index (from 1, as Lua counts).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Vector = Mapping[str, float]
"""Article id -> what is added."""


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
    picks: dict[tuple[int, ...], int] = field(default_factory=dict)

    def add_counts(self, key: str, deltas: Vector) -> None:
        """Add to a hash of counts, by article."""
        if deltas:
            self.counts.append(self._operation(key, deltas))

    def add_boards(self, key: str, deltas: Vector, others: Mapping[str, Sequence[int] | None]) -> None:
        """Add to the scores of articles that all stand on the board `key`.

        Some of them stand on `others` too, where their scores are the same: those at these places of `deltas`, counted
        from 1, or all of them (None).
        """
        operation = self._operation(key, deltas)
        for other, picks in others.items():
            operation += [self.places(other), self._picks(picks)]
        self.boards.append(operation)

    def request(self) -> dict[str, Any]:
        """The sums as prelude.lua reads them."""
        return {
            "members": list(self.members),
            "deltas": list(self.deltas),
            "picks": list(self.picks),
            "counts": self.counts,
            "boards": self.boards,
        }

    def _operation(self, key: str, deltas: Vector) -> list[int]:
        members = self.members.setdefault(tuple(deltas), len(self.members) + 1)
        values = self.deltas.setdefault(tuple(deltas.values()), len(self.deltas) + 1)
        return [self.places(key), members, values]

    def _picks(self, picks: Sequence[int] | None) -> int:
        return 0 if picks is None else self.picks.setdefault(tuple(picks), len(self.picks) + 1)
