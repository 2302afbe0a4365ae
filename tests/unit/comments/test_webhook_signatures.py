"""Signatures of webhooks, checked by the very code that the documentation gives to receivers."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comments_service.tables import Webhook
from comments_service.webhooks.signatures import Secrets, sign

PAGE = Path(__file__).parents[3] / "docs" / "notifications.md"
BODY = b'{"type":"comment.published"}'

Check = Callable[[str, bytes, str], bool]


@pytest.fixture(scope="module")
def is_genuine() -> Check:
    source = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(source, names)
    check: Check = names["is_genuine"]
    return check


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_the_documented_check_knows_ours_from_others(is_genuine: Check) -> None:
    header = sign(["whsec_a"], BODY, now_ms())

    assert is_genuine(header, BODY, "whsec_a")
    assert not is_genuine(header, BODY, "whsec_b")
    assert not is_genuine(header, BODY + b" ", "whsec_a")
    assert not is_genuine(header.replace("t=", "t=1"), BODY, "whsec_a")
    for broken in ("", "t=", "v1=", "t=abc,v1=00", header.split(",")[0], header.split(",")[1]):
        assert not is_genuine(broken, BODY, "whsec_a")


def test_an_old_request_sent_again_is_refused(is_genuine: Check) -> None:
    assert is_genuine(sign(["whsec_a"], BODY, now_ms() - 200_000), BODY, "whsec_a")
    assert not is_genuine(sign(["whsec_a"], BODY, now_ms() - 400_000), BODY, "whsec_a")


def test_both_secrets_are_good_while_one_replaces_the_other(is_genuine: Check) -> None:
    header = sign(["whsec_new", "whsec_old"], BODY, now_ms())

    assert is_genuine(header, BODY, "whsec_new")
    assert is_genuine(header, BODY, "whsec_old")


def test_a_secret_is_of_one_webhook_one_number_and_one_installation() -> None:
    made = {
        Secrets(key).newest(Webhook(id=webhook_id, secret_number=number))
        for key in ("one installation", "another installation")
        for webhook_id in ("A", "B")
        for number in (1, 2)
    }

    assert len(made) == 8
    assert all(len(secret) == len("whsec_") + 43 for secret in made)
