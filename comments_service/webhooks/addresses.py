"""Addresses: where a webhook may lead. A moderator's URL must not reach into the network that the worker stands in.

A name is resolved once and the connection goes to an address that was checked, so that a name which answers otherwise
the second time (DNS rebinding) gains nothing.
"""

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: the last four bytes are an IPv4 address, which a gateway would reach for us."""

Resolver = Callable[..., list[tuple[Any, ...]]]
"""socket.getaddrinfo, or what a test puts in its place."""


class AddressError(ValueError):
    """The URL leads nowhere that a webhook may go; its text says why, without telling what is inside."""


def check_url(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of a URL that a webhook may have; raises AddressError. Names are not resolved here."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise AddressError("must be an https URL")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressError("must not carry a user, a password or a fragment")
    if not parts.hostname:
        raise AddressError("must name a host")
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return parts
    _check(literal, allow_private=allow_private)
    return parts


def resolve(parts: SplitResult, *, allow_private: bool, resolver: Resolver = socket.getaddrinfo) -> list[str]:
    """The addresses of a URL's host, each of them checked; raises AddressError when it has none or a bad one."""
    assert parts.hostname is not None
    try:
        found = resolver(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError("the host's name cannot be resolved") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses:
        raise AddressError("the host's name has no address")
    for address in addresses:
        # One bad address among good ones refuses the name: which of them is tried first is the name's owner's choice.
        _check(ip_address(address), allow_private=allow_private)
    return addresses


def port_of(parts: SplitResult) -> int:
    """The port that a URL means."""
    return parts.port or PORTS[parts.scheme]


def _check(address: IPv4Address | IPv6Address, *, allow_private: bool) -> None:
    if not allow_private and not all(_is_public(each) for each in _meanings(address)):
        raise AddressError("leads to an address that is not public")


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _meanings(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, or the IPv4 address that it stands for in one of IPv6's ways to carry one."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    meanings: list[IPv4Address | IPv6Address] = [address]
    if address.sixtofour is not None:
        meanings.append(address.sixtofour)
    if address.teredo is not None:
        meanings += address.teredo
    if address in TRANSLATED:
        # The network itself is not reserved for private use, so the address behind it decides alone.
        return [IPv4Address(int(address) & 0xFFFF_FFFF)]
    return meanings
