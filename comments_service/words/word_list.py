"""The word list in SQL. Every change raises its version, at which the processes look."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from unicodedata import category

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.tables import AuditEntry, Word, WordListVersion
from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import EVERY_CHANNEL, Entry
from comments_service.words.pattern import make_pattern
from comments_service.words.verdict import Tier
from shared.clock import Clock
from shared.errors import RedianError

MOST_CHARACTERS = 100
COMMAND = "command line"
"""Who changes the list without a key."""
WORDS_PER_STATEMENT = 500
"""SQLite takes a bounded number of values in a statement."""


@dataclass(frozen=True)
class Put:
    """What a put did: how many words are new, got another tier, or stood there already."""

    added: int
    changed: int
    unchanged: int


class WordList:
    """The words of every channel and of each."""

    def __init__(self, database: Database, table: FoldTable, clock: Clock) -> None:
        self._database = database
        self._table = table
        self._clock = clock

    def check(self, word: str) -> None:
        """Raise ValueError, with a reason to be shown, for what cannot be a word."""
        if len(word) > MOST_CHARACTERS:
            raise ValueError(f"must have at most {MOST_CHARACTERS} characters")
        if any(category(character) in {"Cc", "Cs"} for character in word):
            raise ValueError("control characters are not allowed")
        self._key(word)

    def put(
        self,
        words: Sequence[str],
        tier: Tier,
        channel: str = EVERY_CHANNEL,
        added_by: str | None = None,
        file: str | None = None,
    ) -> Put:
        """Put words into a tier, together or not at all; a word that stands in another tier moves.

        What changed is one entry of the audit trail, under the moderator's name or the file's. Raises ValueError for
        what `check` refuses.
        """
        # The first spelling of a word stays.
        keyed = {self._key(word): word for word in reversed(words)}
        new = {"tier": tier, "channel": channel, "added_by": added_by, "created_at": self._clock()}
        with self._database.writing() as session:
            _lock(session)
            there = _tiers(session, channel, list(keyed))
            added = [{"folded": key, "word": word, **new} for key, word in keyed.items() if key not in there]
            moved = [key for key, was in there.items() if was != tier]
            for chunk in _chunks(moved):
                session.execute(
                    update(Word).where(Word.channel == channel, Word.folded.in_(chunk)).values(tier=tier),
                    execution_options={"synchronize_session": False},
                )
            if added:
                session.execute(insert(Word), added)
            if added or moved:
                raise_version(session)
                subject = f"{words[0]}: {tier}" if file is None else f"{len(added) + len(moved)} words: {tier}"
                who, action = (added_by or COMMAND, "put-word") if file is None else (file[-100:], "import-words")
                session.add(_entry(self._clock(), who, action, subject, channel))
        return Put(len(added), len(moved), len(there) - len(moved))

    def get(self, word: str, channel: str = EVERY_CHANNEL) -> Word:
        """A word of the list, whichever spelling is asked for; raises `word_unknown`."""
        query = select(Word).where(Word.channel == channel, Word.folded == self._key(word))
        with self._database.reading() as session:
            found = session.scalar(query)
        if found is None:
            raise _unknown(word)
        return found

    def remove(self, word: str, channel: str = EVERY_CHANNEL, removed_by: str | None = None) -> None:
        """Take a word off the list, whichever spelling is given; raises `word_unknown`."""
        query = delete(Word).where(Word.channel == channel, Word.folded == self._key(word)).returning(Word.tier)
        with self._database.writing() as session:
            _lock(session)
            tier = session.scalar(query)
            if tier is None:
                raise _unknown(word)
            raise_version(session)
            session.add(_entry(self._clock(), removed_by or COMMAND, "remove-word", f"{word}: {tier}", channel))

    def page(
        self,
        *,
        limit: int,
        behind: int | None = None,
        channels: Collection[str] | None = None,
        tier: Tier | None = None,
    ) -> tuple[list[Word], int | None]:
        """Words (of these channels) in the order in which they came, and behind which row number there are more."""
        query = select(Word).order_by(Word.id).limit(limit + 1).where(Word.id > (behind or 0))
        if channels is not None:
            query = query.where(Word.channel.in_(channels))
        if tier is not None:
            query = query.where(Word.tier == tier)
        with self._database.reading() as session:
            rows = list(session.scalars(query))
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None

    def version(self) -> int:
        """The number that grows with every change."""
        with self._database.reading() as session:
            return session.execute(select(WordListVersion.version)).scalar_one()

    def read(self) -> tuple[int, list[Entry]]:
        """Every word, and a version that is not newer than they are."""
        with self._database.reading() as session:
            version = session.execute(select(WordListVersion.version)).scalar_one()
            rows = session.execute(select(Word.word, Word.tier, Word.channel))
            return version, [Entry(word, Tier(tier), channel) for word, tier, channel in rows]

    def _key(self, word: str) -> str:
        """What makes spellings one word."""
        return make_pattern(self._table, word).key


def _entry(now: int, who: str, action: str, subject: str, channel: str) -> AuditEntry:
    return AuditEntry(at=now, who=who, action=action, subject=subject, channel=channel or None)


def _lock(session: Session) -> None:
    """Let changes go one after the other: two that put the same word would both find it missing."""
    session.execute(select(WordListVersion.version).with_for_update())


def raise_version(session: Session) -> None:
    """Let every process learn that the words have changed."""
    session.execute(update(WordListVersion).values(version=WordListVersion.version + 1))


def _tiers(session: Session, channel: str, keys: list[str]) -> dict[str, str]:
    """The tier of every key that is on the list."""
    found: dict[str, str] = {}
    for chunk in _chunks(keys):
        query = select(Word.folded, Word.tier).where(Word.channel == channel, Word.folded.in_(chunk))
        found.update((key, tier) for key, tier in session.execute(query))
    return found


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while chunk := list(islice(rest, WORDS_PER_STATEMENT)):
        yield chunk


def _unknown(word: str) -> RedianError:
    return RedianError("word_unknown", f"The list has no word {word}.")
