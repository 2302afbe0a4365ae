"""Kills of every process under load, against the oracle: the short form of `make chaos`."""

from pathlib import Path

from tests.chaos.killing import kill_under_load


def test_whatever_is_killed_nothing_is_lost_and_nothing_counts_twice(tmp_path: Path) -> None:
    outcome = kill_under_load(tmp_path, kills=18, pause_seconds=(0.1, 0.6))

    assert outcome.facts["processes killed"] == 18
    assert not outcome.broken, outcome
