"""Repeats: the same text again, from the same reader or the same network, within a while."""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from comments_service.cases import Case
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


class Writing(NamedTuple):
    """A text that was written before: by whom, where, and when last."""

    text_digest: str
    reader: str | None
    network: str | None
    last_at: int


def earlier_writings(session: Session, cases: Sequence[Case]) -> list[Writing]:
    """The texts of some cases that the same readers or networks wrote before, in other comments than these."""
    repeatable = [case for case in cases if case.text_digest is not None and case.rules.repeat_minutes]
    if not repeatable:
        return []
    readers = {case.author.reader for case in repeatable}
    networks = {case.author.origin.network for case in repeatable} - {None}
    query = select(Comment.text_digest, Comment.reader, Comment.network, func.max(Comment.created_at)).where(
        Comment.text_digest.in_({case.text_digest for case in repeatable}),
        Comment.created_at > min(_since(case) for case in repeatable),
        or_(Comment.reader.in_(readers), Comment.network.in_(networks)),
    )
    if own := [case.comment_id for case in repeatable if case.comment_id is not None]:
        query = query.where(Comment.id.not_in(own))
    rows = session.execute(query.group_by(Comment.text_digest, Comment.reader, Comment.network))
    return [Writing._make(row) for row in rows]


def find_repeat(writings: Sequence[Writing], case: Case) -> Repeat:
    """Whether the text of a case was written before."""
    if case.text_digest is None or not case.rules.repeat_minutes:
        return Repeat.NOBODY
    same = [each for each in writings if each.text_digest == case.text_digest and each.last_at > _since(case)]
    if any(each.reader == case.author.reader for each in same):
        return Repeat.READER
    network = case.author.origin.network
    is_near = network is not None and any(each.network == network for each in same)
    return Repeat.NETWORK if is_near else Repeat.NOBODY


def _since(case: Case) -> int:
    return case.now - case.rules.repeat_minutes * MINUTE_MS
