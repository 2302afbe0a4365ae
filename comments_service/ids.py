"""Ids of comments and events: 26 characters that sort by time (ULID), so that an index grows at its end."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, without letters that look like digits."""
RANDOM_BITS = 80


def new_id(now_ms: int) -> str:
    """A new id: 48 bits of time, 80 random bits."""
    return _spell((now_ms << RANDOM_BITS) | secrets.randbits(RANDOM_BITS))


def first_id(now_ms: int) -> str:
    """The lowest id of a millisecond: no id that was made before sorts behind it."""
    return _spell(now_ms << RANDOM_BITS)


def _spell(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
