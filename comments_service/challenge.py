"""Challenges: proof of work that a browser does before it may post. Stateless: a token is signed, and kept nowhere.

The token is bound to the article and to the network that it was given to, and expires. A solution is an integer n such
that SHA-256 of `token:n` begins with as many zero bits as the token says (Hashcash, Back 1997, over SHA-256).
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import blake2b, sha256

from shared.clock import Clock

SOLUTION = re.compile(
    r"(?P<nonce>[0-9a-f]{32})\.(?P<bits>[0-9]{1,2})\.(?P<expires>[0-9]{13})\.[0-9a-f]{64}:[0-9]{1,15}"
)


@dataclass(frozen=True)
class Challenge:
    """What a post has to bring the solution of, until it expires (milliseconds)."""

    token: str
    difficulty: int
    expires_at: int


@dataclass(frozen=True)
class Solution:
    """A solution that is right; its nonce is good for one post."""

    nonce: str
    expires_at: int


class Challenges:
    """Gives challenges and checks solutions."""

    def __init__(self, secret_key: str, clock: Clock, *, difficulty_bits: int, valid_ms: int) -> None:
        self._key = blake2b(secret_key.encode(), digest_size=32, person=b"redian challeng").digest()
        self._clock = clock
        self._bits = difficulty_bits
        self._valid_ms = valid_ms

    def give(self, article_id: str, network: str) -> Challenge:
        """A new challenge for whoever posts to an article from a network."""
        expires_at = self._clock() + self._valid_ms
        claims = f"{secrets.token_hex(16)}.{self._bits}.{expires_at}"
        return Challenge(f"{claims}.{self._sign(claims, article_id, network)}", self._bits, expires_at)

    def solved(self, text: str, article_id: str, network: str) -> Solution | None:
        """The solution in `token:n`; None when it is none, expired, or that of another article or network."""
        match = SOLUTION.fullmatch(text)
        if match is None:
            return None
        claims, _, signature = text.partition(":")[0].rpartition(".")
        expires_at = int(match["expires"])
        is_ours = hmac.compare_digest(signature, self._sign(claims, article_id, network))
        if not is_ours or expires_at <= self._clock() or leading_zero_bits(text) < int(match["bits"]):
            return None
        return Solution(match["nonce"], expires_at)

    def _sign(self, claims: str, article_id: str, network: str) -> str:
        return blake2b(f"{claims}\n{article_id}\n{network}".encode(), digest_size=32, key=self._key).hexdigest()


def leading_zero_bits(text: str) -> int:
    """With how many zero bits the SHA-256 of a text begins."""
    return 256 - int.from_bytes(sha256(text.encode()).digest(), "big").bit_length()
