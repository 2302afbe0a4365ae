"""Which lines are readers' clicks."""

import pytest

from comments_service.pages import compile_pattern
from comments_service.replay.selection import Click, LeftOut, Reason, Selected, Selection
from comments_service.replay.visitors import VisitorHash

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
LINE_MS = 1_431_857_103_000
PATTERNS = (compile_pattern("^/news/(?P<article_id>[^/]+)$"),)


def line(request: str = "GET /news/one HTTP/1.1", status: int = 200, agent: str = FIREFOX) -> bytes:
    return f'192.0.2.7 - - [17/May/2015:10:05:03 +0000] "{request}" {status} 99 "-" "{agent}"\n'.encode()


def choose(raw: bytes, *, shift_ms: int = 0, visitors: bool = False, now_ms: int = LINE_MS) -> Selected | LeftOut:
    visitor_of = VisitorHash(b"key") if visitors else None
    return Selection(PATTERNS, shift_ms=shift_ms, visitor_of=visitor_of).choose(raw, now_ms)


def test_a_readers_page_view_is_a_click_at_its_time() -> None:
    chosen = choose(line())

    assert isinstance(chosen, Selected)
    assert chosen.click == Click("one", "2015-05-17T10:05:03.000Z")


@pytest.mark.parametrize(
    ("raw", "left_out"),
    [
        (b"garbage", LeftOut(Reason.MALFORMED, "neither common nor combined log format")),
        (line("POST /news/one HTTP/1.1"), LeftOut(Reason.NOT_A_GET)),
        (line("HEAD /news/one HTTP/1.1"), LeftOut(Reason.NOT_A_GET)),
        (line(status=404), LeftOut(Reason.NOT_SUCCESSFUL)),
        (line(status=301), LeftOut(Reason.NOT_SUCCESSFUL)),
        (line(status=500), LeftOut(Reason.NOT_SUCCESSFUL)),
        (line("GET /style.css HTTP/1.1"), LeftOut(Reason.NO_ARTICLE)),
        (line(status=304), LeftOut(Reason.NOT_SUCCESSFUL)),
        (line(agent=GOOGLEBOT), LeftOut(Reason.CRAWLER, "Googlebot")),
        (line(agent="curl/8.5.0"), LeftOut(Reason.CRAWLER, "curl")),
    ],
)
def test_other_lines_are_left_out_with_their_reason(raw: bytes, left_out: LeftOut) -> None:
    assert choose(raw) == left_out


@pytest.mark.parametrize("status", [200, 206])
def test_a_page_that_the_reader_saw_is_a_click(status: int) -> None:
    assert isinstance(choose(line(status=status)), Selected)


def test_a_reader_without_a_user_agent_is_no_crawler() -> None:
    assert isinstance(choose(line(agent="-")), Selected)


def test_times_move_by_the_shift() -> None:
    chosen = choose(line(), shift_ms=86_400_000, now_ms=LINE_MS + 86_400_000)

    assert isinstance(chosen, Selected)
    assert chosen.click.occurred_at == "2015-05-18T10:05:03.000Z"


@pytest.mark.parametrize(("ahead_ms", "is_sent"), [(60_000, True), (60_001, False)])
def test_a_click_that_the_system_would_refuse_as_future_is_left_out(ahead_ms: int, is_sent: bool) -> None:
    chosen = choose(line(), now_ms=LINE_MS - ahead_ms)

    assert isinstance(chosen, Selected) is is_sent


def test_a_visitor_is_the_same_hash_of_address_and_browser_and_never_the_address() -> None:
    here, again = choose(line(), visitors=True), choose(line(), visitors=True)
    elsewhere = choose(line(agent=FIREFOX + " x"), visitors=True)

    assert isinstance(here, Selected)
    assert isinstance(again, Selected)
    assert isinstance(elsewhere, Selected)
    assert here.click.visitor == again.click.visitor != elsewhere.click.visitor
    assert "192.0.2.7" not in str(here)


def test_another_key_makes_other_visitors() -> None:
    assert VisitorHash(b"one")("192.0.2.7", "x") != VisitorHash(b"other")("192.0.2.7", "x")
