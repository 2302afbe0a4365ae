"""Signatures: by which a receiver knows that a request is ours and not an old one sent again."""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256

from comments_service.tables import Webhook

HEADER = "Redian-Signature"


class Secrets:
    """Makes the secrets of webhooks. They follow from SECRET_KEY, so the database holds none of them."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def newest(self, webhook: Webhook) -> str:
        """The secret that a receiver should know by now."""
        return self._secret(webhook.id, webhook.secret_number)

    def live(self, webhook: Webhook, now: int) -> list[str]:
        """The secrets that sign at this moment: the newest, and while it is rotated the one before."""
        numbers = [webhook.secret_number]
        if webhook.previous_until is not None and now < webhook.previous_until:
            numbers.append(webhook.secret_number - 1)
        return [self._secret(webhook.id, number) for number in numbers]

    def _secret(self, webhook_id: str, number: int) -> str:
        digest = hmac.digest(self._key, f"redian webhook {webhook_id} {number}".encode(), "sha256")
        return "whsec_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def sign(secrets: Sequence[str], body: bytes, now_ms: int) -> str:
    """The header's value, `t=<seconds since 1970>,v1=<hex>`, one v1 for each secret, over `<t>.<body>`."""
    seconds = now_ms // 1_000
    message = f"{seconds}.".encode() + body
    signed = [f"v1={hmac.new(secret.encode(), message, sha256).hexdigest()}" for secret in secrets]
    return ",".join([f"t={seconds}", *signed])
