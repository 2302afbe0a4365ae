"""The filter where comments come in, and how a change of the list reaches every process."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from comments_service.words import Tier, WordFilter, WordList
from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import Entry
from shared.errors import RedianError, unavailable
from tests.integration.words.conftest import Desk


@pytest.fixture
def words(desk: Desk) -> WordList:
    return WordList(desk.service.database, FoldTable(), desk.service.clock)


@pytest.fixture
def word_filter(desk: Desk, words: WordList) -> WordFilter:
    return WordFilter(words, FoldTable(), desk.service.clock)


def tier(word_filter: WordFilter, text: str = "坏词") -> Tier | None:
    return word_filter.current().judge({"text": text}, ()).tier


def test_another_process_knows_a_change_within_two_seconds(desk: Desk, other_desk: Desk) -> None:
    assert other_desk.judge("坏词")["tier"] is None
    desk.put("坏词", "hold")

    desk.service.clock.forward(seconds=2)

    assert other_desk.judge("坏词")["tier"] == "hold"
    desk.remove("坏词")
    desk.service.clock.forward(seconds=3600)
    assert other_desk.judge("坏词")["tier"] is None


def test_the_old_lexicon_serves_while_the_next_is_made(desk: Desk, words: WordList, word_filter: WordFilter) -> None:
    assert tier(word_filter) is None
    words.put(["坏词"], Tier.HOLD)

    desk.service.clock.forward(seconds=1)

    assert tier(word_filter) in {None, Tier.HOLD}
    deadline = time.monotonic() + 10
    while tier(word_filter) is None:
        assert time.monotonic() < deadline


def test_the_version_is_looked_at_once_a_second_at_most(
    desk: Desk, words: WordList, word_filter: WordFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    look = words.version

    def note() -> int:
        looks.append(look())
        return looks[-1]

    monkeypatch.setattr(words, "version", note)

    for _ in range(20):
        desk.service.clock.forward(seconds=0.25)
        word_filter.current()

    assert len(looks) == 5


def test_a_list_that_cannot_be_read_is_read_again_at_the_next_request(
    words: WordList, word_filter: WordFilter, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.put(["坏词"], Tier.HOLD)

    def fail() -> tuple[int, list[Entry]]:
        raise unavailable("database", "down")

    with monkeypatch.context() as patched:
        patched.setattr(words, "read", fail)
        with pytest.raises(RedianError):
            word_filter.current()

    assert tier(word_filter) is Tier.HOLD


def test_many_that_put_the_same_words_at_once_put_them_once(words: WordList) -> None:
    batch = [f"词语{number}" for number in range(600)]

    with ThreadPoolExecutor(4) as pool:
        puts = list(pool.map(lambda _: words.put(batch, Tier.MASK), range(4)))

    assert sum(put.added for put in puts) == 600
    assert words.version() == 1
    assert len(words.read()[1]) == 600
