"""The Idempotency-Key of a server's request: what makes it safe to send the same clicks again."""

import re
from hashlib import blake2b

from shared.api_keys import ApiKey
from shared.errors import invalid

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def sender_key(key: ApiKey, given: str | None) -> str:
    """The Idempotency-Key of a request, bound to the API key it came with; empty without one, else raises `invalid`."""
    if given is None:
        return ""
    if not IDEMPOTENCY_KEY.fullmatch(given):
        raise invalid(("header.Idempotency-Key", "must be 1 to 255 visible ASCII characters"))
    return f"{key.name} {given}"


def digest_of(body: bytes) -> str:
    """What tells whether a key comes with another body than before."""
    return blake2b(body, digest_size=16).hexdigest()
