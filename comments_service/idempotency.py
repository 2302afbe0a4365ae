"""Idempotency of posts: a resend with the same Idempotency-Key gets the first answer, and makes no second comment.

The answer is kept in the transaction of the comment, under the lock of its article, so that two resends that arrive
together cannot both be the first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.tables import Comment, KeptAnswer
from shared.clock import DAY_MS
from shared.errors import RedianError

KEPT_MS = DAY_MS
KEPT = select(KeptAnswer).where(KeptAnswer.key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True)
class Posted:
    """What a post is answered, and the reader whose comment it is."""

    answer: dict[str, Any]
    reader: str | None


@dataclass(frozen=True)
class Resend:
    """What a resend is known by: a digest of article, visitor and key, and one of the body."""

    key: str
    body_digest: str

    @classmethod
    def of(cls, article_id: str, visitor: str, key: str, body: bytes) -> "Resend":
        """The digests of a request. The visitor is part of it: nobody gets another's answer by guessing his key."""
        return cls(_digest(f"{article_id}\n{visitor}\n{key}".encode()), _digest(body))

    def answered(self, session: Session, kept: KeptAnswer | None, now: int) -> Posted | None:
        """What the first was answered, None for the first; raises `idempotency_conflict` when the body was another."""
        if kept is None:
            return None
        if kept.created_at <= now - KEPT_MS:
            session.delete(kept)
            session.flush()
            return None
        if kept.body_digest != self.body_digest:
            raise RedianError("idempotency_conflict", "This Idempotency-Key came with another body before.")
        comment = session.get_one(Comment, kept.comment_id)
        return Posted(msgspec.json.decode(kept.answer), comment.reader)

    def kept_row(self, comment: Comment, answer: dict[str, Any], now: int) -> dict[str, Any]:
        """The row that keeps the answer to the first, for a day."""
        return {
            "key": self.key,
            "body_digest": self.body_digest,
            "comment_id": comment.id,
            "answer": msgspec.json.encode(answer).decode(),
            "created_at": now,
        }


def kept_answers(session: Session, keys: Collection[str]) -> dict[str, KeptAnswer]:
    """The answers that are kept under some keys."""
    return {kept.key: kept for kept in session.scalars(KEPT, {"keys": keys})} if keys else {}


def forget_kept(database: Database, now: int) -> None:
    """Delete the answers of more than a day ago."""
    with database.writing() as session:
        session.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= now - KEPT_MS))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()
