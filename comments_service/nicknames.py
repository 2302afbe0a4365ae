"""Protected nicknames: names of editors and members, under which no guest may write.

Names are compared as the word filter compares words, and letters that look alike are one letter: neither spaces nor
full width, digits in the place of letters or a Cyrillic а make another name.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.tables import ProtectedNickname
from comments_service.tables.base import table_of
from comments_service.words.disguise import alike
from comments_service.words.folding import FoldTable
from shared.errors import BadField, RedianError

LOOKALIKES = str.maketrans(
    # Letters of other scripts by the Latin letter that they are drawn like, capitals and small ones alike.
    "авеёікмнорстухѕјԁһԛԝьαβεζηικμνορτυχϲıɑɡ",
    "abeeikmhopctyxsjdhqwbabezhikmnoptyxciag",
)
# Built once, as all statements of a post: to build one takes longer than to run it.
_digest = table_of(ProtectedNickname).c.digest
PROTECTED = select(_digest).where(_digest.in_(bindparam("keys", expanding=True)))
EDITOR = "editor"
MEMBER = "member"


class Nicknames:
    """The protected names: those of the settings, of the articles' editors, and of members who have written."""

    def __init__(self, table: FoldTable, configured: Iterable[str]) -> None:
        self._table = table
        # Readers' names are few beside their posts.
        self._keys = lru_cache(maxsize=4_096)(self._keys_of)
        self._configured = frozenset(key for name in configured for key in self._keys(name))

    def protected(self, session: Session, nicknames: Iterable[str | None]) -> set[str]:
        """What the protected ones among these nicknames are known by."""
        keys = {key for nickname in set(nicknames) for key in self._keys(nickname or "")}
        known = set(session.scalars(PROTECTED, {"keys": keys})) if keys else set()
        return known | (keys & self._configured)

    def refuse_protected(self, protected: Collection[str], nickname: str | None) -> None:
        """Raise `nickname_protected` when a guest's nickname is among the protected ones."""
        if any(key in protected for key in self._keys(nickname or "")):
            raise RedianError(
                "nickname_protected",
                "This nickname is that of an editor or a member.",
                fields=(BadField("nickname", "is that of an editor or a member"),),
            )

    def protect(self, session: Session, nickname: str | None, kind: str, reader: str | None = None) -> None:
        """Protect a name from now on; one that is protected already stays as it is."""
        for key in self._keys(nickname or ""):
            if session.get(ProtectedNickname, key) is not None:
                continue
            try:
                with session.begin_nested():
                    session.add(ProtectedNickname(digest=key, nickname=nickname, kind=kind, reader=reader))
            except IntegrityError:
                # Another transaction has just protected it.
                continue

    def _keys_of(self, nickname: str) -> list[str]:
        """What a name is compared by: with `$` and `@` read as letters, and without them."""
        seen = self._table.fold(nickname)
        spellings = {alike(each.letters.translate(LOOKALIKES)) for each in (seen, seen.without_signs())}
        return sorted(blake2b(each.encode(), digest_size=16).hexdigest() for each in spellings if each)
