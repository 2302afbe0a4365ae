"""Disguise: digits and signs in the place of Latin letters.

`1` may be an i or an l, so the search runs over text in which letters that are alike are one, and a find is compared
letter by letter.
"""

from comments_service.words.pattern import Pattern

STANDS_FOR = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a"}
_ALIKE = str.maketrans("0134571$@l", "oieastisai")


def alike(letters: str) -> str:
    """The letters, with one letter for all that may stand for each other."""
    return letters.translate(_ALIKE)


def may_be_disguised(letters: str) -> bool:
    """Whether anything in a text stands in the place of a letter, beside a letter to disguise."""
    return any(sign in letters for sign in STANDS_FOR)


def is_disguised(written: str, pattern: Pattern) -> bool:
    """Whether these letters are the pattern in disguise: not the pattern itself, and not a number alone."""
    if written == pattern.letters or not any(map(str.isalpha, written)):
        return False
    pairs = zip(written, pattern.letters, strict=True)
    return all(seen == wanted or wanted in STANDS_FOR.get(seen, "") for seen, wanted in pairs)
