"""Tokens: what the links of a mail hold. One that confirms says nothing where one unsubscribes, and ends."""

from enum import StrEnum
from hashlib import sha256
from typing import Any

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from shared.clock import DAY_MS, Clock

CONFIRMABLE_MS = 3 * DAY_MS
LONGEST = 256


class Purpose(StrEnum):
    """What a token is good for."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


class _Signer(TimestampSigner):
    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        return self._clock() // 1_000


class Tokens:
    """Makes and reads tokens; only this installation can sign them."""

    def __init__(self, secret_key: str, clock: Clock) -> None:
        options = {"clock": clock, "key_derivation": "hmac", "digest_method": sha256}
        self._serializers = {
            purpose: URLSafeTimedSerializer(
                secret_key, salt=f"redian mail {purpose}", signer=_Signer, signer_kwargs=options
            )
            for purpose in Purpose
        }

    def make(self, purpose: Purpose, subscription_id: str) -> str:
        """A token for one purpose and one subscription."""
        return str(self._serializers[purpose].dumps(subscription_id))

    def read(self, purpose: Purpose, token: str) -> str | None:
        """The subscription that a token is for; None for one that is not ours, for something else or too old."""
        # RFC 8058 asks that one can unsubscribe by a mail of any age.
        longest = CONFIRMABLE_MS // 1_000 if purpose is Purpose.CONFIRM else None
        try:
            return str(self._serializers[purpose].loads(token[:LONGEST], max_age=longest))
        except BadSignature:
            return None
