"""The writer: an article's records become comments with floors, counts and events, in the transaction of that article.

A run that is killed leaves whole articles; the same command again does the rest, and doubles nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from comments_service.articles import Content, put_article
from comments_service.database import Database
from comments_service.hotness import hotness
from comments_service.ids import new_id
from comments_service.imports.order import Ordered, order, without_empty_places
from comments_service.imports.record import Record
from comments_service.imports.tally import Tally
from comments_service.imports.tree import Node, change_of, count, nodes_of
from comments_service.latest_entries import enter
from comments_service.outbox import Outbox
from comments_service.pages import FoundArticle
from comments_service.status import Status
from comments_service.tables import Article, Comment, ImportedComment, OutboxRow
from shared.clock import DAY_MS, Clock
from shared.events import CommentPublished, encode_event

IMPORTED = "imported"
"""Why a comment waits: it waited where it came from."""
IDS_PER_QUERY = 500
COMMENTS_PER_COMMIT = 1_000
"""Whole articles are put into one transaction until they make so many: no other writer waits for long."""


@dataclass(frozen=True)
class Registration:
    """Where articles are registered that nobody has put; `site` stands before pages that are mere paths."""

    channels: tuple[str, ...]
    site: str | None


@dataclass(frozen=True)
class Stores:
    """What an import writes to."""

    database: Database
    outbox: Outbox
    clock: Clock


@dataclass(frozen=True)
class Plan:
    """What an import does with every article."""

    source: str
    registration: Registration | None
    parent_of: Callable[[str], str | None]


class Writer:
    """Writes records."""

    def __init__(self, stores: Stores, plan: Plan, tally: Tally) -> None:
        self._database = stores.database
        self._outbox = stores.outbox
        self._clock = stores.clock
        self._plan = plan
        self._tally = tally

    def write(self, articles: Iterable[tuple[str, list[tuple[int, Record]]]], *, is_dry_run: bool) -> None:
        """Write articles, in the order of their ids; a dry run only counts."""
        group: list[tuple[str, list[tuple[int, Record]]]] = []
        size = 0
        for article in articles:
            group.append(article)
            size += len(article[1])
            if size >= COMMENTS_PER_COMMIT:
                self._write_group(group, is_dry_run=is_dry_run)
                group, size = [], 0
        self._write_group(group, is_dry_run=is_dry_run)

    def _write_group(self, group: list[tuple[str, list[tuple[int, Record]]]], *, is_dry_run: bool) -> None:
        access = self._database.reading if is_dry_run else self._database.writing
        with access() as session:
            for article_id, records in group:
                self._write_article(session, article_id, records, is_dry_run=is_dry_run)

    def _write_article(
        self, session: Session, article_id: str, records: list[tuple[int, Record]], *, is_dry_run: bool
    ) -> None:
        article = session.get(Article, article_id, with_for_update=not is_dry_run)
        usable = self._usable(article, article_id, records)
        if not usable:
            return
        known = _known(session, self._plan.source, (record for _, record in usable))
        stored = nodes_of(session, article_id) if article and article.last_floor else {}
        fresh = [each for each in usable if not self._is_known(each, known, article_id)]
        parents = {source_id: stored[found.id] for source_id, found in known.items() if found.id in stored}
        placed, empty = without_empty_places(order(fresh, parents, self._plan.parent_of))
        for each in empty:
            self._tally.leave_out(each.number, each.record.source_id, "it was deleted, and nobody answered it")
        if not placed:
            return
        self._note(placed)
        if article is None:
            self._tally.registered += 1
        if not is_dry_run:
            article = article or self._register(session, article_id, [each.record for each in placed])
            self._store(session, article, placed, stored, parents)

    def _usable(
        self, article: Article | None, article_id: str, records: list[tuple[int, Record]]
    ) -> list[tuple[int, Record]]:
        """The records for which there is or can be an article, and whose time has come."""
        latest = self._clock() + DAY_MS
        usable: list[tuple[int, Record]] = []
        for number, record in records:
            if article is None and self._plan.registration is None:
                self._tally.leave_out(number, record.source_id, f"there is no article {article_id}")
            elif article is None and not _address(record.page, self._plan.registration):
                self._tally.leave_out(number, record.source_id, "its page is a path, and --site is not given")
            elif record.created_at > latest:
                self._tally.leave_out(number, record.source_id, "its time is in the future")
            else:
                usable.append((number, record))
        return usable

    def _is_known(self, numbered: tuple[int, Record], known: Mapping[str, "Known"], article_id: str) -> bool:
        number, record = numbered
        before = known.get(record.source_id)
        if before is None:
            return False
        if (before.article_id, before.created_at) == (article_id, record.created_at):
            self._tally.repeated += 1
        else:
            reason = f"{self._plan.source} had another comment of this id before; name this one by --source"
            self._tally.leave_out(number, record.source_id, reason)
        return True

    def _note(self, placed: Sequence[Ordered]) -> None:
        self._tally.articles += 1
        for each in placed:
            self._tally.imported[each.record.status] += 1
            if each.is_moved:
                self._tally.move(each.number, each.record.source_id, each.parent)

    def _register(self, session: Session, article_id: str, records: Sequence[Record]) -> Article:
        registration = self._plan.registration
        assert registration is not None
        found = FoundArticle(article_id, _path(records[0].page), records[0].created_at)
        title = next((record.page_title for record in records if record.page_title), None) or found.title
        content = Content(
            title=title[:300],
            url=_address(records[0].page, registration),
            channels=list(registration.channels),
            tags=[],
            published_at=min(record.created_at for record in records),
            source=None,
            editor=None,
            image=None,
            comments_mode="open",
        )
        return put_article(session, self._outbox, article_id, content, self._clock())[0]

    def _store(
        self,
        session: Session,
        article: Article,
        placed: Sequence[Ordered],
        stored: Mapping[str, Node],
        parents: Mapping[str, Node],
    ) -> None:
        # A registered article, and the event that tells of it, come before its comments.
        session.flush()
        now, nodes = self._clock(), dict(parents)
        for floor, each in enumerate(placed, article.last_floor + 1):
            record = each.record
            parent = nodes[each.parent] if each.parent is not None else None
            root = (parent.root or parent) if parent else None
            nodes[record.source_id] = Node(new_id(record.created_at), record.status, floor, parent, root)
        fresh = [nodes[each.record.source_id] for each in placed]
        count([*stored.values(), *fresh])
        rows = [_row(article.id, node, each.record, now) for node, each in zip(fresh, placed, strict=True)]
        marks = [self._mark(node, each) for node, each in zip(fresh, placed, strict=True)]
        session.execute(insert(Comment), rows)
        session.execute(insert(ImportedComment), marks)
        if events := [_event(row) for row in rows if row["status"] == Status.PUBLISHED]:
            session.execute(insert(OutboxRow), events)
        enter(session, article, [(row["published_at"], row["id"]) for row in rows if row["published_at"] is not None])
        if changed := [change_of(node) for node in stored.values() if node.before != node.counts]:
            session.execute(update(Comment), changed)
        article.last_floor += len(placed)
        article.comment_count += len(events)

    def _mark(self, node: Node, each: Ordered) -> dict[str, str]:
        return {"source": self._plan.source, "source_id": each.record.source_id, "comment_id": node.id}


@dataclass(frozen=True, slots=True)
class Known:
    """A comment that a row became in an import before."""

    id: str
    article_id: str
    created_at: int


def _known(session: Session, source: str, records: Iterable[Record]) -> dict[str, Known]:
    """What the records and their parents became before, by the ids of their source."""
    ids = sorted({each for record in records for each in (record.source_id, record.parent) if each})
    found: dict[str, Known] = {}
    for first in range(0, len(ids), IDS_PER_QUERY):
        query = (
            select(ImportedComment.source_id, Comment.id, Comment.article_id, Comment.created_at)
            .join(Comment, Comment.id == ImportedComment.comment_id)
            .where(ImportedComment.source == source)
            .where(ImportedComment.source_id.in_(ids[first : first + IDS_PER_QUERY]))
        )
        found.update((row[0], Known(*row[1:])) for row in session.execute(query))
    return found


def _row(article_id: str, node: Node, record: Record, now: int) -> dict[str, Any]:
    is_deleted, is_held = record.status is Status.DELETED, record.status is Status.PENDING
    published_at = record.created_at if record.status is Status.PUBLISHED else None
    return {
        "id": node.id,
        "article_id": article_id,
        "parent_id": node.parent.id if node.parent else None,
        "root_id": node.root.id if node.root else None,
        "floor": node.floor,
        "status": record.status,
        "reader": None,
        "text": "" if is_deleted else record.text,
        "nickname": None if is_deleted else record.nickname,
        "email": None if is_deleted else record.email,
        "website": None if is_deleted else record.website,
        "is_shown": node.is_shown,
        "is_pinned": record.is_pinned and not is_deleted,
        "reply_count": node.reply_count,
        "thread_count": node.thread_count,
        "up": record.up,
        "down": record.down,
        "hotness": hotness(record.up, record.down, record.created_at),
        "report_count": 0,
        "held_for": [IMPORTED] if is_held else None,
        "queued_at": now if is_held else None,
        "created_at": record.created_at,
        "published_at": published_at,
        "edited_at": record.edited_at,
    }


def _event(row: Mapping[str, object]) -> dict[str, object]:
    at = row["created_at"]
    assert isinstance(at, int)
    event = CommentPublished(new_id(at), str(row["article_id"]), at, str(row["id"]))
    return {"event": encode_event(event), "relayed_at": None}


def _path(page: str) -> str:
    return "/" + page.split("://", 1)[-1].partition("/")[2] if "://" in page else page


def _address(page: str, registration: Registration | None) -> str:
    """The URL of a page; empty when it is a path and nobody said of which site."""
    if page.startswith(("http://", "https://")):
        return page
    site = registration.site if registration else None
    return FoundArticle("", page, 0).url(site) if site else ""
