"""Bans: who may not write, and whom nobody hears, for every channel or for one, with an end or without."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.origin import PREFIX_BITS, Origin
from comments_service.tables import AuditEntry, Ban
from comments_service.tables.base import loose, table_of
from comments_service.words.folding import FoldTable
from shared.clock import Clock, to_rfc3339
from shared.errors import RedianError

EVERY_CHANNEL = ""
SHORTEST_PREFIX = {4: 8, 6: 16}
ANYTHING = "*"


class Kind(StrEnum):
    """What a ban is on."""

    READER = "reader"
    PREFIX = "prefix"
    """A network."""
    NICKNAME = "nickname"
    """A pattern of nicknames, compared as the word filter compares, in which `*` is anything."""


_bans = table_of(Ban)
NEAR = select(_bans).where(
    or_(_bans.c.until.is_(None), _bans.c.until > bindparam("now")),
    _bans.c.channel.in_(bindparam("channels", expanding=True)),
    or_(
        _bans.c.kind != Kind.READER,
        and_(_bans.c.kind == Kind.READER, _bans.c.value.in_(bindparam("readers", expanding=True))),
    ),
)


@dataclass(frozen=True)
class Author:
    """Who writes, votes or reports, and from where."""

    reader: str
    origin: Origin


@dataclass(frozen=True)
class Terms:
    """What a ban is: its end in milliseconds (None: never), whether it is a shadow, and why."""

    until: int | None = None
    is_shadow: bool = False
    reason: str | None = None


class Bans:
    """The bans in SQL."""

    def __init__(self, database: Database, table: FoldTable, clock: Clock) -> None:
        self._database = database
        self._table = table
        self._clock = clock

    def put(self, kind: Kind, value: str, channel: str, terms: Terms, who: str) -> tuple[Ban, bool]:
        """Ban somebody, or change his ban; whether it is new. Raises ValueError, to be shown, for what is no value."""
        value, now = self.checked(kind, value), self._clock()
        with self._database.writing() as session:
            ban = session.scalar(_the(kind, value, channel).with_for_update())
            is_new = ban is None
            if ban is None:
                ban = Ban(kind=kind, value=value, channel=channel, added_by=who, created_at=now)
                session.add(ban)
            ban.until, ban.is_shadow, ban.reason = terms.until, terms.is_shadow, terms.reason
            session.add(_entry("put-ban", ban, now, who))
        return ban, is_new

    def remove(self, kind: Kind, value: str, channel: str, who: str) -> None:
        """Lift a ban; raises `ban_unknown`, or ValueError for what is no value."""
        value = self.checked(kind, value)
        with self._database.writing() as session:
            ban = session.scalar(_the(kind, value, channel).with_for_update())
            if ban is None:
                raise RedianError("ban_unknown", f"There is no ban on the {kind} {value}.")
            session.add(_entry("remove-ban", ban, self._clock(), who))
            session.delete(ban)

    def page(
        self, *, limit: int, behind: int | None, channels: Collection[str] | None, kind: Kind | None
    ) -> tuple[Sequence[Ban], int | None]:
        """Bans, the newest first, those that have ended among them, and behind which number there are more."""
        query = select(Ban).order_by(Ban.id.desc()).limit(limit + 1)
        if behind is not None:
            query = query.where(Ban.id < behind)
        if channels is not None:
            query = query.where(Ban.channel.in_(channels))
        if kind is not None:
            query = query.where(Ban.kind == kind)
        with self._database.reading() as session:
            rows = session.scalars(query).all()
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None

    def near(self, session: Session, readers: Collection[str], channels: Collection[str]) -> Sequence[Ban]:
        """The bans that may be on these readers there: their own, and all on networks and nicknames."""
        there = [EVERY_CHANNEL, *channels]
        rows = session.execute(NEAR, {"now": self._clock(), "channels": there, "readers": readers}).mappings()
        return [loose(Ban, row) for row in rows]

    def is_shadowed(self, near: Sequence[Ban], author: Author, nickname: str | None, channels: Collection[str]) -> bool:
        """Whether only the author himself is to see what he does; raises `banned` when he may not do it."""
        there = {EVERY_CHANNEL, *channels}
        hits = [ban for ban in near if ban.channel in there and self._holds(ban, author, nickname)]
        open_bans = [ban for ban in hits if not ban.is_shadow]
        if open_bans:
            raise _banned([ban.until for ban in open_bans])
        return bool(hits)

    def checked(self, kind: Kind, value: str) -> str:
        """A value as it is stored; raises ValueError, with a reason to be shown, for what cannot be banned."""
        if kind is Kind.PREFIX:
            return _network(value)
        if kind is Kind.NICKNAME and not self._table.letters(value):
            raise ValueError("must contain a letter or a digit")
        return value

    def _holds(self, ban: Ban, author: Author, nickname: str | None) -> bool:
        if ban.kind == Kind.PREFIX:
            return author.origin.network is not None and _is_within(author.origin.network, ban.value)
        if ban.kind == Kind.NICKNAME:
            return nickname is not None and self._matches(ban.value, nickname)
        return ban.value == author.reader

    def _matches(self, pattern: str, nickname: str) -> bool:
        parts = (re.escape(self._table.letters(part)) for part in pattern.split(ANYTHING))
        return re.fullmatch(".*".join(parts), self._table.letters(nickname)) is not None


def _the(kind: Kind, value: str, channel: str) -> Select[Ban]:
    return select(Ban).where(Ban.kind == kind, Ban.value == value, Ban.channel == channel)


def _entry(action: str, ban: Ban, now: int, who: str) -> AuditEntry:
    end = "" if ban.until is None else f" until {to_rfc3339(ban.until)}"
    subject = f"{'shadow ' if ban.is_shadow else ''}{ban.kind} {ban.value}{end}"
    channel = ban.channel or None
    return AuditEntry(at=now, who=who, action=action, subject=subject, channel=channel, reason=ban.reason)


def _network(value: str) -> str:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise ValueError("must be a network such as 203.0.113.0/24 or 2001:db8::/48") from None
    shortest, longest = SHORTEST_PREFIX[network.version], PREFIX_BITS[network.version]
    if not shortest <= network.prefixlen <= longest:
        raise ValueError(f"must be a network from /{shortest} to /{longest}: nothing longer is kept of an address")
    return str(network)


def _is_within(network: str, wider: str) -> bool:
    inner, outer = ip_network(network), ip_network(wider)
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # of one version by now


def _banned(ends: Sequence[int | None]) -> RedianError:
    lasting = [end for end in ends if end is not None]
    until = "" if len(lasting) < len(ends) else f" until {to_rfc3339(max(lasting))}"
    return RedianError("banned", f"You cannot write here{until}.")
