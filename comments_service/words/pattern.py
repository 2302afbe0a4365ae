"""Patterns: a word of the list as it is searched for."""

from dataclasses import dataclass

from comments_service.words.folding import SIGNS, FoldTable, is_latin

LONGEST = 800
"""Letters that a folded word may have; one character folds to at most eighteen."""
SIGNS_AS_LETTERS = str.maketrans(SIGNS, "sa")
WITHOUT_SIGNS = str.maketrans("", "", SIGNS)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A folded word. A place is the index of a letter; a gap at a place stands before that letter."""

    letters: str
    latin_places: tuple[int, ...]
    """Places with a Latin letter on both sides."""
    breaks: frozenset[int]
    """Places where the word itself has a gap, such as a space."""

    @property
    def key(self) -> str:
        """Equal for spellings that are one word to the filter."""
        latin_breaks = self.breaks.intersection(self.latin_places)
        return "".join(f" {letter}" if place in latin_breaks else letter for place, letter in enumerate(self.letters))


def pattern_letters(table: FoldTable, word: str) -> str:
    """The letters by which a word is searched for.

    In a Latin word `$` and `@` are letters: `a$$` would otherwise forbid the article `a`.
    """
    letters = table.letters(word)
    if letters.isalnum():
        return letters
    bare = letters.translate(WITHOUT_SIGNS)
    return letters.translate(SIGNS_AS_LETTERS) if is_latin_word(bare) else bare


def is_latin_word(letters: str) -> bool:
    """Whether every letter is of a script whose words stand apart."""
    return bool(letters) and is_latin(max(letters))


def make_pattern(table: FoldTable, word: str) -> Pattern:
    """The pattern of a word; raises ValueError, to be shown, when nothing of it can be searched for."""
    letters = pattern_letters(table, word)
    if not letters:
        raise ValueError("must contain a letter or a digit")
    if len(letters) > LONGEST:
        raise ValueError("is too long once its characters are written out")
    seen = table.fold(word)
    positions = (seen if len(seen.letters) == len(letters) else seen.without_signs()).positions
    places = range(1, len(letters))
    latin_places = tuple(at for at in places if is_latin(letters[at - 1]) and is_latin(letters[at]))
    return Pattern(letters, latin_places, frozenset(at for at in places if positions[at] - positions[at - 1] > 1))
