"""Tokens as a portal signs them, and as somebody who would like to be one of its members does."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.conftest import FakeClock

SECRET = "a secret that portal and Redian share"
OTHER_SECRET = "another secret, which only the portal has"


class PortalRsaKey:
    """A key pair of the portal."""

    def __init__(self, bits: int = 2048) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        self.private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def claims(clock: FakeClock, **changes: Any) -> dict[str, Any]:
    """What a token of the portal says; None leaves a claim out."""
    said = {"sub": "u-7", "name": "林记者", "exp": clock() // 1_000 + 300} | changes
    return {name: value for name, value in said.items() if value is not None}


def token(
    said: dict[str, Any], key: str = SECRET, algorithm: str = "HS256", kid: str | None = None, **header: Any
) -> str:
    """A signed token."""
    headers = header | ({} if kid is None else {"kid": kid})
    return jwt.encode(said, key, algorithm=algorithm, headers=headers)
