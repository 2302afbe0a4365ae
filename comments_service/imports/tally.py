"""What became of the rows of an import, and every row that was left out or moved, with its reason."""

from collections import Counter
from collections.abc import Callable

from comments_service.status import Status


class Tally:
    """Counts; `tell` gets one line for every row that did not come as it was."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self.rows = 0
        self.imported: Counter[Status] = Counter()
        self.articles = 0
        self.registered = 0
        self.repeated = 0
        self.moved = 0
        self.stored: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()

    def leave_out(self, number: int, source_id: str, reason: str) -> None:
        """A row that is not imported."""
        self.left_out[reason] += 1
        self._tell(f"row {number} ({_shown(source_id)}) is left out: {reason}")

    def move(self, number: int, source_id: str, parent: str | None) -> None:
        """A reply whose parent is not imported."""
        self.moved += 1
        place = "stands at the top" if parent is None else f"answers {_shown(parent)}"
        self._tell(f"row {number} ({_shown(source_id)}) {place}: what it answered is not imported")

    def table_lines(self, *, is_dry_run: bool) -> list[str]:
        """The summary of an import of our own export."""
        verb = "would be imported" if is_dry_run else "imported"
        lines = [f"{count:,} rows of {name} {verb}." for name, count in self.stored.items() if count]
        if self.repeated:
            lines.append(f"{self.repeated:,} rows were there.")
        return lines + self._left_out_lines()

    def lines(self, *, is_dry_run: bool) -> list[str]:
        """The summary."""
        verb = "would be imported" if is_dry_run else "imported"
        states = ", ".join(f"{count:,} {status}" for status, count in sorted(self.imported.items()))
        total = f"{self.imported.total():,} of {self.rows:,} comments {verb}"
        lines = [f"{total} ({states}) under {self.articles:,} articles." if states else f"{total}."]
        if self.registered:
            lines.append(f"{self.registered:,} articles {'would be ' if is_dry_run else ''}registered.")
        if self.repeated:
            lines.append(f"{self.repeated:,} were imported before.")
        if self.moved:
            lines.append(f"{self.moved:,} replies moved up, since what they answered is not imported.")
        return lines + self._left_out_lines()

    def _left_out_lines(self) -> list[str]:
        return [f"{count:,} left out: {reason}." for reason, count in self.left_out.most_common()]


def _shown(source_id: str) -> str:
    """An id that can write nothing but itself into a terminal or a log."""
    return "".join(c if c.isprintable() else "?" for c in source_id) or "no id"
