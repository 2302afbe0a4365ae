"""Comments: what readers change and take back of what they wrote, committed with the events that tell of it."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from comments_service.bans import Author
from comments_service.cases import Draft
from comments_service.database import Database
from comments_service.moderation import Judgement, Moderation
from comments_service.origin import Origin
from comments_service.outbox import Outbox
from comments_service.publication import Publication, locked, unknown
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

    def __init__(self, database: Database, outbox: Outbox, moderation: Moderation, clock: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._moderation = moderation
        self._publication = Publication(outbox)
        self._clock = clock

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
            case = self._moderation.case(article, draft, Author(comment.reader or "", origin), now, comment.id)
            judgement = self._moderation.judge(session, lexicon, case, self._moderation.background(session, [case]))
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


def draft_of(comment: Comment) -> Draft:
    """A comment as its author wrote it."""
    return Draft(comment.text, comment.parent_id, comment.nickname, comment.email, comment.website, comment.notify_in)
