"""Visitors: a private hash of address and User-Agent, so that the system never learns an address."""

from hashlib import blake2b


class VisitorHash:
    """Makes the same visitor of the same address and User-Agent, under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = blake2b(key).digest()

    def __call__(self, address: str, user_agent: str) -> str:
        """32 hexadecimal digits."""
        text = f"{address}\0{user_agent}".encode("utf-8", "surrogatepass")
        return blake2b(text, key=self._key, digest_size=16).hexdigest()
