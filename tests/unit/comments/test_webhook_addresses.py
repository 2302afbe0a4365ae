"""Where a webhook may lead: to public addresses, by whatever name or number they are given."""

from typing import Any

import pytest

from comments_service.webhooks.addresses import AddressError, check_url, resolve


def names(*addresses: str) -> Any:
    """A resolver that knows these addresses for every name."""
    return lambda *_, **__: [(None, None, None, "", (address, 443)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.7",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_an_address_inside_is_refused_by_name_and_by_number(address: str) -> None:
    literal = f"[{address}]" if ":" in address else address

    with pytest.raises(AddressError, match="not public"):
        check_url(f"https://{literal}/hook", allow_private=False)
    with pytest.raises(AddressError, match="not public"):
        resolve(check_url("https://a.example/", allow_private=False), allow_private=False, resolver=names(address))


def test_one_bad_address_among_good_ones_refuses_the_name() -> None:
    parts = check_url("https://a.example/", allow_private=False)

    with pytest.raises(AddressError, match="not public"):
        resolve(parts, allow_private=False, resolver=names("93.184.215.14", "10.0.0.1"))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"])
def test_a_public_address_is_let_through(address: str) -> None:
    parts = check_url("https://a.example:8443/hook?x=1", allow_private=False)

    assert resolve(parts, allow_private=False, resolver=names(address)) == [address]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_other_spellings_of_this_machine_are_refused_once_resolved(host: str) -> None:
    """The system's resolver reads them as C does, so what it answers is checked and not what was written."""
    parts = check_url(f"https://{host}/", allow_private=False)

    with pytest.raises(AddressError):
        resolve(parts, allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "ftp://a.example/",
        "https://user@a.example/",
        "https://user:word@a.example/",
        "https://a.example/#part",
        "https:///path",
    ],
)
def test_only_https_urls_without_credentials_are_webhooks(url: str) -> None:
    with pytest.raises(AddressError):
        check_url(url, allow_private=False)


def test_a_name_without_address_is_refused() -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise OSError("Name or service not known")

    parts = check_url("https://a.example/", allow_private=False)

    for resolver in (unknown, names()):
        with pytest.raises(AddressError, match="name"):
            resolve(parts, allow_private=False, resolver=resolver)


def test_an_intranet_may_have_webhooks_within_it() -> None:
    parts = check_url("http://10.0.0.1:8080/hook", allow_private=True)

    assert resolve(parts, allow_private=True, resolver=names("10.0.0.1")) == ["10.0.0.1"]
