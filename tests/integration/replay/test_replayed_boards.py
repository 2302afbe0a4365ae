"""The boards of a replayed access log equal what a few lines over the file count."""

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from comments_service.replay import replay_command
from ranking_service import keys
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Metric, Ranking, load_boards
from shared.clock import system_clock
from shared.store import Store
from tests.integration.replay.test_replayed_log import KEY, count, running_service, write_log

ARGUMENTS = ["--article", r"^/news/(?P<article_id>[^?]+)\.html$", "--register", "--channel", "zz"]


def board(store: Store, partitions: int, name: str) -> dict[str, float]:
    """A board of clicks of the channel zz, of all partitions."""
    ranking = Ranking(next(board for board in load_boards() if board.name == name), Metric.CLICKS)
    scores: dict[str, float] = {}
    for partition in range(partitions):
        for article_id, score in store.zrange(keys.board(partition, "zz", ranking), 0, -1, withscores=True):
            scores[article_id.decode()] = score
    return scores


@pytest.mark.parametrize("partitions", [1, 4])
def test_the_boards_hold_the_clicks_that_an_independent_count_finds(
    partitions: int, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "access.log"
    write_log(path)
    counted: Counter[str] = Counter()
    for (article_id, _), clicks in count(path)[0].items():
        counted[article_id] += clicks

    with running_service(store, tmp_path, partitions) as url:
        environment = {"DATA_DIR": str(tmp_path), "API_KEY": KEY}
        arguments = [str(path), *ARGUMENTS, "--shift-to-now", "--to", url]
        assert CliRunner(env=environment).invoke(replay_command, arguments).exit_code == 0
    projection = make_projection(Stores(store, None, system_clock, partitions), load_boards())
    for partition in range(partitions):
        projection.project(partition)

    # The log's six hours end now, so that every window of a day or more holds them all.
    for name in ("total", "daily", "three-day", "weekly", "monthly"):
        assert board(store, partitions, name) == counted, name
