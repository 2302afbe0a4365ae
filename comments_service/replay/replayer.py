"""The replayer: lines in, batches out, the position behind each of them; the order of the lines is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from comments_service.pages import FoundArticle
from comments_service.replay.position import Position
from comments_service.replay.selection import LeftOut, Selected, Selection
from comments_service.replay.source import Place, Source
from comments_service.replay.tally import Tally
from comments_service.replay.target import BatchAnswer, Target
from shared.clock import Clock

CLICKS_PER_BATCH = 5_000
LINES_PER_BATCH = 50_000
"""A batch ends here however few clicks it holds, so that the position moves through a log without any."""


@dataclass(frozen=True)
class Registration:
    """How unknown articles are made known: under which site, in which channels."""

    site: str
    channels: tuple[str, ...]


@dataclass
class Batch:
    """The lines between two places: the clicks among them, and what is left out by line number."""

    end: Place
    selected: list[Selected] = field(default_factory=list)
    left_out: list[tuple[int, LeftOut]] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether the batch ends with its present line."""
        return len(self.selected) >= CLICKS_PER_BATCH or len(self.selected) + len(self.left_out) >= LINES_PER_BATCH


class Replayer:
    """Sends what a position leaves of a source."""

    def __init__(
        self,
        source: Source,
        selection: Selection,
        target: Target,
        position: Position,
        clock: Clock,
        registration: Registration | None,
    ) -> None:
        self._source = source
        self._selection = selection
        self._target = target
        self._position = position
        self._clock = clock
        self._registration = registration
        self._known: set[str] = set()
        self.tally = Tally()

    def run(self, on_progress: Callable[[], None]) -> None:
        """Send batch after batch to the end of the file, `on_progress` after each.

        Raises ReplayStopped when a batch cannot be sent; the position stands behind the last that was acknowledged.
        """
        lines = self._source.lines(self._position.place)
        while True:
            pending = self._position.pending
            judged_at_ms = pending.judged_at_ms if pending else self._clock()
            batch = self._collect(lines, judged_at_ms, pending.line if pending else None)
            if batch is None:
                return
            self._settle(batch, judged_at_ms)
            on_progress()

    def _collect(self, lines: Iterator[tuple[bytes, Place]], judged_at_ms: int, last_line: int | None) -> Batch | None:
        """The next batch: up to `last_line` when it was begun before, else until it is full; None at the end."""
        batch = None
        for raw, place in lines:
            batch = batch or Batch(place)
            batch.end = place
            chosen = self._selection.choose(raw, judged_at_ms)
            if isinstance(chosen, LeftOut):
                batch.left_out.append((place.line, chosen))
            else:
                batch.selected.append(chosen)
            if place.line == last_line or (last_line is None and batch.is_full):
                break
        return batch

    def _settle(self, batch: Batch, judged_at_ms: int) -> None:
        if batch.selected:
            key = self._position.begin(batch.end, judged_at_ms)
            self._register([each.article for each in batch.selected])
            answer = self._target.send([each.click for each in batch.selected], key)
        else:
            answer = BatchAnswer(0, 0, [])
        self._position.acknowledge(batch.end)
        self.tally.settle(len(batch.selected), answer)
        for line, left_out in batch.left_out:
            self.tally.leave_out(line, left_out)

    def _register(self, articles: list[FoundArticle]) -> None:
        if self._registration is None:
            return
        for article in articles:
            if article.article_id in self._known:
                continue
            # An article that the portal itself has put keeps its title.
            if not self._target.knows(article.article_id):
                self._target.register(article, site=self._registration.site, channels=self._registration.channels)
                self.tally.registered += 1
            self._known.add(article.article_id)
