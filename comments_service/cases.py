"""Cases: what readers wrote, as moderation looks at it before it is published."""

from dataclasses import dataclass

from comments_service.bans import Author
from comments_service.rules import Rules
from comments_service.tables import Article


@dataclass(frozen=True)
class Draft:
    """What a reader wrote."""

    text: str
    parent_id: str | None
    nickname: str | None
    email: str | None
    website: str | None
    notify_in: str | None = None


@dataclass(frozen=True)
class Case:
    """What is judged: a draft under an article, who wrote it, when, and the comment that it changes."""

    article: Article
    draft: Draft
    author: Author
    now: int
    rules: Rules
    """Those of the article's channels."""
    text_digest: str | None
    """What the text has in common with others that read alike; None where nobody minds a repeat."""
    comment_id: str | None = None
