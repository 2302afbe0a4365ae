"""A lexicon made from a few words, as the tests write them."""

from collections.abc import Callable

import pytest

from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import Entry, Lexicon
from comments_service.words.verdict import Tier

MakeLexicon = Callable[..., Lexicon]


@pytest.fixture(scope="session")
def table() -> FoldTable:
    return FoldTable()


@pytest.fixture
def lexicon(table: FoldTable) -> MakeLexicon:
    """A lexicon of entries given as (word, tier) or (word, tier, channel)."""

    def make(*entries: tuple[str, ...]) -> Lexicon:
        return Lexicon(table, [Entry(word, Tier(tier), *channel) for word, tier, *channel in entries])

    return make
