"""Beat: ticks come by a clock that nobody sets."""

from datetime import timedelta

from services.beat.__main__ import BeatSettings, make_beat, steady_now


def test_the_present_of_ticks_goes_on_with_the_monotonic_clock_alone() -> None:
    elapsed = [100.0]
    now = steady_now(lambda: elapsed[0])

    before = now()
    elapsed[0] += 1.5

    assert now() - before == timedelta(seconds=1.5)


def test_the_tick_goes_by_that_present() -> None:
    settings = BeatSettings(secret_key="a secret of the tests", redis_url="redis://127.0.0.1:1/0")

    tick = make_beat(settings).conf.beat_schedule["tick"]["schedule"]

    assert tick.nowfun.__qualname__.startswith(steady_now.__name__)
