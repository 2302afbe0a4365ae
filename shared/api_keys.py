"""API keys: `Authorization: Bearer KEY`, each with scopes. Only the SHA-256 of a key is kept."""

import hmac
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import RedianError


class Scope(StrEnum):
    """What a key may do."""

    CMS = "cms"
    CLICKS = "clicks"
    MODERATE = "moderate"


class ApiKey(BaseModel):
    """A key as configured: `{"name", "sha256", "scopes"}`, or `key` in plain in the place of `sha256`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=64)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    scopes: frozenset[Scope]

    @model_validator(mode="before")
    @classmethod
    def _hash_plain_key(cls, value: Any) -> Any:
        if isinstance(value, dict) and "key" in value:
            value = dict(value)
            value["sha256"] = _digest(str(value.pop("key")))
        return value


class KeyRing:
    """The configured keys, and who may pass."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._keys = tuple(keys)

    def find(self, authorization: str | None) -> ApiKey | None:
        """The key of an Authorization header; None without a header.

        Raises RedianError `key_unknown` when the header carries anything but a configured key.
        """
        if authorization is None:
            return None
        scheme, _, token = authorization.partition(" ")
        digest = _digest(token.strip())
        # Every key is compared, each in constant time: the answer's time tells nothing.
        matches = [key for key in self._keys if hmac.compare_digest(key.sha256, digest)]
        if scheme.lower() != "bearer" or not matches:
            raise RedianError("key_unknown", "The API key is not known.")
        return matches[0]

    def require(self, authorization: str | None, scope: Scope) -> ApiKey:
        """The key when it has the scope; raises `key_missing`, `key_unknown` or `scope_missing`."""
        key = self.find(authorization)
        if key is None:
            raise RedianError("key_missing", f"This call needs an API key with the scope {scope}.")
        if scope not in key.scopes:
            raise RedianError("scope_missing", f"The API key {key.name} lacks the scope {scope}.")
        return key


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
