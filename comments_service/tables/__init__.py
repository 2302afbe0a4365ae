"""The tables of comments_service. Times are milliseconds since 1970 (UTC), as in the events.

Values that a query never looks into (channels, tags) are JSON beside the row; what queries look for is in
`article_labels`.
"""

from comments_service.tables.accounts import Account
from comments_service.tables.articles import Article, ArticleLabel
from comments_service.tables.base import Base
from comments_service.tables.comments import Comment, KeptAnswer, Report, Vote
from comments_service.tables.imports import ImportedComment
from comments_service.tables.latest import LatestComment
from comments_service.tables.log import BuriedEvent, LogCursor, OutboxRow
from comments_service.tables.mails import Mail, Subscription
from comments_service.tables.moderation import AuditEntry, Ban, ChallengeSwitch, Word, WordListVersion
from comments_service.tables.nicknames import ProtectedNickname
from comments_service.tables.webhooks import Delivery, Webhook

__all__ = [
    "Account",
    "Article",
    "ArticleLabel",
    "AuditEntry",
    "Ban",
    "Base",
    "BuriedEvent",
    "ChallengeSwitch",
    "Comment",
    "Delivery",
    "ImportedComment",
    "KeptAnswer",
    "LatestComment",
    "LogCursor",
    "Mail",
    "OutboxRow",
    "ProtectedNickname",
    "Report",
    "Subscription",
    "Vote",
    "Webhook",
    "Word",
    "WordListVersion",
]
