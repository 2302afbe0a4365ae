"""Verdicts: what the filter says of what a reader wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import BadField, RedianError

WEBSITE = "website"
STAR = "*"


class Tier(StrEnum):
    """What happens to a comment with a word: refused, held for a moderator, masked; `allow` is an exception."""

    BLOCK = "block"
    HOLD = "hold"
    MASK = "mask"
    ALLOW = "allow"


STRICTEST_FIRST = (Tier.BLOCK, Tier.HOLD, Tier.MASK)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word in a field, from `start` up to but not including `end`, counted in code points of the field's text.

    A website is searched as it reads once percent-encoding is undone, and its positions are those of that reading.
    """

    field: str
    word: str
    tier: Tier
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """The strictest tier that hit (None: nothing did), the hits in their order, and the fields as others may see them.

    A masked text is as long as the original, a website with a masked word is left out.
    """

    tier: Tier | None
    hits: tuple[Hit, ...]
    masked: Mapping[str, str | None]

    def refuse_blocked(self) -> None:
        """Raise `word_blocked`, naming the fields but not the word, when a word of the tier `block` was found."""
        fields = dict.fromkeys(hit.field for hit in self.hits if hit.tier is Tier.BLOCK)
        if fields:
            bad = tuple(BadField(field, "contains a word that is not allowed here") for field in fields)
            raise RedianError("word_blocked", "The comment contains a word that is not allowed here.", fields=bad)


def strictest(tiers: Iterable[Tier]) -> Tier | None:
    """The tier that decides; None of none."""
    present = set(tiers)
    return next((tier for tier in STRICTEST_FIRST if tier in present), None)


def mask(text: str, hits: Iterable[Hit]) -> str:
    """A text with a star for every character of a masked word, and of what was put between its letters."""
    characters = list(text)
    for hit in hits:
        if hit.tier is Tier.MASK:
            characters[hit.start : hit.end] = STAR * (hit.end - hit.start)
    return "".join(characters)
