"""The dead letters of this service's projections, in SQL: buried in the transaction that moves the cursor, and retried
in one transaction with what they then cause.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.tables import BuriedEvent
from shared.dead_letters import DeadLetter
from shared.events import Event
from shared.slices import Poison

PAGE = 100

Fold = Callable[[Session, Sequence[Event]], None]
"""Writes what events cause; whatever it raises leaves them to be given again."""


def bury(session: Session, consumer: str, partition: int, poison: Sequence[Poison]) -> None:
    """Keep what a consumer could not parse."""
    session.add_all(
        BuriedEvent(
            consumer=consumer,
            partition=partition,
            entry=each.entry_id,
            data=each.data,
            reason=each.reason,
        )
        for each in poison
    )


class CommentLetters:
    """The dead letters of every projection; `folds` by consumer are what a retried event is given to."""

    def __init__(self, database: Database, folds: Mapping[str, Fold]) -> None:
        self._database = database
        self._folds = folds

    def all(self) -> Iterator[DeadLetter]:
        """Every letter, the oldest first."""
        last = 0
        while page := self._page(last):
            yield from map(_letter, page)
            last = page[-1].id

    def find(self, letter_id: str) -> DeadLetter | None:
        """The letter of an id."""
        if not (letter_id.isascii() and letter_id.isdigit() and len(letter_id) < 19):
            return None
        with self._database.reading() as session:
            row = session.get(BuriedEvent, int(letter_id))
            return _letter(row) if row else None

    def retry(self, letter: DeadLetter, events: Sequence[Event]) -> bool:
        """Do what these events cause and take the letter away, in one transaction."""
        with self._database.writing() as session:
            is_there = self._take(session, letter)
            if is_there:
                self._folds[letter.consumer](session, events)
        return is_there

    def drop(self, letter: DeadLetter) -> bool:
        """Forget a letter."""
        with self._database.writing() as session:
            return self._take(session, letter)

    def counts(self) -> dict[tuple[str, int], int]:
        """How many there are, by consumer and partition."""
        group = (BuriedEvent.consumer, BuriedEvent.partition)
        with self._database.reading() as session:
            rows = session.execute(select(*group, func.count()).group_by(*group))
            return {(consumer, partition): count for consumer, partition, count in rows}

    def _page(self, behind: int) -> Sequence[BuriedEvent]:
        query = select(BuriedEvent).where(BuriedEvent.id > behind).order_by(BuriedEvent.id).limit(PAGE)
        with self._database.reading() as session:
            return session.scalars(query).all()

    def _take(self, session: Session, letter: DeadLetter) -> bool:
        """Delete a letter's row; whoever else would do so waits for this transaction and then finds none."""
        taken = delete(BuriedEvent).where(BuriedEvent.id == int(letter.id)).returning(BuriedEvent.id)
        return session.scalar(taken) is not None


def _letter(row: BuriedEvent) -> DeadLetter:
    return DeadLetter(
        id=str(row.id),
        consumer=row.consumer,
        partition=row.partition,
        entry=row.entry,
        data=row.data,
        reason=row.reason,
    )
