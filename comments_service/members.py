"""Members: readers of the portal, known by a JWT that the portal signs and we only verify (RFC 7519).

A key is bound to one algorithm by its configuration. What the token says of its own algorithm is only ever compared
with that, so neither `none` nor a public key used as a secret gets anybody in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Literal, Self

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from comments_service.reader import member_reader
from comments_service.text import is_blank, one_line
from shared.clock import SECOND_MS, Clock
from shared.errors import RedianError

SKEW_SECONDS = 60
"""So far the portal's clock may be from ours."""
SHORTEST_SECRET_BYTES = 32
"""HS256 asks for a key as long as its hash (RFC 7518, 3.2)."""
SMALLEST_RSA_BITS = 2048
LONGEST_TOKEN = 8 * 1024
LONGEST_NAME = 40


class MemberKey(BaseModel):
    """A key as configured: `{"kid"?, "algorithm", "key"}`; `key` is the shared secret, or the public key in PEM."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kid: str | None = Field(None, min_length=1, max_length=128)
    algorithm: Literal["HS256", "RS256"]
    key: SecretStr

    @model_validator(mode="after")
    def _key_is_of_its_algorithm(self) -> Self:
        value = self.key.get_secret_value().encode()
        if self.algorithm == "RS256":
            _check_public_key(value)
        elif len(value) < SHORTEST_SECRET_BYTES or b"-----BEGIN" in value:
            raise ValueError(f"a secret of HS256 has at least {SHORTEST_SECRET_BYTES} bytes and is no PEM")
        return self


def _check_public_key(value: bytes) -> None:
    try:
        key = load_pem_public_key(value)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("a key of RS256 is the public key in PEM") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_RSA_BITS:
        raise ValueError(f"a key of RS256 is an RSA key of at least {SMALLEST_RSA_BITS} bits")


Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
"""Seconds since 1970."""


class Claims(msgspec.Struct, frozen=True):
    """What a token has to say; what else it says is not looked at."""

    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    name: str
    exp: Moment
    nbf: Moment = 0
    iat: Moment = 0


@dataclass(frozen=True)
class Member:
    """A member: the private id by which we know him, and his name at the portal."""

    reader: str
    name: str


class Members:
    """Knows members by their tokens; issuer and audience are required of a token when they are configured."""

    def __init__(
        self, keys: Iterable[MemberKey], clock: Clock, secret_key: str, *, issuer: str = "", audience: str = ""
    ) -> None:
        self._keys = {key.kid: key for key in keys}
        self._clock = clock
        self._private_key = blake2b(secret_key.encode(), digest_size=32, person=b"redian member").digest()
        self._issuer = issuer
        self._audience = audience

    def find(self, token: str) -> Member:
        """The member of a token; raises `token_invalid`, saying why."""
        if not self._keys:
            raise _refused("this installation knows no members")
        claims = self._claims(token)
        now = self._clock() / SECOND_MS
        if now > claims.exp + SKEW_SECONDS:
            raise _refused("it has expired")
        if now < max(claims.nbf, claims.iat) - SKEW_SECONDS:
            raise _refused("it is of the future")
        name = one_line(claims.name)[:LONGEST_NAME].strip()
        if is_blank(name):
            raise _refused("its name is blank")
        return Member(self.reader_of(claims.sub), name)

    def reader_of(self, subject: str) -> str:
        """The private id by which the member with this `sub` is known here."""
        return member_reader(self._digest(subject))

    def _claims(self, token: str) -> Claims:
        if len(token) > LONGEST_TOKEN:
            raise _refused("it is too long")
        try:
            key = self._key_of(jwt.get_unverified_header(token))
            payload = jwt.decode(
                token,
                key.key.get_secret_value(),
                algorithms=[key.algorithm],
                audience=self._audience or None,
                issuer=self._issuer or None,
                # The times are compared here, by the clock that is passed in.
                options={
                    "require": _required(self._issuer, self._audience),
                    "verify_aud": bool(self._audience),
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            return msgspec.convert(payload, Claims)
        except (jwt.PyJWTError, UnicodeError) as error:
            raise _refused(str(error)) from error
        except msgspec.ValidationError as error:
            raise _refused(f"its claims are wrong: {error}") from error

    def _key_of(self, header: dict[str, object]) -> MemberKey:
        # `crit` names extensions that a reader has to understand; we understand none (RFC 7515, 4.1.11).
        if "crit" in header or "b64" in header:
            raise _refused("it asks for an extension of JWS")
        kid = header.get("kid")
        key = self._keys.get(kid) if kid is None or isinstance(kid, str) else None
        if key is None:
            raise _refused("its kid names no key")
        return key

    def _digest(self, subject: str) -> str:
        return blake2b(subject.encode(), digest_size=16, key=self._private_key).hexdigest()


def unique_kids(keys: Sequence[MemberKey]) -> Sequence[MemberKey]:
    """The keys; raises ValueError when two have one kid."""
    if len({key.kid for key in keys}) < len(keys):
        raise ValueError("two keys have the same kid")
    return keys


def _required(issuer: str, audience: str) -> list[str]:
    return ["sub", "name", "exp", *(["iss"] if issuer else []), *(["aud"] if audience else [])]


def _refused(reason: str) -> RedianError:
    return RedianError("token_invalid", f"The member's token is refused: {reason}.")
