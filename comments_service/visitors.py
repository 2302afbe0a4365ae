"""Visitors: who clicked, as a private hash. An address goes in and is never kept."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import AF_INET, inet_pton
from typing import Any, Self

import msgspec

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class Sender(msgspec.Struct, frozen=True, gc=False):
    """What a request tells of who sent it, as the headers say it; `peer` is the other end of the connection."""

    peer: str
    user_agent: str
    accept_language: str
    forwarded_for: str
    authorization: str | None

    @classmethod
    def of(cls, environ: Mapping[str, Any]) -> Self:
        """The sender of a WSGI request."""
        return cls(
            peer=environ.get("REMOTE_ADDR") or "",
            user_agent=environ.get("HTTP_USER_AGENT", ""),
            accept_language=environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            forwarded_for=environ.get("HTTP_X_FORWARDED_FOR", ""),
            authorization=environ.get("HTTP_AUTHORIZATION"),
        )


class Visitors:
    """Names visitors by a hash that only this installation can compute: keyed with SECRET_KEY."""

    def __init__(self, secret_key: str, trusted_proxies: Iterable[Network]) -> None:
        self._key = blake2b(secret_key.encode(), digest_size=32, person=b"redian visitor").digest()
        self._trusted = tuple(trusted_proxies)

    def address_of(self, sender: Sender) -> str:
        """The address behind a request, for `of` and `household`: it is worked out once and kept nowhere."""
        return client_address(sender.peer, sender.forwarded_for, self._trusted)

    def of(self, sender: Sender, address: str | None = None) -> str:
        """The visitor behind a request: address, browser and languages."""
        told = (self.address_of(sender) if address is None else address, sender.user_agent, sender.accept_language)
        return self._hash(b"request", "\n".join(told))

    def household(self, address: str) -> str:
        """All visitors of an address, as privately."""
        return self._hash(b"address", address)

    def named(self, name: str) -> str:
        """The visitor that a server names by its own id, which is as private."""
        return self._hash(b"named", name)

    def _hash(self, person: bytes, text: str) -> str:
        return blake2b(text.encode(), digest_size=16, key=self._key, person=person).hexdigest()


def client_address(peer: str, forwarded_for: str, trusted: tuple[Network, ...]) -> str:
    """The address of the client: the hop nearest to us that is no trusted proxy.

    Each proxy appends whom it saw, so the list is believed from its right end, and only as far as trusted proxies wrote
    it: what stands further left is the client's own invention.
    """
    address = peer
    if forwarded_for and is_trusted(peer, trusted):
        for hop in reversed(forwarded_for.split(",")):
            parsed = parse_address(hop.strip())
            if parsed is None:
                break
            address = str(parsed)
            if not _lies_in(parsed, trusted):
                break
    return address


@lru_cache(maxsize=256)  # for the peers of connections, which are few: addresses of clients are not kept
def is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    """Whether an address is one of our proxies; a Unix socket's end, which has no address, is not."""
    parsed = parse_address(address)
    return parsed is not None and _lies_in(parsed, trusted)


def _lies_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def parse_address(text: str) -> Address | None:
    """An address, an IPv4 one also in its IPv6 spelling; None when it is none."""
    with suppress(OSError, ValueError):
        # What nearly all are, read by the C library in a fifth of the time.
        return IPv4Address(inet_pton(AF_INET, text))
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
