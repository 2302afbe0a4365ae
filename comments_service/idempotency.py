"""Idempotency of posts: a resend with the same Idempotency-Key gets the first answer, and makes no second comment.

The answer is kept in the transaction of the comment, under the lock of its article, so that two resends that arrive
together cannot both be the first.
"""

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import delete
from sqlalchemy.orm import Session

from comments_service.tables import KeptAnswer
from shared.clock import DAY_MS
from shared.errors import RedianError

KEPT_MS = DAY_MS


@dataclass(frozen=True)
class Resend:
    """What a resend is known by: a digest of article, visitor and key, and one of the body."""

    key: str
    body_digest: str

    @classmethod
    def of(cls, article_id: str, visitor: str, key: str, body: bytes) -> "Resend":
        """The digests of a request. The visitor is part of it: nobody gets another's answer by guessing his key."""
        return cls(_digest(f"{article_id}\n{visitor}\n{key}".encode()), _digest(body))

    def kept(self, session: Session, now: int) -> str | None:
        """What the first was answered, None for the first; raises `idempotency_conflict` when the body was another."""
        session.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= now - KEPT_MS))
        kept = session.get(KeptAnswer, self.key)
        if kept is None:
            return None
        if kept.body_digest != self.body_digest:
            raise RedianError("idempotency_conflict", "This Idempotency-Key came with another body before.")
        return kept.answer

    def keep(self, session: Session, comment_id: str, answer: str, now: int) -> None:
        """Keep the answer to the first, for a day."""
        session.add(
            KeptAnswer(key=self.key, body_digest=self.body_digest, comment_id=comment_id, answer=answer, created_at=now)
        )


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()
