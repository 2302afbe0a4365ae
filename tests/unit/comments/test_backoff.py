"""Backoff: waits grow, never by the same amount, and come to an end."""

from comments_service.backoff import Backoff

BACKOFF = Backoff(attempts=5, first_ms=1_000, factor=10, longest_ms=50_000)


def test_waits_grow_up_to_the_longest_and_end_with_the_last_attempt() -> None:
    for made, plain_ms in enumerate([1_000, 10_000, 50_000, 50_000], 1):
        wait_ms = BACKOFF.wait_ms(made)
        assert wait_ms is not None
        assert plain_ms * 0.8 <= wait_ms <= plain_ms * 1.2

    assert BACKOFF.wait_ms(5) is None


def test_two_that_failed_together_come_back_apart() -> None:
    assert len({BACKOFF.wait_ms(3) for _ in range(20)}) > 1
