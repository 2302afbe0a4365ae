"""The overlay: what editors pin, hide or let age out of a board. Reads apply it; counts are never edited.

SQL holds it, with an audit trail; Redis holds a copy where reads find it in the same round trip as the boards.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select

from ranking_service import keys
from ranking_service.position import new_token
from ranking_service.tables import audit, overlays
from shared.clock import Clock
from shared.database import reading, writing
from shared.store import Store, outages_as

LAST_CHANGES = 50
"""Changes of a board's overlay that a moderator is shown."""


class Kind(StrEnum):
    """What an editor may put on a board."""

    PIN = "pin"
    HIDDEN = "hidden"
    GREATEST_AGE = "greatest-age"


@dataclass(frozen=True)
class Mark:
    """One thing an editor put on a board: `value` is the place of a pin or the greatest age in hours."""

    channel: str
    board_name: str
    kind: Kind
    article_id: str = ""
    value: int = 0


@dataclass(frozen=True)
class Change:
    """One change of a board's overlay, as the audit trail has it; `at` in milliseconds."""

    id: int
    channel: str
    board: str
    at: int
    who: str
    action: str
    article_id: str
    value: int


@dataclass(frozen=True)
class Overlay:
    """The overlay of one board."""

    pins: dict[str, int] = field(default_factory=dict)
    """Article id -> its place, from 1."""
    hidden: frozenset[str] = frozenset()
    greatest_age_hours: int | None = None


NO_OVERLAY = Overlay()


def decode_overlay(raw: dict[bytes, bytes]) -> Overlay:
    """An overlay from its copy in Redis."""
    if not raw:
        return NO_OVERLAY
    marks = [(*name.decode().partition(" ")[::2], int(value)) for name, value in raw.items()]
    ages = [value for kind, _, value in marks if kind == Kind.GREATEST_AGE]
    return Overlay(
        pins={article_id: value for kind, article_id, value in marks if kind == Kind.PIN},
        hidden=frozenset(article_id for kind, article_id, _ in marks if kind == Kind.HIDDEN),
        greatest_age_hours=ages[0] if ages else None,
    )


@dataclass(frozen=True)
class Overlays:
    """Changes overlays, with who did it in the audit trail."""

    engine: Engine
    store: Store
    clock: Clock

    def put(self, mark: Mark, who: str) -> None:
        """Put a mark on a board; putting it again changes its value."""
        with writing(self.engine) as connection:
            connection.execute(delete(overlays).where(*_is(mark)))
            row = {"channel": mark.channel, "board": mark.board_name, "kind": mark.kind}
            connection.execute(insert(overlays), {**row, "article_id": mark.article_id, "value": mark.value})
            self._note(connection, "put", mark, who)
        self.copy(mark.channel, mark.board_name)

    def remove(self, mark: Mark, who: str) -> None:
        """Take a mark off a board; one that is not there is no error."""
        with writing(self.engine) as connection:
            if connection.execute(delete(overlays).where(*_is(mark))).rowcount:
                self._note(connection, "remove", mark, who)
        self.copy(mark.channel, mark.board_name)

    def marks(self, channel: str, board_name: str) -> list[Mark]:
        """What stands on a board, pins by their place."""
        query = select(overlays).where(overlays.c.channel == channel, overlays.c.board == board_name)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(overlays.c.value, overlays.c.article_id)).all()
        return [Mark(channel, board_name, Kind(row.kind), row.article_id, row.value) for row in rows]

    def changes(self, channel: str, board_name: str) -> list[Change]:
        """The last changes of a board's overlay, the newest first."""
        query = select(audit).where(audit.c.channel == channel, audit.c.board == board_name)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(audit.c.id.desc()).limit(LAST_CHANGES)).all()
        return [_change(row) for row in rows]

    def trail(
        self, *, limit: int, behind: int | None, channels: Collection[str] | None
    ) -> tuple[list[Change], int | None]:
        """Changes of all boards (of these channels), the newest first, and the id behind which there are more."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit + 1)
        if behind is not None:
            query = query.where(audit.c.id < behind)
        if channels is not None:
            query = query.where(audit.c.channel.in_(channels))
        with reading(self.engine) as connection:
            found = [_change(row) for row in connection.execute(query)]
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def copy(self, channel: str, board_name: str) -> None:
        """Make Redis hold what SQL holds for a board."""
        marks = {f"{mark.kind} {mark.article_id}": mark.value for mark in self.marks(channel, board_name)}
        key = keys.overlay(channel, board_name)
        with outages_as("boards", "The overlay is kept, but the boards cannot be reached."):
            # Nobody remembers an overlay until the copy is whole, even if this process ends before.
            self.store.set(keys.OVERLAID, "")
            pipeline = self.store.pipeline(transaction=True)
            pipeline.delete(key)
            if marks:
                pipeline.hset(key, mapping=marks)
            pipeline.execute()
            self.store.set(keys.OVERLAID, new_token())

    def copy_all(self) -> None:
        """Make Redis hold every overlay again, after it was lost or a copy failed."""
        with reading(self.engine) as connection:
            boards = connection.execute(select(overlays.c.channel, overlays.c.board).distinct()).all()
        for channel, board_name in boards:
            self.copy(channel, board_name)

    def _note(self, connection: Connection, action: str, mark: Mark, who: str) -> None:
        connection.execute(
            insert(audit),
            {
                "at_ms": self.clock(),
                "who": who,
                "action": f"{action}-{mark.kind}",
                "channel": mark.channel,
                "board": mark.board_name,
                "article_id": mark.article_id,
                "value": mark.value,
            },
        )


def _change(row: Any) -> Change:
    return Change(row.id, row.channel, row.board, row.at_ms, row.who, row.action, row.article_id, row.value)


def _is(mark: Mark) -> tuple[ColumnElement[bool], ...]:
    return (
        overlays.c.channel == mark.channel,
        overlays.c.board == mark.board_name,
        overlays.c.kind == mark.kind,
        overlays.c.article_id == mark.article_id,
    )
