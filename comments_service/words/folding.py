"""Folding: text as the filter compares it, each letter with the position that it has in the original.

Every character is folded by itself, so that a position is never lost. That is why traditional characters are turned
into simplified ones without a look at the phrase: 乾 becomes 干 in every phrase, in words and in texts alike.
"""

from collections.abc import Callable
from functools import cached_property
from unicodedata import category, normalize

from opencc import OpenCC

SIGNS = "$@"
"""Signs that can stand for a letter of a Latin word; in any other they are skipped like punctuation."""
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Unicode that nobody sees: fillers of the Korean script."""


class Folded:
    """Folded text: its letters, digits and signs, and the position in the original of each."""

    def __init__(self, letters: str, find_positions: Callable[[], list[int]]) -> None:
        self.letters = letters
        self._find_positions = find_positions

    @cached_property
    def positions(self) -> list[int]:
        """Where each letter stands in the original; only a text in which something was found needs to know."""
        return self._find_positions()

    def without_signs(self) -> "Folded":
        """The same without `$` and `@`."""
        if not any(sign in self.letters for sign in SIGNS):
            return self
        kept = [place for place, letter in enumerate(self.letters) if letter not in SIGNS]
        return Folded("".join(self.letters[at] for at in kept), lambda: [self.positions[at] for at in kept])


class FoldTable(dict[int, str]):
    """What each code point folds to, worked out when it is first met; nothing for one that is skipped."""

    def letters(self, text: str) -> str:
        """A text's letters alone."""
        return text.translate(self)

    def fold(self, text: str) -> Folded:
        """A text's letters with their positions."""
        return Folded(self.letters(text), lambda: [at for at, each in enumerate(text) for _ in self[ord(each)]])

    def __missing__(self, code_point: int) -> str:
        plain = normalize("NFKC", normalize("NFKC", chr(code_point)).casefold())
        folded = "".join(map(self._letter, plain))
        self[code_point] = folded
        return folded

    def _letter(self, character: str) -> str:
        if character in SIGNS:
            return character
        if category(character)[0] not in "LN" or character in BLANK_LETTERS:
            return ""
        base = normalize("NFKD", character)[0]
        if base.isascii() and base.isalpha():
            return base
        return str(self._converter.convert(character))

    @cached_property
    def _converter(self) -> OpenCC:
        """Read from its files only when the first character that is not Latin comes."""
        return OpenCC("t2s")


def is_latin(letter: str) -> bool:
    """Whether a letter or digit is of a script whose words stand apart: Latin, Greek and Cyrillic."""
    return letter.isalnum() and letter < "\u0530"
