"""Moderation before publication: what a reader wrote is judged here, when it is posted and when it is edited."""

from dataclasses import dataclass, replace

from comments_service.status import Status
from comments_service.tables import Article
from comments_service.words import Lexicon, Tier
from shared.errors import RedianError

MODERATED_FIRST = "moderated_first"
"""Why a comment waits on an article whose comments are moderated first (先审后发)."""
FLAGGED_WORD = "flagged_word"
"""Why a comment waits: it contains a word of the tier `hold`."""
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


def judge(article: Article, draft: Draft, lexicon: Lexicon) -> Judgement:
    """Judge a draft by its article's mode and by the words in it; raises `comments_closed` or `word_blocked`."""
    if article.comments_mode == "closed":
        raise RedianError("comments_closed", "This article takes no comments.")
    fields = {"text": draft.text, "nickname": draft.nickname, "website": draft.website}
    verdict = lexicon.judge(fields, article.channels)
    verdict.refuse_blocked()
    reasons = {
        MODERATED_FIRST: article.comments_mode == "moderated",
        FLAGGED_WORD: verdict.tier is Tier.HOLD,
    }
    nickname, website = verdict.masked["nickname"], verdict.masked["website"]
    seen = replace(draft, text=verdict.masked["text"] or draft.text, nickname=nickname, website=website)
    return Judgement(seen, tuple(reason for reason, holds in reasons.items() if holds))
