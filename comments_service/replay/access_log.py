r"""A line of a web server's access log, NCSA common or combined, read into what a replay needs.

    address ident user [17/May/2015:10:05:03 +0000] "GET /path HTTP/1.1" 200 1234 "referrer" "user agent"

Nothing here raises: a line is either a `LogLine` or `Malformed` with the reason. Servers write bytes as `\xhh` and a
quote as `\"`; both are undone, and what is then not UTF-8 reads as U+FFFD.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.clock import SECOND_MS, to_ms

LONGEST_LINE_BYTES = 64 * 1024

# Possessive quantifiers: a line that does not fit fails in one pass, whatever it holds.
_QUOTED = rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_LINE = re.compile(
    rb"(\S++) \S++ \S++ \[([^\]]*+)\] " + _QUOTED + rb" ([1-5]\d\d) (?:\d++|-)"
    # Servers that add fields of their own add them behind the combined ones.
    rb"(?: " + _QUOTED + rb" " + _QUOTED + rb"(?: .*+)?)?",
    re.DOTALL,
)
_TIME = re.compile(rb"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)([0-5]\d)")
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_CONTROLS = {b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One request that the server answered."""

    address: str
    time_ms: int
    method: str
    """Empty when the request is not an HTTP request line, such as `-` of a connection that timed out."""
    path: str
    """The request's path without query, as it was sent: percent-encoded."""
    status: int
    user_agent: str
    """Empty in the common format, and where the reader's browser sent none."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is no line of an access log, and why."""

    reason: str


def parse_line(raw: bytes) -> LogLine | Malformed:
    """Read one line, with or without its line break."""
    if len(raw) > LONGEST_LINE_BYTES:
        return Malformed("longer than 64 KiB")
    match = _LINE.fullmatch(raw.rstrip(b"\r\n"))
    if match is None:
        return Malformed("neither common nor combined log format")
    address, stamp, request, status, _, user_agent = match.groups()
    time_ms = _time_ms(stamp)
    if time_ms is None:
        return Malformed("no such time")
    method, path = _method_and_path(_text(request))
    agent = _text(user_agent or b"-")
    return LogLine(_text(address), time_ms, method, path, int(status), "" if agent == "-" else agent)


def _time_ms(stamp: bytes) -> int | None:
    match = _TIME.fullmatch(stamp)
    if match is None or match[2] not in _MONTHS:
        return None
    day, _, year, hour, minute, second, sign, offset_hours, offset_minutes = match.groups()
    offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
    # A leap second has no number of its own in the time since 1970: it is the second before it plus one.
    leap = 1 if second == b"60" else 0
    try:
        local = datetime(
            int(year), _MONTHS.index(match[2]) + 1, int(day), int(hour), int(minute), int(second) - leap, tzinfo=UTC
        )
        time_ms = to_ms(local - offset if sign == b"+" else local + offset) + leap * SECOND_MS
    except (ValueError, OverflowError):
        return None
    return time_ms if time_ms >= 0 and offset < timedelta(days=1) else None


def _method_and_path(request: str) -> tuple[str, str]:
    method, _, rest = request.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    if not protocol.startswith("HTTP/"):
        target = rest  # HTTP/0.9 names no version
    if not (method.isascii() and method.isalpha() and method.isupper() and target):
        return "", ""
    if target.lower().startswith(("http://", "https://")):
        # The absolute form, as proxies send it.
        target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    return method, re.split("[?#]", target, maxsplit=1)[0]


def _text(data: bytes) -> str:
    return _ESCAPE.sub(_unescape, data).decode("utf-8", "replace") if b"\\" in data else data.decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if len(code) == 3:
        return bytes([int(code[1:], 16)])
    return _CONTROLS.get(code, code)
