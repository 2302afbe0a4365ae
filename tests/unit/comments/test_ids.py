"""Ids: unique, and in the order of their time."""

from comments_service.ids import new_id
from tests.conftest import NOON_MS


def test_a_later_id_sorts_behind() -> None:
    times = [0, 1, NOON_MS, NOON_MS + 1, (1 << 48) - 1]

    ids = [new_id(time) for time in times]

    assert ids == sorted(ids)
    assert {len(each) for each in ids} == {26}


def test_ids_of_one_moment_differ() -> None:
    assert len({new_id(NOON_MS) for _ in range(10_000)}) == 10_000
