"""The tally of a replay: what became of the lines, and the table that says so at its end."""

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comments_service.replay.selection import LeftOut, Reason
from comments_service.replay.target import BatchAnswer

NAMED_CRAWLERS = 10
NAMED_MALFORMED = 20


@dataclass
class Tally:
    """Counts of one run. lines = sent + left out; sent = accepted + repeated + unknown."""

    lines: int = 0
    sent: int = 0
    accepted: int = 0
    repeated: int = 0
    registered: int = 0
    left_out: Counter[Reason] = field(default_factory=Counter)
    crawlers: Counter[str] = field(default_factory=Counter)
    malformed: list[tuple[int, str]] = field(default_factory=list)
    """The first malformed lines: number and reason."""

    @property
    def unknown(self) -> int:
        """Clicks on articles that the system does not know."""
        return self.sent - self.accepted - self.repeated

    def leave_out(self, line: int, left_out: LeftOut) -> None:
        """Count a line that is not sent."""
        self.lines += 1
        self.left_out[left_out.reason] += 1
        if left_out.reason is Reason.CRAWLER:
            self.crawlers[left_out.detail] += 1
        if left_out.reason is Reason.MALFORMED and len(self.malformed) < NAMED_MALFORMED:
            self.malformed.append((line, left_out.detail))

    def settle(self, clicks: int, answer: BatchAnswer) -> None:
        """Count the clicks of a batch by its answer."""
        self.lines += clicks
        self.sent += clicks
        self.accepted += answer.accepted
        self.repeated += answer.repeated

    def print(self, console: Console) -> None:
        """Print the malformed lines that are kept by number, then the table."""
        for line, reason in self.malformed:
            console.print(f"Line {line:,} is malformed: {reason}.", markup=False, highlight=False)
        if self.left_out[Reason.MALFORMED] > len(self.malformed):
            console.print(f"… {self.left_out[Reason.MALFORMED] - len(self.malformed):,} more malformed lines")
        table = Table(box=None, show_header=False)
        table.add_column(justify="left")
        table.add_column(justify="right")
        for label, count in self._rows():
            table.add_row(Text(label), f"{count:,}")
        console.print(table)

    def _rows(self) -> list[tuple[str, int]]:
        rows = [
            ("lines read", self.lines),
            ("sent", self.sent),
            ("  accepted", self.accepted),
            ("  repeated by their visitor", self.repeated),
            ("  of unknown articles", self.unknown),
            ("left out", self.left_out.total()),
        ]
        rows += [(f"  {reason}", self.left_out[reason]) for reason in Reason]
        named = self.crawlers.most_common(NAMED_CRAWLERS)
        place = len(rows) - 1  # behind the crawlers' sum, before what lies in the future
        rows[place:place] = [(f"    {name}", count) for name, count in named]
        others = self.crawlers.total() - sum(count for _, count in named)
        if others:
            rows.insert(place + len(named), ("    others", others))
        return [*rows, ("articles registered", self.registered)]
