"""The overview: what readers wrote in the last hours and what became of it, and how long comments wait."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select

from comments_service.articles import articles_in
from comments_service.database import Database
from comments_service.ids import first_id
from comments_service.outbox import Outbox
from comments_service.status import Status
from comments_service.tables import Comment
from shared.clock import HOUR_MS, MINUTE_MS, Clock, slot_of, slot_start_ms

SLOTS = 48
AGES_MS = (10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS)
"""Where one group of waiting comments ends and the next begins; the last has no end."""


@dataclass(frozen=True)
class Overview:
    """What the desk's overview shows of the comments."""

    hours: list[tuple[int, dict[Status, int]]]
    """(slot, comments of each present state that were written in it), the oldest first, the current slot last."""
    ages: list[tuple[int | None, int]]
    """(waiting less than so many milliseconds, how many comments), each group without those of the groups before."""
    outbox_waiting: int
    outbox_oldest: int | None
    """The time of the oldest event that is not in the log yet."""


class Overviews:
    """Makes overviews from SQL, in three queries that read the last hours and what waits."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def read(self, channels: Collection[str] | None) -> Overview:
        """The overview (of these channels; the outbox is everybody's)."""
        oldest = self._outbox.oldest()
        return Overview(
            self._hours(channels), self._ages(channels), self._outbox.waiting(), oldest[1] if oldest else None
        )

    def _hours(self, channels: Collection[str] | None) -> list[tuple[int, dict[Status, int]]]:
        last = slot_of(self._clock())
        slots = range(last - SLOTS + 1, last + 1)
        slot = Comment.created_at // HOUR_MS
        # Ids grow with time, and the primary key is the index of a time's comments. What is imported keeps its old
        # time under a new id.
        query = select(slot, Comment.status, func.count()).where(Comment.id >= first_id(slot_start_ms(slots[0])))
        query = query.where(Comment.created_at >= slot_start_ms(slots[0])).group_by(slot, Comment.status)
        if channels is not None:
            query = query.where(Comment.article_id.in_(articles_in(channels)))
        counts: dict[int, dict[Status, int]] = defaultdict(dict)
        with self._database.reading() as session:
            for number, status, count in session.execute(query):
                counts[number][Status(status)] = count
        return [(number, counts[number]) for number in slots]

    def _ages(self, channels: Collection[str] | None) -> list[tuple[int | None, int]]:
        now = self._clock()
        group = case(
            *((Comment.queued_at > now - age, number) for number, age in enumerate(AGES_MS)), else_=len(AGES_MS)
        )
        query = select(group, func.count()).where(Comment.queued_at.is_not(None)).group_by(group)
        if channels is not None:
            query = query.where(Comment.article_id.in_(articles_in(channels)))
        with self._database.reading() as session:
            counts: dict[int, int] = dict(session.execute(query).all())
        return [(age, counts.get(number, 0)) for number, age in enumerate((*AGES_MS, None))]
