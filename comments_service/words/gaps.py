"""Gaps: what stands between two letters of a text, and whether letters across gaps are one Latin word.

Between Chinese characters anything is skipped. Between Latin letters a space may be an evasion (`b a d`) or simply the
next word (`in to` is not `into`), so the pieces are looked at: an evasion leaves pieces that no word looks like.
"""

from itertools import pairwise
from unicodedata import category

from comments_service.words.folding import BLANK_LETTERS, Folded, is_latin
from comments_service.words.pattern import Pattern

APOSTROPHES = frozenset("'’")
JOINTS = APOSTROPHES | frozenset("-‐‑–—/&:;,!?()，。、；：！？（）")
"""Punctuation that stands between two words even without a space."""
VOWELS = frozenset("aeiouy")
SHORT_WORDS = frozenset("ai")
CLITICS = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})


def gap(text: str, seen: Folded, place: int) -> str:
    """What a reader sees between a letter and the one before it; empty when they touch."""
    between = text[seen.positions[place - 1] + 1 : seen.positions[place]]
    return "".join(character for character in between if not _is_invisible(character)) if between else ""


def stands_alone(text: str, seen: Folded, pattern: Pattern, start: int) -> bool:
    """Whether a find begins and ends at a word boundary, where its letters are Latin.

    `'s` before it is no boundary (`it's ex`), behind it is one (`spam's`).
    """
    end = start + len(pattern.letters)
    if start > 0 and is_latin(pattern.letters[0]) and is_latin(seen.letters[start - 1]):
        before = gap(text, seen, start)
        if not before or before in APOSTROPHES:
            return False
    follows = end < len(seen.letters) and is_latin(pattern.letters[-1]) and is_latin(seen.letters[end])
    return not (follows and not gap(text, seen, end))


def is_one_word(text: str, seen: Folded, pattern: Pattern, start: int) -> bool:
    """Whether the Latin letters of a find belong together in spite of what stands between them."""
    gaps = {place: between for place in pattern.latin_places if (between := gap(text, seen, start + place))}
    if gaps.keys() <= pattern.breaks:
        return True
    bounds = [0, *gaps, len(pattern.letters)]
    pieces = [slice(*bound) for bound in pairwise(bounds)]
    words = [pattern.letters[piece] for piece in pieces]
    written = [seen.letters[start + piece.start : start + piece.stop] for piece in pieces]
    return _is_torn(list(gaps.values()), words, written)


def is_untouched(text: str, seen: Folded, pattern: Pattern, start: int) -> bool:
    """Whether a find is written as the pattern is: with spaces, or one other character, only where the pattern has."""
    gaps = {place: between for place in range(1, len(pattern.letters)) if (between := gap(text, seen, start + place))}
    return gaps.keys() <= pattern.breaks and all(len(between) == 1 or between.isspace() for between in gaps.values())


def _is_torn(gaps: list[str], words: list[str], written: list[str]) -> bool:
    """Whether a word was torn into these pieces, rather than several words standing side by side."""
    numbers = [piece.isdigit() for piece in written]
    if len(words) == 2 and gaps[0] in APOSTROPHES and words[1] in CLITICS:
        return False
    if any(not _is_natural(between) and not any(numbers[place : place + 2]) for place, between in enumerate(gaps)):
        return True
    if len(words) > 2 and all(len(word) == 1 for word in words):
        return True
    return any(not number and not _is_like_a_word(word) for word, number in zip(words, numbers, strict=True))


def _is_natural(between: str) -> bool:
    return any(character.isspace() for character in between) or JOINTS.issuperset(between)


def _is_like_a_word(piece: str) -> bool:
    return piece in SHORT_WORDS or (len(piece) > 1 and not VOWELS.isdisjoint(piece))


def _is_invisible(character: str) -> bool:
    return category(character) in {"Cf", "Mn", "Me"} or character in BLANK_LETTERS
