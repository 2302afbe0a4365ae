"""Moderation before publication: what a reader wrote is judged here, when it is posted and when it is edited."""

from dataclasses import dataclass

from comments_service.status import Status
from comments_service.tables import Article
from shared.errors import RedianError

MODERATED_FIRST = "moderated_first"
"""Why a comment waits on an article whose comments are moderated first (先审后发)."""
REPORTED = "reported"
"""Why a published comment is in the queue: readers reported it."""


@dataclass(frozen=True)
class Draft:
    """What a reader wrote."""

    text: str
    parent_id: str | None
    nickname: str | None
    email: str | None
    website: str | None


@dataclass(frozen=True)
class Judgement:
    """The draft as others may see it, and why it has to wait for a moderator; without a reason it does not."""

    draft: Draft
    held_for: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The state that the comment takes."""
        return Status.PENDING if self.held_for else Status.PUBLISHED


def judge(article: Article, draft: Draft) -> Judgement:
    """Judge a draft by its article's mode; raises `comments_closed`."""
    if article.comments_mode == "closed":
        raise RedianError("comments_closed", "This article takes no comments.")
    return Judgement(draft, (MODERATED_FIRST,) if article.comments_mode == "moderated" else ())
