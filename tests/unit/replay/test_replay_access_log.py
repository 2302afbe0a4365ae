"""Lines of access logs: what servers write, and what they should not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.replay.access_log import LONGEST_LINE_BYTES, LogLine, Malformed, parse_line

COMMON = b'192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'
COMBINED = COMMON + b' "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"'
LATEST_MS = 253_402_387_140_000  # the year 9999 and a day for its offset


def read(raw: bytes) -> LogLine:
    line = parse_line(raw)
    assert isinstance(line, LogLine), line
    return line


def with_request(request: bytes) -> bytes:
    return COMBINED.replace(b"GET /apache_pb.gif HTTP/1.0", request)


def with_time(stamp: bytes) -> bytes:
    return COMBINED.replace(b"10/Oct/2000:13:55:36 -0700", stamp)


def test_a_combined_line_tells_who_read_what_when() -> None:
    line = read(COMBINED)

    assert line == LogLine(
        address="192.0.2.7",
        time_ms=971_211_336_000,
        method="GET",
        path="/apache_pb.gif",
        status=200,
        user_agent="Mozilla/4.08 [en] (Win98; I ;Nav)",
    )


def test_a_common_line_has_no_user_agent() -> None:
    assert read(COMMON + b"\r\n").user_agent == ""


def test_fields_behind_the_combined_ones_are_passed_over() -> None:
    assert read(COMBINED + b' "10.0.0.1" 0.023').user_agent.startswith("Mozilla")


def test_an_ipv6_address_is_kept_whole() -> None:
    assert read(COMBINED.replace(b"192.0.2.7", b"2001:db8::7")).address == "2001:db8::7"


def test_dashes_stand_for_nothing() -> None:
    line = read(b'192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] "-" 408 - "-" "-"')

    assert (line.method, line.path, line.user_agent) == ("", "", "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (rb"A \"quoted\" name", 'A "quoted" name'),
        (rb"back\\slash", "back\\slash"),
        (rb"\xe4\xb8\xad\xe6\x96\x87", "中文"),
        ("中文".encode(), "中文"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (rb"tab\there", "tab\there"),
    ],
)
def test_escapes_are_undone_and_other_bytes_break_nothing(written: bytes, meant: str) -> None:
    assert read(COMBINED.replace(b"Mozilla/4.08 [en] (Win98; I ;Nav)", written)).user_agent == meant


@pytest.mark.parametrize(
    ("request_line", "method", "path"),
    [
        (b"GET /a?b=1#c HTTP/1.1", "GET", "/a"),
        (b"GET /a", "GET", "/a"),
        (b"GET /a b HTTP/1.1", "GET", "/a b"),
        (b"GET http://example.com/a/b?c HTTP/1.1", "GET", "/a/b"),
        (b"GET http://example.com HTTP/1.1", "GET", "/"),
        (b"POST /a HTTP/2.0", "POST", "/a"),
        (rb"\x16\x03\x01", "", ""),
        (b"", "", ""),
        (b"GET", "", ""),
    ],
)
def test_a_request_is_read_without_its_query(request_line: bytes, method: str, path: str) -> None:
    line = read(with_request(request_line))

    assert (line.method, line.path) == (method, path)


@pytest.mark.parametrize(
    ("stamp", "time_ms"),
    [
        (b"17/May/2015:10:05:03 +0000", 1_431_857_103_000),
        (b"17/May/2015:18:05:03 +0800", 1_431_857_103_000),
        (b"17/May/2015:04:35:03 -0530", 1_431_857_103_000),
        (b"29/Feb/2016:00:00:00 +0000", 1_456_704_000_000),
        (b"31/Dec/2016:23:59:60 +0000", 1_483_228_800_000),
    ],
)
def test_times_are_read_in_their_zone(stamp: bytes, time_ms: int) -> None:
    assert read(with_time(stamp)).time_ms == time_ms


@pytest.mark.parametrize(
    "stamp",
    [
        b"31/Feb/2015:10:05:03 +0000",
        b"17/Mai/2015:10:05:03 +0000",
        b"17/May/2015:24:05:03 +0000",
        b"17/May/2015:10:05:61 +0000",
        b"17/May/2015:10:05:03 +2400",
        b"17/May/2015:10:05:03 +0060",
        b"17/May/0000:10:05:03 +0000",
        b"01/Jan/1970:00:00:00 +0800",
        b"31/Dec/1969:23:59:59 +0000",
        b"17/May/2015:10:05:03",
        b"",
    ],
)
def test_a_time_that_never_was_is_malformed(stamp: bytes) -> None:
    assert parse_line(with_time(stamp)) == Malformed("no such time")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"not a log line",
        COMBINED[:-1],  # cut within the User-Agent
        COMMON[:-5],
        COMBINED.replace(b" 200 ", b" 999 "),
        COMBINED.replace(b" 200 ", b" +20 "),
        COMBINED.replace(b"Mozilla/4.08", b'Mozilla"4.08'),
        b"www.example.com:443 " + COMBINED,  # neither of the two formats
        b"\x00" * 100,
    ],
)
def test_a_broken_line_is_malformed(raw: bytes) -> None:
    assert parse_line(raw) == Malformed("neither common nor combined log format")


def test_a_line_without_end_is_malformed() -> None:
    raw = COMBINED + b"x" * LONGEST_LINE_BYTES

    assert parse_line(raw) == Malformed("longer than 64 KiB")


def test_a_line_of_nothing_but_escapes_is_refused_in_one_pass() -> None:
    """The pattern must not try every way to cut backslashes and quotes into fields; the test's time limit tells."""
    raw = COMMON + b' "' + b'\\" "' * 10_000

    assert isinstance(parse_line(raw), Malformed)


FIELDS = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from([b'"', b"\\", b"[", b"]", b" ", b"-", b"GET", b"http://", b"\\x", b"\\x4", b"99", b"\xff"]),
    ),
    max_size=12,
).map(b"".join)
STAMPS = st.from_regex(rb"[0-9]{2}/(Jan|Feb|Xyz|Dec)/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}", fullmatch=True)


@given(
    st.one_of(
        st.binary(max_size=200),
        FIELDS,
        st.builds(lambda field, at: COMBINED[:at] + field + COMBINED[at:], FIELDS, st.integers(0, len(COMBINED))),
        st.builds(with_request, FIELDS),
        STAMPS.map(with_time),
    )
)
def test_no_line_raises_and_none_tells_the_impossible(raw: bytes) -> None:
    line = parse_line(raw)

    if isinstance(line, LogLine):
        assert 0 <= line.time_ms <= LATEST_MS
        assert 100 <= line.status <= 599
        assert line.method == "" or (line.method.isalpha() and line.path)
        assert not {"?", "#"} & set(line.path)
        assert " " not in line.address
        assert (line.address + line.path + line.user_agent).encode()
