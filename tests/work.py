"""Work: how a reader's browser solves a challenge, as the contract says and without our own code."""

from hashlib import sha256
from itertools import count


def work(token: str, difficulty: int) -> str:
    """The header that solves a challenge by the smallest n."""
    for n in count():
        digest = sha256(f"{token}:{n}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - difficulty) == 0:
            return f"{token}:{n}"
    raise AssertionError("the integers have ended")
