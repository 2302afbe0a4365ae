"""Visitors: which address is believed, and that the hash tells nothing."""

from ipaddress import ip_network

import pytest

from comments_service.visitors import Sender, Visitors, client_address

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
SENDER = Sender(peer="203.0.113.7", user_agent="Firefox", accept_language="zh", forwarded_for="", authorization=None)


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", " 198.51.100.1 ", "198.51.100.1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        ("fd00::1", "2001:0DB8:0:0::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "010.0.0.3", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1\0", "10.0.0.1"),
        ("10.0.0.1", "1.2", "10.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_nearest_hop_that_is_no_proxy_of_ours(peer: str, forwarded_for: str, address: str) -> None:
    assert client_address(peer, forwarded_for, TRUSTED) == address


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert client_address("127.0.0.1", "198.51.100.1", ()) == "127.0.0.1"


def test_the_same_sender_is_the_same_visitor_only_under_the_same_key() -> None:
    ours, theirs = Visitors("our own secret key", ()), Visitors("another secret key", ())

    assert ours.of(SENDER) == ours.of(SENDER)
    assert ours.of(SENDER) != theirs.of(SENDER)


def test_a_named_visitor_is_never_a_sender() -> None:
    visitors = Visitors("our own secret key", ())

    assert visitors.named("203.0.113.7\nFirefox\nzh") != visitors.of(SENDER)


def test_a_sender_is_read_from_a_wsgi_request() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_USER_AGENT": "Firefox", "HTTP_AUTHORIZATION": "Bearer x"}

    assert Sender.of(environ) == Sender("10.0.0.1", "Firefox", "", "", "Bearer x")
    assert Sender.of({}) == Sender("", "", "", "", None)
