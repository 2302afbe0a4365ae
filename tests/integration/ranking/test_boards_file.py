"""boards.toml changed under a running system: the workers follow, and the boards equal the ledger."""

from pathlib import Path

import pytest

from ranking_service.boards import Boards, load_boards
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.ranking.conftest import MakeNewsroom, MakeProjection
from tests.integration.ranking.interruptions import StoppedError, stop_after
from tests.integration.ranking.newsroom import Newsroom

TOTAL = '[boards.total]\nzh = "总"\nen = "All"\n'
SIX_HOUR = '[boards.six-hour]\nzh = "六小时"\nen = "Six hours"\nslots = 6\n'
DAILY = '[boards.daily]\nzh = "今日"\nen = "Today"\nslots = 24\n'
MONTHLY = '[boards.monthly]\nzh = "一月"\nen = "This month"\nslots = 720\n'
HOT = '[boards.hot]\nzh = "热度"\nen = "Hot"\nhalf_life_hours = 24\n'
WARM = '[boards.warm]\nzh = "温"\nen = "Warm"\nhalf_life_hours = 2\n'


class BoardsFile:
    """A boards.toml of the test's own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, *tables: str) -> Boards:
        self._path.write_text("\n".join(tables), "utf-8")
        return load_boards(self._path)


@pytest.fixture
def write_boards(tmp_path: Path) -> BoardsFile:
    return BoardsFile(tmp_path / "boards.toml")


def restart(newsroom: Newsroom, make: MakeProjection, boards: Boards, **sizes: int) -> None:
    """Go on with workers that know other boards."""
    newsroom.boards = boards
    newsroom.projection = make(of=boards, **sizes)


def busy(newsroom: Newsroom) -> None:
    """Clicks and comments in every tenth hour of the last 40, each hour with a count of its own."""
    newsroom.publish("a", "zz", "fj")
    newsroom.publish("b", "zz")
    for hours in range(0, 40, 2):
        newsroom.click("a", hours + 1, hours_ago=hours)
        newsroom.comment("b", hours_ago=hours)
    newsroom.project()


def test_an_added_board_is_filled_from_the_ledger_by_a_running_partition(
    make_newsroom: MakeNewsroom, make: MakeProjection, write_boards: BoardsFile
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, DAILY, HOT))
    busy(newsroom)

    restart(newsroom, make, write_boards(TOTAL, DAILY, HOT, SIX_HOUR))
    newsroom.project()

    assert newsroom.scores("six-hour") == {"a": 1 + 3 + 5}
    assert newsroom.scores("six-hour", "fj") == {"a": 1 + 3 + 5}
    assert newsroom.differences() == []


def test_an_added_board_makes_a_quiet_partition_due(
    make_newsroom: MakeNewsroom, make: MakeProjection, write_boards: BoardsFile
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, DAILY))
    busy(newsroom)

    restart(newsroom, make, write_boards(TOTAL, DAILY, SIX_HOUR))

    assert newsroom.projection.is_due(0)
    newsroom.project()
    assert not newsroom.projection.is_due(0)


def test_an_added_board_goes_on_with_a_slice_that_was_half_done(
    make_newsroom: MakeNewsroom, make: MakeProjection, write_boards: BoardsFile
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, DAILY), standings=1)
    newsroom.project()
    for name in "abc":
        newsroom.publish(name)
        newsroom.click(name, 2)
    stop_after(newsroom.projection, writes=2)
    with pytest.raises(StoppedError):
        newsroom.project()

    restart(newsroom, make, write_boards(TOTAL, DAILY, SIX_HOUR), standings=1)
    newsroom.project()

    assert newsroom.scores("six-hour") == {"a": 2, "b": 2, "c": 2}
    assert newsroom.differences() == []


def test_a_removed_boards_keys_go(
    make_newsroom: MakeNewsroom, make: MakeProjection, write_boards: BoardsFile, store: Store
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, DAILY, SIX_HOUR, HOT, WARM))
    busy(newsroom)
    assert list(store.scan_iter(match="*six-hour*"))
    assert list(store.scan_iter(match="*warm*"))

    restart(newsroom, make, write_boards(TOTAL, DAILY, HOT))
    newsroom.project()

    assert list(store.scan_iter(match="*six-hour*")) == []
    assert list(store.scan_iter(match="*warm*")) == []
    assert newsroom.position().floors.keys() == {24, 720}
    assert newsroom.position().landmarks.keys() == {"hot"}
    assert newsroom.differences() == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((TOTAL, DAILY, MONTHLY), (TOTAL, DAILY)),
        ((TOTAL, DAILY), (TOTAL, DAILY, MONTHLY)),
        ((TOTAL, SIX_HOUR, WARM), (TOTAL, DAILY, WARM)),
        ((TOTAL, MONTHLY, WARM), (TOTAL, SIX_HOUR, WARM)),
    ],
    ids=["shortened", "lengthened", "lengthened beside a decaying board", "shortened beside a decaying board"],
)
def test_the_longest_window_may_change(
    make_newsroom: MakeNewsroom,
    make: MakeProjection,
    write_boards: BoardsFile,
    clock: FakeClock,
    before: tuple[str, ...],
    after: tuple[str, ...],
) -> None:
    newsroom = make_newsroom(of=write_boards(*before))
    busy(newsroom)
    total = newsroom.scores("total")

    restart(newsroom, make, write_boards(*after))
    for _ in range(4):
        newsroom.project()
        assert newsroom.differences() == []
        clock.forward(hours=7)
        newsroom.click("b", hours_ago=30)
    newsroom.project()

    assert newsroom.differences() == []
    assert newsroom.scores("total") == total | {"b": 4}


@pytest.mark.parametrize("changed", [(TOTAL, SIX_HOUR), (TOTAL, MONTHLY)], ids=["shortened", "lengthened"])
def test_the_longest_window_may_change_while_it_lets_go_of_a_slot(
    make_newsroom: MakeNewsroom,
    make: MakeProjection,
    write_boards: BoardsFile,
    clock: FakeClock,
    changed: tuple[str, ...],
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, DAILY), standings=1)
    for name in "abc":
        newsroom.publish(name)
        newsroom.click(name, 3)
    newsroom.project()
    clock.forward(hours=23)
    newsroom.project()
    clock.forward(hours=1)
    stop_after(newsroom.projection, writes=3)
    with pytest.raises(StoppedError):
        newsroom.project()
    assert newsroom.position().afters == {24: ("clicks", "b")}

    restart(newsroom, make, write_boards(*changed), standings=1)
    newsroom.click("a", hours_ago=24)
    newsroom.click("c", hours_ago=24)
    newsroom.project()

    assert newsroom.differences() == []
    assert newsroom.scores("total") == {"a": 4, "b": 3, "c": 4}


def test_hot_needs_the_ledger_for_longer_than_the_windows(
    make_newsroom: MakeNewsroom, write_boards: BoardsFile, clock: FakeClock
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, SIX_HOUR, HOT))
    newsroom.publish("a")
    newsroom.click("a", 10)
    newsroom.project()

    clock.forward(hours=30)
    newsroom.project()

    assert newsroom.scores("six-hour") == {}
    assert newsroom.scores("hot") == {"a": pytest.approx(10 * 2 ** (-30 / 24))}
    assert newsroom.differences() == []


def test_heat_that_outlives_the_ledger_is_no_difference(
    make_newsroom: MakeNewsroom, write_boards: BoardsFile, clock: FakeClock
) -> None:
    newsroom = make_newsroom(of=write_boards(TOTAL, SIX_HOUR, WARM))
    newsroom.publish("a")
    newsroom.click("a", 1_000)
    newsroom.project()

    clock.forward(hours=70)
    newsroom.project()

    assert list(newsroom.store.scan_iter(match="ledger:*")) == []
    assert newsroom.scores("warm") == {"a": pytest.approx(1_000 * 2 ** (-70 / 2))}
    assert newsroom.differences() == []
