"""API keys: a key is found without telling by the time it takes how near a guess was."""

import hmac
from typing import Any

import pytest

from shared.api_keys import ApiKey, KeyRing

KEYS = [ApiKey.model_validate({"name": str(each), "key": f"key-{each}", "scopes": ["cms"]}) for each in range(5)]


@pytest.mark.parametrize("given", ["key-0", "key-4", "key-", "", "键" * 40, "\ud800"])
def test_every_key_is_compared_in_constant_time_whichever_is_given(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    compared: list[tuple[Any, Any]] = []
    really = hmac.compare_digest

    def compare(left: Any, right: Any) -> bool:
        compared.append((left, right))
        return really(left, right)

    monkeypatch.setattr(hmac, "compare_digest", compare)

    found = KeyRing(KEYS).knows(given)

    assert found == (given in {"key-0", "key-4"})
    assert [left for left, _ in compared] == [key.sha256 for key in KEYS]
    assert {len(right) for _, right in compared} == {64}


def test_a_key_is_kept_as_its_hash_alone() -> None:
    assert "key-0" not in repr(KEYS[0]) + KEYS[0].model_dump_json()
