"""Text as readers write it: what counts as one character, and which characters never reach a page.

A character is what a reader sees as one, an extended grapheme cluster (Unicode, UAX #29): a family emoji is one like a
Chinese character.
"""

import unicodedata

import regex

GRAPHEME = regex.compile(r"\X")
LONGEST_GRAPHEME = 32
"""Code points of one character. The longest that people use has some ten; beyond are towers of marks that cover the
lines around them.
"""
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Embeddings, overrides and isolates: they turn the order of what follows, the page around it too when left open."""
INVISIBLE = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that nobody sees, though they are no white space."""
LINE_BREAKS = regex.compile(r"\r\n|[\r\x85\u2028\u2029]")
_REMOVED = dict.fromkeys(map(ord, BIDI_CONTROLS + "\ufeff\ufff9\ufffa\ufffb"))


def count_characters(text: str) -> int:
    """How many characters a reader sees."""
    return len(text) if text.isascii() else sum(1 for _ in GRAPHEME.finditer(text))


def has_towers(text: str) -> bool:
    """Whether a character of the text is piled up of too many code points."""
    return not text.isascii() and any(len(each.group()) > LONGEST_GRAPHEME for each in GRAPHEME.finditer(text))


def tidy(text: str) -> str:
    """The text without what turns the direction of writing, and with one kind of line break."""
    # All but the carriage return is beyond ASCII.
    if text.isascii() and "\r" not in text:
        return text
    return LINE_BREAKS.sub("\n", text).translate(_REMOVED)


def one_line(text: str) -> str:
    """The text on one line without control characters, white space made single."""
    plain = "".join(" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in tidy(text))
    return " ".join(plain.split())


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of it."""
    # A mark without a letter below it is nothing to read either.
    return all(unicodedata.category(each)[0] in "ZCM" or each in INVISIBLE for each in text)
