"""A tally: what became of a batch's clicks, summed up append by append."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress

from shared.appends import Outcome
from shared.offers import SentColumns, VisitorClick

APPENDED = ord(Outcome.APPENDED)


@dataclass(frozen=True)
class Receipt:
    """What became of a batch: clicks accepted, visitors' clicks repeated, the articles that are unknown."""

    accepted: int
    repeated: int
    unknown: list[str]


@dataclass
class Tally:
    """Clicks accepted and repeated so far, and the articles that were unknown."""

    accepted: int = 0
    repeated: int = 0
    unknown: set[str] = field(default_factory=set)

    def add_sent(self, sent: SentColumns, letters: bytes) -> None:
        """Add what became of sent clicks, a letter a line."""
        is_known = [letter == APPENDED for letter in letters]
        self.accepted += sum(compress(sent.counts, is_known))
        self.unknown.update(set(sent.articles).difference(compress(sent.articles, is_known)))

    def add_visits(self, visits: Sequence[VisitorClick], outcomes: Sequence[Outcome]) -> None:
        """Add what became of visitors' clicks."""
        self.accepted += outcomes.count(Outcome.APPENDED)
        self.repeated += outcomes.count(Outcome.REPEATED)
        self.unknown.update(
            visit.article_id for visit, outcome in zip(visits, outcomes, strict=True) if outcome is Outcome.UNKNOWN
        )

    def receipt(self) -> Receipt:
        """The answer to the batch."""
        return Receipt(self.accepted, self.repeated, sorted(self.unknown))
