"""The fields of a row, from whatever another system wrote into them; what no comment can hold is refused or dropped."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from comments_service.imports.errors import RefusedError
from comments_service.text import has_towers, is_blank, tidy
from shared.clock import to_ms

LONGEST_TEXT = 20_000
"""Other systems allow more than we do; what their readers wrote is kept whole up to here."""
LONGEST_ID = 128
LONGEST_NICKNAME = 40
LONGEST_EMAIL = 254
LONGEST_URL = 2_048
MOST_VOTES = 1_000_000_000

# Control characters, and halves of characters, which no UTF-8 holds.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"[\r\n\t]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?(?: [A-Z]{2,5})?",
    re.ASCII,
)


def source_id(value: Any) -> str:
    """What the other system calls a row; raises RefusedError for none and for one that is too long."""
    text = _text(value)
    if not text:
        raise RefusedError("it has no id")
    if len(text) > LONGEST_ID:
        raise RefusedError(f"its id is longer than {LONGEST_ID} characters")
    return text


def shown_id(value: Any) -> str:
    """The id of a row that is left out, as far as it can be shown."""
    return _text(value)[:LONGEST_ID]


def reference(value: Any) -> str | None:
    """The id of a parent; None for none, which systems write as nothing or as 0."""
    text = _text(value)[:LONGEST_ID]
    return None if text in {"", "0"} else text


def page(value: Any) -> str:
    """The address of a page; raises RefusedError for none and for one that is too long."""
    text = _text(value)
    if not text:
        raise RefusedError("it names no page")
    if len(text) > LONGEST_URL:
        raise RefusedError(f"the address of its page is longer than {LONGEST_URL} characters")
    return text


def text(value: Any) -> str:
    """What the reader wrote, line breaks as \\n, without control characters; raises RefusedError for nothing."""
    if not isinstance(value, str):
        raise RefusedError("its text is missing")
    kept = _CONTROLS_IN_TEXT.sub("", tidy(value)).strip()
    if is_blank(kept):
        raise RefusedError("its text is empty")
    if has_towers(kept):
        raise RefusedError("its text has characters piled up of too many marks")
    if len(kept) > LONGEST_TEXT:
        raise RefusedError(f"its text is longer than {LONGEST_TEXT:,} characters")
    return kept


def line(value: Any, longest: int) -> str | None:
    """Text on one line, cut to a length; None when nothing is left."""
    if not isinstance(value, str):
        return None
    kept = " ".join(_CONTROLS.sub("", _BLANKS.sub(" ", tidy(value))).split())[:longest].strip()
    return None if is_blank(kept) or has_towers(kept) else kept


def nickname(value: Any) -> str | None:
    """A name, cut to what a nickname may have."""
    return line(value, LONGEST_NICKNAME)


def email(value: Any) -> str | None:
    """A mail address; None for what is none."""
    address = _text(value)
    is_address = len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address)
    return address if is_address else None


def website(value: Any) -> str | None:
    """An http or https URL; None for what is none."""
    url = _text(value)
    if not url or len(url) > LONGEST_URL or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def votes(value: Any) -> int:
    """A number of votes; 0 for what is none."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
    return min(max(number, 0), MOST_VOTES)


def time_ms(value: Any) -> int:
    """A time as text, such as `2021-10-28 20:50:15 +0800`, UTC where it names no offset; raises RefusedError."""
    match = _TIME.fullmatch(_text(value))
    if match is None:
        raise RefusedError("its time is missing or cannot be read")
    *parts, fraction, zone = match.groups()
    try:
        local = datetime(*map(int, parts), tzinfo=UTC)  # type: ignore[misc,arg-type]  # six numbers
        moment = to_ms(local - _offset(zone)) + int((fraction or "0").ljust(3, "0")[:3])
    except (ValueError, OverflowError) as error:
        raise RefusedError("its time does not exist") from error
    return _since_1970(moment)


def seconds_ms(value: Any) -> int:
    """A time as seconds since 1970, with a fraction; raises RefusedError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e11:
        raise RefusedError("its time is missing or cannot be read")
    return _since_1970(round(value * 1_000))


def _since_1970(moment: int) -> int:
    if moment < 0:
        raise RefusedError("its time is before 1970")
    return moment


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone[0] not in "+-":
        return timedelta(0)
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return offset if zone[0] == "+" else -offset


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # Python refuses to print integers of thousands of digits; none of them is an id.
    if isinstance(value, int):
        return str(value) if abs(value) < 1 << 64 else ""
    return _CONTROLS.sub("", value).strip()
