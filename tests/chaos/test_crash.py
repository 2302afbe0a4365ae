"""A machine's crash while Redis writes to disk once a second."""

from contextlib import closing
from pathlib import Path

from tests.chaos.crash import crash
from tests.chaos.load import Load
from tests.chaos.system import System


def test_a_crash_costs_the_last_second_of_clicks_and_no_comment(tmp_path: Path) -> None:
    with closing(System(tmp_path / "data", {"REDIS_APPENDFSYNC": "everysec"})) as system:
        system.until_ready()

        with closing(Load(system)) as load:
            outcome = crash(system, load)

        assert not outcome.broken, outcome
