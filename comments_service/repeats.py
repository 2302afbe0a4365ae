"""Repeats: the same text again, from the same reader or the same network, within a while."""

from enum import StrEnum
from hashlib import blake2b

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from comments_service.bans import Author
from comments_service.rules import Rules
from comments_service.tables import Comment
from comments_service.words.folding import FoldTable
from shared.clock import MINUTE_MS


class Repeat(StrEnum):
    """Who wrote a text before."""

    NOBODY = "nobody"
    READER = "reader"
    """The reader himself."""
    NETWORK = "network"
    """Somebody in the reader's network, perhaps himself without his cookie."""


def digest_text(table: FoldTable, text: str, rules: Rules) -> str | None:
    """What texts have in common that read alike to the word filter; None for one that is short enough to repeat."""
    letters = table.letters(text)
    if len(letters) < rules.repeat_letters:
        return None
    return blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def find_repeat(
    session: Session, digest: str | None, author: Author, rules: Rules, now: int, comment_id: str | None
) -> Repeat:
    """Whether the text of a digest was written before, in another comment than this one."""
    if digest is None or not rules.repeat_minutes:
        return Repeat.NOBODY
    since = now - rules.repeat_minutes * MINUTE_MS
    written = select(Comment.reader).where(Comment.text_digest == digest, Comment.created_at > since)
    if comment_id is not None:
        written = written.where(Comment.id != comment_id)
    readers = set(session.scalars(written.where(or_(*_by(author))).distinct()))
    if not readers:
        return Repeat.NOBODY
    return Repeat.READER if author.reader in readers else Repeat.NETWORK


def _by(author: Author) -> list[ColumnElement[bool]]:
    is_his = [Comment.reader == author.reader]
    return is_his if author.origin.network is None else [*is_his, Comment.network == author.origin.network]
