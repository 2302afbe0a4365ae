"""The states of a comment.

pending → published | rejected | spam, back and forth; from each of them to deleted, which is the end: nothing is left
of what the reader wrote.
"""

from enum import StrEnum


class Status(StrEnum):
    """Where a comment stands; only a published one counts anywhere."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"
    DELETED = "deleted"
