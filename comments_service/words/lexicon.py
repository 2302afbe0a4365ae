"""The lexicon: the word list made ready to be searched for. It never changes; a changed list makes a new one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from unicodedata import category
from urllib.parse import unquote

from comments_service.words.automaton import Automaton
from comments_service.words.disguise import alike, is_disguised, may_be_disguised
from comments_service.words.folding import Folded, FoldTable
from comments_service.words.gaps import is_one_word, is_untouched, stands_alone
from comments_service.words.pattern import Pattern, is_latin_word, make_pattern, pattern_letters
from comments_service.words.verdict import STAR, STRICTEST_FIRST, WEBSITE, Hit, Tier, Verdict, mask, strictest

EVERY_CHANNEL = ""
MOST_ROUNDS = 8
"""Of masking; a word that is put into itself more often than that leaves nothing of its text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word as a moderator put it; the channel is empty for every channel."""

    word: str
    tier: Tier
    channel: str = EVERY_CHANNEL


Find = tuple[Entry, Pattern, int]
"""An entry that was found, its pattern, and the place of its first letter."""


class Lexicon:
    """The words of one version of the list."""

    def __init__(self, table: FoldTable, entries: Iterable[Entry]) -> None:
        self._table = table
        self._patterns: dict[str, Pattern] = {}
        plain: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            plain[pattern_letters(table, entry.word)].append(entry)
        disguised: dict[str, list[Entry]] = defaultdict(list)
        for letters, sought in plain.items():
            if is_latin_word(letters):
                disguised[alike(letters)] += sought
        self._plain = Automaton(plain)
        self._disguised = Automaton(disguised)

    def judge(self, texts: Mapping[str, str | None], channels: Collection[str]) -> Verdict:
        """What the words of every channel and of these say of each field of a comment."""
        hits: list[Hit] = []
        masked: dict[str, str | None] = {}
        for field, text in texts.items():
            found, masked[field] = self._judge_field(field, text, channels) if text else ([], text)
            hits += sorted(found, key=_place)
        return Verdict(strictest(hit.tier for hit in hits), tuple(hits), masked)

    def _judge_field(self, field: str, text: str, channels: Collection[str]) -> tuple[list[Hit], str | None]:
        """The hits in a field, and the field as others may see it."""
        if field == WEBSITE:
            hits = self._hits(field, unquote(text), channels)
            # A URL with stars leads somewhere else.
            return hits, None if _any_masked(hits) else text
        hits = newest = self._hits(field, text, channels)
        for _ in range(MOST_ROUNDS):
            if not _any_masked(newest):
                return hits, text
            # Stars are skipped as any other sign: what they stand between may be the word again, or a worse one.
            text = mask(text, newest)
            newest = self._hits(field, text, channels)
            hits = hits + newest
        return hits, STAR * len(text)

    def _hits(self, field: str, text: str, channels: Collection[str]) -> list[Hit]:
        """The strictest hit of each stretch of text, without those inside an allowed phrase."""
        found = [
            Hit(field, entry.word, entry.tier, *span)
            for entry, span in self._finds(text, frozenset([EVERY_CHANNEL, *channels]))
        ]
        if not found:
            return []
        allowed = [hit for hit in found if hit.tier is Tier.ALLOW]
        strictest_last = sorted((hit for hit in found if hit.tier is not Tier.ALLOW), key=_leniency, reverse=True)
        by_span = {(hit.start, hit.end): hit for hit in strictest_last if not _is_inside(hit, allowed)}
        return [by_span[span] for span in sorted(by_span)]

    def _finds(self, text: str, channels: Collection[str]) -> Iterator[tuple[Entry, tuple[int, int]]]:
        seen = self._table.fold(text)
        plain = seen.without_signs()
        for entry, pattern, start in self._search(self._plain, plain.letters, channels):
            if _is_meant(text, plain, entry, pattern, start):
                yield entry, _span(text, plain, pattern, start)
        if not may_be_disguised(seen.letters):
            return
        for entry, pattern, start in self._search(self._disguised, alike(seen.letters), channels):
            written = seen.letters[start : start + len(pattern.letters)]
            if is_disguised(written, pattern) and _is_meant(text, seen, entry, pattern, start):
                yield entry, _span(text, seen, pattern, start)

    def _search(self, automaton: Automaton[list[Entry]], letters: str, channels: Collection[str]) -> Iterator[Find]:
        for start, sought in automaton.find(letters):
            for entry in sought:
                if entry.channel in channels:
                    yield entry, self._pattern(entry.word), start

    def _pattern(self, word: str) -> Pattern:
        """A word's pattern, worked out when the word is first found: few of a hundred thousand ever are."""
        if word not in self._patterns:
            self._patterns[word] = make_pattern(self._table, word)
        return self._patterns[word]


def _is_meant(text: str, seen: Folded, entry: Entry, pattern: Pattern, start: int) -> bool:
    if not (stands_alone(text, seen, pattern, start) and is_one_word(text, seen, pattern, start)):
        return False
    # An exception that could be pulled apart would be a way around the word inside it.
    return entry.tier is not Tier.ALLOW or is_untouched(text, seen, pattern, start)


def _span(text: str, seen: Folded, pattern: Pattern, start: int) -> tuple[int, int]:
    """The stretch of the original, with the accents that hang on its last letter."""
    end = seen.positions[start + len(pattern.letters) - 1] + 1
    while end < len(text) and category(text[end]) in {"Mn", "Me"}:
        end += 1
    return seen.positions[start], end


def _place(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end


def _leniency(hit: Hit) -> int:
    return STRICTEST_FIRST.index(hit.tier)


def _is_inside(hit: Hit, phrases: Iterable[Hit]) -> bool:
    return any(phrase.start <= hit.start and hit.end <= phrase.end for phrase in phrases)


def _any_masked(hits: Iterable[Hit]) -> bool:
    return any(hit.tier is Tier.MASK for hit in hits)
