"""The cache of answers."""

import itertools

import pytest

from shared.web.cache import MOST_ANSWERS, AnswerCache
from tests.conftest import FakeClock


def test_an_answer_is_made_once_a_second(clock: FakeClock) -> None:
    cache, numbers = AnswerCache(clock, ()), itertools.count()

    bodies = []
    for _ in range(4):
        bodies.append(cache.get("/a", lambda: next(numbers)).body)
        clock.forward(seconds=0.5)

    assert bodies == [b"0", b"0", b"1", b"1"]


def test_of_those_who_ask_late_one_makes_the_answer_anew(clock: FakeClock) -> None:
    cache = AnswerCache(clock, ())
    first = cache.get("/a", lambda: 1)
    clock.forward(seconds=0.8)

    found = [cache.fresh("/a") for _ in range(3)]
    renewed = cache.get("/a", lambda: 2)

    assert found == [None, first, first]
    assert renewed.body == b"2"
    assert cache.fresh("/a") is renewed


def test_an_answer_that_nobody_could_make_anew_is_not_given_for_longer(clock: FakeClock) -> None:
    cache = AnswerCache(clock, ())
    cache.get("/a", lambda: 1)
    clock.forward(seconds=0.8)
    cache.fresh("/a")

    clock.forward(seconds=0.2)

    assert cache.fresh("/a") is None


def test_a_clock_that_was_put_back_keeps_no_answer_for_long(clock: FakeClock) -> None:
    cache, numbers = AnswerCache(clock, ()), itertools.count()
    cache.get("/a", lambda: next(numbers))

    clock.forward(hours=-1)

    assert cache.get("/a", lambda: next(numbers)).body == b"1"


def test_what_fails_is_not_kept(clock: FakeClock) -> None:
    cache = AnswerCache(clock, ())

    with pytest.raises(ZeroDivisionError):
        cache.get("/a", lambda: 1 / 0)

    assert cache.get("/a", lambda: 1).body == b"1"


def test_forgotten_answers_are_made_again(clock: FakeClock) -> None:
    cache = AnswerCache(clock, ())
    cache.get("/a", lambda: 1)

    cache.forget()

    assert cache.get("/a", lambda: 2).body == b"2"


def test_the_cache_is_bounded(clock: FakeClock) -> None:
    cache = AnswerCache(clock, ())
    for n in range(MOST_ANSWERS):
        cache.get(f"/{n}", lambda: 1)

    cache.get("/one more", lambda: 1)

    assert cache.get("/0", lambda: 2).body == b"2"


def test_the_cache_is_bounded_by_its_bytes_too(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.cache.MOST_BYTES", 100)
    cache = AnswerCache(clock, ())
    cache.get("/a", lambda: b"x" * 60)
    clock.forward(seconds=1)
    cache.get("/a", lambda: b"y" * 60)
    cache.get("/b", lambda: b"z" * 40)
    assert cache.fresh("/a") is not None

    cache.get("/c", lambda: b"!")

    assert cache.fresh("/a") is None


def test_the_same_bytes_have_the_same_etag(clock: FakeClock) -> None:
    cache = AnswerCache(clock, ())

    one, same, other = cache.get("/1", lambda: "a"), cache.get("/2", lambda: "a"), cache.get("/3", lambda: "b")

    assert one.etag == same.etag != other.etag
