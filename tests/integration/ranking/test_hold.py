"""The hold: kept up as long as its holder lives, and gone soon after a holder that was killed."""

import time

import pytest

from ranking_service import hold, keys
from shared.store import Store


def test_a_hold_ends_with_its_block(store: Store) -> None:
    with hold.held(store, 3):
        assert hold.is_held(store, 3)
        assert not hold.is_held(store, 2)

    assert not hold.is_held(store, 3)


def test_a_hold_is_renewed_while_its_block_runs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold, "HOLD_MS", 300)

    with hold.held(store, 0):
        deadline, left = time.monotonic() + 10, store.pttl(keys.hold(0))
        while (now_left := store.pttl(keys.hold(0))) <= left:
            assert time.monotonic() < deadline
            left = now_left


def test_nobody_waits_longer_than_seconds_for_a_holder_that_was_killed(store: Store) -> None:
    holding = hold.held(store, 0)
    holding.__enter__()

    assert 0 < store.pttl(keys.hold(0)) <= 5_000
    holding.__exit__(None, None, None)
