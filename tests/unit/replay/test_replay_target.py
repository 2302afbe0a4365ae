"""The target waits for what time can heal, and tells the rest in a sentence."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from comments_service.replay.errors import ReplayStopped
from comments_service.replay.selection import Click
from comments_service.replay.target import LONGEST_PAUSE_SECONDS, Target
from tests.unit.replay.fake_system import FakeSystem, running_system


@pytest.fixture
def system() -> Iterator[FakeSystem]:
    with running_system() as server:
        yield server


def test_a_busy_system_is_waited_for_as_long_as_it_says(system: FakeSystem) -> None:
    pauses: list[float] = []
    system.refusals = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "86400"}), (502, {})]

    with closing(Target(system.url, "key", sleep=pauses.append)) as target:
        answer = target.send([Click("one", "2015-05-17T02:00:00.000Z")], "idempotency-key")

    assert answer.accepted == 1
    assert pauses[:2] == [7, LONGEST_PAUSE_SECONDS]
    assert len(pauses) == 3


def test_a_system_that_stays_busy_is_given_up_with_a_sentence(system: FakeSystem) -> None:
    system.refusals = [(503, {"Retry-After": "1"})] * 50
    pauses: list[float] = []

    with closing(Target(system.url, "key", sleep=pauses.append)) as target, pytest.raises(ReplayStopped) as stopped:
        target.send([], "idempotency-key")

    assert "answered 503 12 times" in stopped.value.message
