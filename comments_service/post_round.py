"""A round: posts of which none has to know another, judged by what is read once for all of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.articles import locked_articles
from comments_service.articles import unknown as unknown_article
from comments_service.bans import Author
from comments_service.cases import Case, Draft
from comments_service.idempotency import Posted, Resend, kept_answers
from comments_service.joint_commit import Written
from comments_service.moderation import Moderation
from comments_service.new_comments import NewComments, new_comment
from comments_service.nicknames import MEMBER, Nicknames
from comments_service.outbox import Outbox
from comments_service.publication import unknown
from comments_service.reader import is_member
from comments_service.status import Status
from comments_service.tables import Comment
from comments_service.words import Lexicon
from shared.errors import RedianError

Present = Callable[[Comment], dict[str, Any]]
"""How a comment is presented to its author."""


@dataclass(frozen=True)
class Post:
    """A draft on its way to an article."""

    article_id: str
    draft: Draft
    author: Author
    present: Present
    resend: Resend | None
    lexicon: Lexicon
    now: int

    @property
    def ties(self) -> set[str]:
        """By what another post may have to know of this one: its reader, and what a resend is known by."""
        return {self.author.reader, self.resend.key} if self.resend else {self.author.reader}


class Round:
    """What the database holds that bears on some posts, and the comments that they become."""

    def __init__(self, session: Session, moderation: Moderation, nicknames: Nicknames, posts: Sequence[Post]) -> None:
        self._session = session
        self._moderation = moderation
        self._nicknames = nicknames
        self._posts = posts
        # The article's row is the lock under which its floors are given, so no two comments get the same.
        self._articles = locked_articles(session, {post.article_id for post in posts})
        self._kept = kept_answers(session, [post.resend.key for post in posts if post.resend])
        self._protected = nicknames.protected(session, {post.draft.nickname for post in posts if _is_guests(post)})
        # Held here, as a session holds no row by itself.
        self._parents = _read_parents(session, posts)
        self._cases = [self._case(post) for post in posts]
        self._background = moderation.background(session, [case for case in self._cases if case])
        self._new = NewComments()

    def written(self, outbox: Outbox) -> Iterator[Written[Posted] | Exception]:
        """Write the posts; what each is answered or refused with. The rows of all come with the first."""
        outcomes = [self._outcome(*each) for each in zip(self._posts, self._cases, strict=True)]
        rows = self._new.insert(self._session, outbox)
        for outcome in outcomes:
            if isinstance(outcome, RedianError):
                yield outcome
            else:
                yield Written(outcome, rows)
                rows = []

    def _outcome(self, post: Post, case: Case | None) -> Posted | RedianError:
        try:
            return self._take(post, case)
        except RedianError as refusal:
            return refusal

    def _take(self, post: Post, case: Case | None) -> Posted:
        if case is None:
            raise unknown_article(post.article_id)
        if post.resend and (kept := post.resend.answered(self._session, self._kept.get(post.resend.key), post.now)):
            return kept
        if _is_guests(post):
            self._nicknames.refuse_protected(self._protected, post.draft.nickname)
        judgement = self._moderation.judge(self._session, post.lexicon, case, self._background)
        parent = self._parent(post)
        # Nothing is refused from here on.
        if not _is_guests(post):
            self._nicknames.protect(self._session, post.draft.nickname, MEMBER, post.author.reader)
        self._background.note(case)
        return self._store(post, new_comment(case, judgement, parent), case)

    def _store(self, post: Post, comment: Comment, case: Case) -> Posted:
        self._new.add(self._session, case.article, comment)
        posted = Posted(post.present(comment), post.author.reader)
        if post.resend:
            self._new.keep(post.resend.kept_row(comment, posted.answer, post.now))
        return posted

    def _case(self, post: Post) -> Case | None:
        article = self._articles.get(post.article_id)
        return self._moderation.case(article, post.draft, post.author, post.now) if article else None

    def _parent(self, post: Post) -> Comment | None:
        """The comment that a post answers, if its reader sees that as published; raises `comment_unknown`."""
        if post.draft.parent_id is None:
            return None
        parent = self._parents.get(post.draft.parent_id)
        if parent is None or parent.article_id != post.article_id or not _is_seen(parent, post.author.reader):
            raise unknown(post.draft.parent_id)
        return parent


def _is_guests(post: Post) -> bool:
    return not is_member(post.author.reader)


def _is_seen(comment: Comment, reader: str) -> bool:
    return comment.status == Status.PUBLISHED or (comment.is_shadowed and comment.reader == reader)


def _read_parents(session: Session, posts: Sequence[Post]) -> dict[str, Comment]:
    ids = {post.draft.parent_id for post in posts} - {None}
    return {each.id: each for each in session.scalars(select(Comment).where(Comment.id.in_(ids)))} if ids else {}
