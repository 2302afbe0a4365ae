"""Members: only a token of the portal, signed by a key in its own algorithm and of this time, is somebody's."""

import base64
import hmac
import json
from typing import Any

import pytest
from pydantic import ValidationError

from comments_service.members import MemberKey, Members
from comments_service.reader import Readers, is_member
from shared.errors import RedianError
from tests.conftest import FakeClock
from tests.unit.comments.tokens import OTHER_SECRET, SECRET, PortalRsaKey, claims, token

SECRET_KEY = "a secret of the tests"


@pytest.fixture(scope="session")
def rsa_key() -> PortalRsaKey:
    return PortalRsaKey()


@pytest.fixture
def members(rsa_key: PortalRsaKey, clock: FakeClock) -> Members:
    keys = [
        key_of(algorithm="HS256", key=SECRET),
        key_of(kid="2026", algorithm="HS256", key=OTHER_SECRET),
        key_of(kid="rsa", algorithm="RS256", key=rsa_key.public),
    ]
    return Members(keys, clock, SECRET_KEY)


def key_of(**values: Any) -> MemberKey:
    return MemberKey.model_validate(values)


def refused(members: Members, forged: str) -> str:
    with pytest.raises(RedianError) as caught:
        members.find(forged)
    assert (caught.value.code, caught.value.status) == ("token_invalid", 401)
    return caught.value.detail


def by_hand(header: dict[str, Any], said: dict[str, Any], secret: bytes | None, hash_name: str = "sha256") -> str:
    """A token that no library would sign."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, said)]
    signature = hmac.digest(secret, b".".join(parts), hash_name) if secret is not None else b""
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def test_each_key_lets_its_members_in(members: Members, rsa_key: PortalRsaKey, clock: FakeClock) -> None:
    said = claims(clock)

    found = [
        members.find(token(said)),
        members.find(token(said, OTHER_SECRET, kid="2026")),
        members.find(token(said, rsa_key.private, "RS256", kid="rsa")),
    ]

    assert [member.name for member in found] == ["林记者"] * 3
    assert len({member.reader for member in found}) == 1


def test_a_members_id_is_private_and_no_guests(members: Members, clock: FakeClock) -> None:
    member = members.find(token(claims(clock)))
    elsewhere = Members([key_of(algorithm="HS256", key=SECRET)], clock, "a secret of another house")

    assert is_member(member.reader)
    assert "u-7" not in member.reader
    assert member.reader != elsewhere.find(token(claims(clock))).reader
    assert not any(is_member(Readers(SECRET_KEY).new()) for _ in range(64))


def test_none_is_no_signature(members: Members, clock: FakeClock) -> None:
    for algorithm in ("none", "None", "NONE", ""):
        for secret in (None, b"", SECRET.encode()):
            refused(members, by_hand({"alg": algorithm, "typ": "JWT"}, claims(clock), secret))


def test_a_public_key_is_no_secret(members: Members, rsa_key: PortalRsaKey, clock: FakeClock) -> None:
    """The classic confusion: the public key, which everybody has, as the secret of HS256."""
    for public in (rsa_key.public, rsa_key.public.strip(), rsa_key.public + "\n"):
        refused(members, by_hand({"alg": "HS256", "kid": "rsa"}, claims(clock), public.encode()))


@pytest.mark.parametrize("bits", [384, 512])
def test_a_key_is_of_one_algorithm(members: Members, clock: FakeClock, bits: int) -> None:
    forged = by_hand({"alg": f"HS{bits}"}, claims(clock), SECRET.encode(), f"sha{bits}")

    assert "alg value" in refused(members, forged)


@pytest.mark.parametrize(
    ("secret", "header"),
    [
        ("a secret that nobody knows of at all", {}),
        (OTHER_SECRET, {}),
        (SECRET, {"kid": "2026"}),
        (SECRET, {"kid": "unknown"}),
        (SECRET, {"kid": ""}),
        (SECRET, {"crit": ["exp"], "exp": 1}),
    ],
)
def test_another_key_lets_nobody_in(members: Members, clock: FakeClock, secret: str, header: dict[str, Any]) -> None:
    refused(members, token(claims(clock), secret, **header))


@pytest.mark.parametrize("header", [{"b64": True}, {"b64": False}, {"crit": []}])
def test_extensions_are_not_understood(members: Members, clock: FakeClock, header: dict[str, Any]) -> None:
    refused(members, by_hand({"alg": "HS256", **header}, claims(clock), SECRET.encode()))


@pytest.mark.parametrize("kid", [7, ["2026"], {"a": 1}, True])
def test_a_kid_is_a_text(members: Members, clock: FakeClock, kid: object) -> None:
    refused(members, by_hand({"alg": "HS256", "kid": kid}, claims(clock), SECRET.encode()))


@pytest.mark.parametrize(
    "forged", ["", "x", "a.b", "a.b.c", "..", "é.é.é", "\ud800.a.b", "a." * 5_000, "eyJhbGciOiJIUzI1NiJ9.e30."]
)
def test_nonsense_lets_nobody_in(members: Members, forged: str) -> None:
    refused(members, forged)


@pytest.mark.parametrize(
    ("changes", "is_let_in"),
    [
        ({"exp": 0}, True),
        ({"exp": -60}, True),
        ({"exp": -61}, False),
        ({"nbf": 60}, True),
        ({"nbf": 61}, False),
        ({"iat": 60}, True),
        ({"iat": 61}, False),
    ],
)
def test_clocks_may_differ_by_a_minute(
    members: Members, clock: FakeClock, changes: dict[str, int], is_let_in: bool
) -> None:
    now = clock() // 1_000
    signed = token(claims(clock, **{name: now + seconds for name, seconds in changes.items()}))

    if is_let_in:
        assert members.find(signed).name == "林记者"
    else:
        refused(members, signed)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": "1895435200"},
        {"exp": True},
        {"exp": 1e300},
        {"exp": -1},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"name": None},
        {"name": 7},
        {"name": ""},
        {"name": " \u202e\u200b\n"},
        {"iat": "now"},
    ],
)
def test_every_claim_has_its_form(members: Members, clock: FakeClock, changes: dict[str, Any]) -> None:
    refused(members, by_hand({"alg": "HS256"}, claims(clock, **changes), SECRET.encode()))


def test_a_name_is_made_fit_to_be_shown(members: Members, clock: FakeClock) -> None:
    assert members.find(token(claims(clock, name=" 林\u202e\n记者 "))).name == "林 记者"
    assert members.find(token(claims(clock, name="字" * 60))).name == "字" * 40


@pytest.mark.parametrize(
    ("changes", "is_let_in"),
    [
        ({"iss": "portal", "aud": "redian"}, True),
        ({"iss": "portal", "aud": ["other", "redian"]}, True),
        ({"iss": "portal"}, False),
        ({"aud": "redian"}, False),
        ({"iss": "elsewhere", "aud": "redian"}, False),
        ({"iss": "portal", "aud": "other"}, False),
    ],
)
def test_issuer_and_audience_are_required_once_configured(
    clock: FakeClock, changes: dict[str, Any], is_let_in: bool
) -> None:
    keys = [key_of(algorithm="HS256", key=SECRET)]
    members = Members(keys, clock, SECRET_KEY, issuer="portal", audience="redian")
    signed = token(claims(clock, **changes))

    if is_let_in:
        members.find(signed)
    else:
        refused(members, signed)
    assert Members(keys, clock, SECRET_KEY).find(signed).name == "林记者"


def test_without_keys_there_are_no_members(clock: FakeClock) -> None:
    refused(Members([], clock, SECRET_KEY), token(claims(clock)))


def test_a_bad_key_ends_the_start(rsa_key: PortalRsaKey) -> None:
    for values in (
        {"algorithm": "HS256", "key": "too short"},
        {"algorithm": "HS256", "key": rsa_key.public},
        {"algorithm": "RS256", "key": SECRET},
        {"algorithm": "RS256", "key": rsa_key.private},
        {"algorithm": "RS256", "key": PortalRsaKey(1024).public},
        {"algorithm": "none", "key": SECRET},
        {"algorithm": "ES256", "key": SECRET},
        {"key": SECRET},
    ):
        with pytest.raises(ValidationError):
            key_of(**values)
