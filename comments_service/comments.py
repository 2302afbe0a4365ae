"""Comments: what readers write under an article, change and take back, committed with the events that tell of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from comments_service.articles import published
from comments_service.bans import Author
from comments_service.database import Database
from comments_service.idempotency import Posted, Resend
from comments_service.ids import new_id
from comments_service.joint_commit import JointCommit
from comments_service.moderation import Case, Draft, Judgement, Moderation
from comments_service.nicknames import MEMBER, Nicknames
from comments_service.origin import Origin
from comments_service.outbox import Outbox
from comments_service.publication import Publication, locked, unknown
from comments_service.reader import is_member
from comments_service.status import Status
from comments_service.tables import Article, Comment, OutboxRow
from shared.clock import MINUTE_MS, Clock
from shared.errors import RedianError

EDITABLE_MINUTES = 15


@dataclass(frozen=True)
class Claim:
    """By what somebody claims a comment as his own: his reader id, or the comment that his token is for."""

    reader: str | None
    comment_id: str | None

    def holds_for(self, comment: Comment) -> bool:
        """Whether the comment is his."""
        return (self.reader is not None and comment.reader == self.reader) or self.comment_id == comment.id


class Comments:
    """The comments in SQL, as readers write them."""

    def __init__(
        self, database: Database, outbox: Outbox, moderation: Moderation, nicknames: Nicknames, clock: Clock
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._moderation = moderation
        self._nicknames = nicknames
        self._publication = Publication(outbox)
        self._joint_commit = JointCommit(database, outbox)
        self._clock = clock

    def post(
        self,
        article_id: str,
        draft: Draft,
        author: Author,
        present: Callable[[Comment], dict[str, Any]],
        resend: Resend | None,
    ) -> Posted:
        """Store a comment, published or held for a moderator, and answer it as it is presented then.

        A resend gets the first answer and stores nothing. Raises `article_unknown`, `comments_closed`, `banned`,
        `word_blocked`, `comment_repeated`, `nickname_protected`, `idempotency_conflict`, or `comment_unknown` for a
        parent that is missing.
        """
        now, lexicon = self._clock(), self._moderation.lexicon()

        def write(session: Session) -> tuple[Posted, list[OutboxRow]]:
            # The article's row is the lock under which its floors are given, so no two comments get the same.
            article = published(session, article_id, for_update=True)
            if resend and (kept := resend.kept(session, now)):
                return kept, []
            self._sign(session, draft, author.reader)
            judgement = self._moderation.judge(session, lexicon, Case(article, draft, author, now))
            parent = visible(session, draft.parent_id, article_id, author.reader) if draft.parent_id else None
            comment = _held(article, parent, judgement.draft, author, now)
            session.add(comment)
            rows = self._follow(session, article, comment, judgement, now)
            posted = Posted(present(comment), author.reader)
            if resend:
                resend.keep(session, comment, posted.answer, now)
            return posted, rows

        return self._joint_commit.run(write)

    def edit(self, comment_id: str, text: str, claim: Claim, origin: Origin) -> Comment:
        """Change the text of one's own comment, which is moderated again.

        Raises `comment_unknown`, `not_author`, `edit_closed`, `comments_closed`, `banned`, `word_blocked` or
        `comment_repeated`.
        """
        now, lexicon = self._clock(), self._moderation.lexicon()
        with self._database.writing() as session:
            article, comment = self._own(session, comment_id, claim)
            if comment.status not in {Status.PUBLISHED, Status.PENDING} and not comment.is_shadowed:
                raise unknown(comment_id)
            if now - comment.created_at > EDITABLE_MINUTES * MINUTE_MS:
                raise RedianError("edit_closed", f"A comment can be changed for {EDITABLE_MINUTES} minutes.")
            draft = replace(draft_of(comment), text=text)
            case = Case(article, draft, Author(comment.reader or "", origin), now, comment.id)
            judgement = self._moderation.judge(session, lexicon, case)
            comment.text, comment.edited_at = judgement.draft.text, now
            rows = self._follow(session, article, comment, judgement, now)
        self._outbox.relay_now(rows)
        return comment

    def delete(self, comment_id: str, claim: Claim) -> None:
        """Delete one's own comment; raises `comment_unknown` or `not_author`."""
        with self._database.writing() as session:
            article, comment = self._own(session, comment_id, claim)
            rows = self._publication.delete(session, article, comment, self._clock())
        self._outbox.relay_now(rows)

    def _sign(self, session: Session, draft: Draft, reader: str) -> None:
        """See to it that nobody writes under another's name."""
        if is_member(reader):
            self._nicknames.protect(session, draft.nickname, MEMBER, reader)
        else:
            self._nicknames.refuse_protected(session, draft.nickname)

    def _own(self, session: Session, comment_id: str, claim: Claim) -> tuple[Article, Comment]:
        article, comment = locked(session, comment_id)
        is_own = claim.holds_for(comment)
        # Whether a comment that is not published exists is nobody's business but its author's.
        if comment.status == Status.DELETED or not (is_own or comment.status == Status.PUBLISHED):
            raise unknown(comment_id)
        if not is_own:
            raise RedianError("not_author", "Only its author can change this comment.")
        return article, comment

    def _follow(
        self, session: Session, article: Article, comment: Comment, judgement: Judgement, now: int
    ) -> list[OutboxRow]:
        comment.text_digest = judgement.text_digest
        rows = self._publication.move(session, article, comment, judgement.status, now)
        comment.is_shadowed = judgement.is_shadowed
        if judgement.held_for:
            comment.held_for = list(judgement.held_for)
        return rows


def visible(session: Session, comment_id: str, article_id: str, reader: str | None) -> Comment:
    """A comment of this article that its reader sees as published; raises `comment_unknown`."""
    comment = session.get(Comment, comment_id)
    is_seen = comment and (comment.status == Status.PUBLISHED or (comment.is_shadowed and comment.reader == reader))
    if comment is None or not is_seen or comment.article_id != article_id:
        raise unknown(comment_id)
    return comment


def draft_of(comment: Comment) -> Draft:
    """A comment as its author wrote it."""
    return Draft(comment.text, comment.parent_id, comment.nickname, comment.email, comment.website, comment.notify_in)


def _held(article: Article, parent: Comment | None, draft: Draft, author: Author, now: int) -> Comment:
    """A new comment as every comment begins: held, with the next floor."""
    article.last_floor += 1
    return Comment(
        id=new_id(now),
        article_id=article.id,
        root_id=(parent.root_id or parent.id) if parent else None,
        floor=article.last_floor,
        status=Status.PENDING,
        reader=author.reader,
        network=author.origin.network,
        address=author.origin.address,
        is_shown=False,
        is_pinned=False,
        reply_count=0,
        thread_count=0,
        up=0,
        down=0,
        report_count=0,
        queued_at=now,
        created_at=now,
        **vars(draft),
    )
