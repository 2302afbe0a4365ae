"""Times as a Chinese portal prints them: of the portal's own zone, which knows no summer time."""

from datetime import UTC, datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8), "CST")


def local(rfc3339: str) -> datetime:
    """A time of the API in the portal's zone."""
    return datetime.fromisoformat(rfc3339).astimezone(ZONE)


def full(rfc3339: str) -> str:
    """2026-11-21 09:12."""
    return local(rfc3339).strftime("%Y-%m-%d %H:%M")


def short(rfc3339: str) -> str:
    """11-21 09:12."""
    return local(rfc3339).strftime("%m-%d %H:%M")


def from_field(text: str) -> str | None:
    """A date and time as a form's field sends it, as RFC 3339 in UTC; None when it is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or ZONE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_field(rfc3339: str) -> str:
    """A time as a form's field takes it."""
    return local(rfc3339).strftime("%Y-%m-%dT%H:%M")


def today() -> str:
    """The day in the portal's zone."""
    return datetime.now(ZONE).date().isoformat()
