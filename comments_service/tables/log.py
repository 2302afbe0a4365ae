"""The tables that tie SQL to the event log."""

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from comments_service.tables.base import Base, RowNumber


class OutboxRow(Base):
    """An event that was committed with its row and has to reach the event log."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "relayed_at", "id"),)

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    event: Mapped[str] = mapped_column(Text)
    """The event as it will stand in the log."""
    relayed_at: Mapped[int | None] = mapped_column(BigInteger)


class LogCursor(Base):
    """How far a projection has folded a partition, moved in the transaction of what it caused."""

    __tablename__ = "log_cursors"

    consumer: Mapped[str] = mapped_column(String(32), primary_key=True)
    partition: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[str] = mapped_column(String(64))


class BuriedEvent(Base):
    """A dead letter: what a projection could not parse, buried in the transaction that moved its cursor."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    consumer: Mapped[str] = mapped_column(String(32))
    partition: Mapped[int] = mapped_column(Integer)
    entry: Mapped[str] = mapped_column(String(64))
    """The id of the log's entry that held it."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """Whatever bytes stood there."""
    reason: Mapped[str] = mapped_column(Text)
