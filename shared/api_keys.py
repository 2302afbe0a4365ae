"""Callers and what they may do; API keys: `Authorization: Bearer KEY`. Only the SHA-256 of a key is kept."""

import hmac
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import RedianError
from shared.names import CHANNEL


class Scope(StrEnum):
    """What a key may do."""

    CMS = "cms"
    CLICKS = "clicks"
    MODERATE = "moderate"
    ADMINISTER = "administer"


class Caller(BaseModel):
    """Whom a request acts for: a key, or somebody who signed in with his account.

    With channels, a moderator is good for these alone; what concerns every channel is not his business.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=64)
    scopes: frozenset[Scope]
    channels: frozenset[Annotated[str, Field(pattern=CHANNEL)]] | None = Field(None, min_length=1)

    def covers(self, channels: Iterable[str]) -> bool:
        """Whether he is good for something that stands in these channels; in none means in every one."""
        return self.channels is None or not self.channels.isdisjoint(channels)

    def require_channel(self, channel: str | None) -> None:
        """Raise `channel_forbidden` unless he is good for this channel; None is every channel."""
        self.require_any_channel([] if channel is None else [channel])

    def require_any_channel(self, channels: Iterable[str]) -> None:
        """Raise `channel_forbidden` unless he is good for something that stands in these channels."""
        if not self.covers(channels):
            raise RedianError("channel_forbidden", f"{self.name} is for other channels.")

    def channels_for(self, channel: str | None) -> frozenset[str] | None:
        """The channels that a call about one channel sees (None: about all of his); None is every channel.

        Raises `channel_forbidden` for a channel that he is not good for.
        """
        if channel is None:
            return self.channels
        self.require_channel(channel)
        return frozenset([channel])


class ApiKey(Caller):
    """A key as configured: `{"name", "sha256", "scopes", "channels"?}`, or `key` in plain in the place of `sha256`."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @model_validator(mode="before")
    @classmethod
    def _hash_plain_key(cls, value: Any) -> Any:
        if isinstance(value, dict) and "key" in value:
            value = dict(value)
            value["sha256"] = _digest(str(value.pop("key")))
        return value


SomeCaller = TypeVar("SomeCaller", bound=Caller)


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
        matches = self._matches(token)
        if scheme.lower() != "bearer" or not matches:
            raise RedianError("key_unknown", "The API key is not known.")
        return matches[0]

    def knows(self, token: str) -> bool:
        """Whether the text is a configured key."""
        return bool(self._matches(token))

    def require(self, authorization: str | None, scope: Scope) -> ApiKey:
        """The key when it has the scope; raises `key_missing`, `key_unknown` or `scope_missing`."""
        key = self.find(authorization)
        if key is None:
            raise RedianError("key_missing", f"This call needs an API key with the scope {scope}.")
        return with_scope(key, scope)

    @property
    def names(self) -> frozenset[str]:
        """What the keys are called."""
        return frozenset(key.name for key in self._keys)

    def _matches(self, token: str) -> list[ApiKey]:
        digest = _digest(token.strip())
        # Every key is compared, each in constant time: the answer's time tells nothing.
        return [key for key in self._keys if hmac.compare_digest(key.sha256, digest)]

    def named(self, name: str) -> list[ApiKey]:
        """The keys of a name: two while one is exchanged for another."""
        return [key for key in self._keys if key.name == name]


def with_scope(caller: SomeCaller, scope: Scope) -> SomeCaller:
    """The caller himself when he has the scope; raises `scope_missing`."""
    if scope not in caller.scopes:
        raise RedianError("scope_missing", f"{caller.name} lacks the scope {scope}.")
    return caller


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
