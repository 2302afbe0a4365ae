"""Workers of two versions, of which one can parse more: a slice is finished as it was begun, whoever finishes it."""

import pytest

import shared.event_log
from ranking_service import keys
from shared.events import Unread, decode_entry
from shared.store import Store
from tests.integration.ranking.conftest import MakeNewsroom, MakeProjection
from tests.integration.ranking.interruptions import StoppedError, stop_after
from tests.integration.ranking.newsroom import Newsroom


@pytest.fixture
def newsroom(make_newsroom: MakeNewsroom) -> Newsroom:
    """Three articles with two clicks each, in chunks of one article."""
    newsroom = make_newsroom(standings=1)
    for name in "abc":
        newsroom.publish(name)
    newsroom.project()
    for name in "abc":
        newsroom.click(name)
        newsroom.click(name)
    return newsroom


@pytest.fixture
def be_older(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clicks on b stand for a kind of event that only the newer version knows."""

    def decode(data: bytes, buried: object = ()) -> object:
        del buried
        return ([], [Unread(0, data[1:-1], "unknown")]) if b'clicked","b"' in data else decode_entry(data)

    monkeypatch.setattr(shared.event_log, "decode_entry", decode)


@pytest.mark.usefixtures("be_older")
@pytest.mark.parametrize("writes", range(1, 3))
def test_a_newer_worker_finishes_an_older_ones_slice_exactly(
    newsroom: Newsroom, make: MakeProjection, store: Store, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    stop_after(newsroom.projection, writes)
    with pytest.raises(StoppedError):
        newsroom.project()

    monkeypatch.setattr(shared.event_log, "decode_entry", decode_entry)
    newsroom.projection = make()
    newsroom.project()

    assert newsroom.scores("total") == {"a": 2, "c": 2}
    assert store.xlen(keys.dead_letters(0)) == 2
    assert newsroom.position().buried == {}
    assert newsroom.differences() == []


def test_an_older_worker_leaves_a_newer_ones_slice_alone(
    newsroom: Newsroom, make: MakeProjection, store: Store, request: pytest.FixtureRequest
) -> None:
    """It could neither count nor bury what it cannot parse: it may be counted already."""
    stop_after(newsroom.projection, 2)
    with pytest.raises(StoppedError):
        newsroom.project()
    request.getfixturevalue("be_older")
    newsroom.projection = make()

    newsroom.project()

    assert newsroom.position().until
    assert store.xlen(keys.dead_letters(0)) == 0
    request.getfixturevalue("monkeypatch").setattr(shared.event_log, "decode_entry", decode_entry)
    newsroom.project()
    assert newsroom.scores("total") == {"a": 2, "b": 2, "c": 2}
