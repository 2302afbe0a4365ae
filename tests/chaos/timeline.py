"""The timeline of a run: what was acknowledged and refused second by second, and when something was killed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tests.chaos.journal import Journal


@dataclass(frozen=True)
class Timeline:
    """Counts of each second since the beginning, and the kills with their seconds."""

    taken: list[int]
    refused: list[int]
    kills: list[tuple[float, str]]

    @classmethod
    def of(cls, journal: Journal, kills: Sequence[tuple[float, str]], began: float) -> Self:
        """The timeline of what a journal holds since a time of the monotonic clock."""
        entries = journal.entries(since=began)
        seconds = int(max((entry.at for entry in entries), default=began) - began) + 1
        taken, refused = [0] * seconds, [0] * seconds
        for entry in entries:
            counts = taken if 0 < entry.status < 500 else refused
            counts[int(entry.at - began)] += 1
        return cls(taken, refused, [(round(at - began, 2), part) for at, part in kills])
