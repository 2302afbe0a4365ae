"""Settings: read from the environment once, refused with a sentence."""

import pytest

from comments_service.settings import CommentsSettings
from shared.settings import load


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    monkeypatch.setenv("TRUSTED_PROXIES", '["10.0.0.0/8", "fd00::/8"]')
    monkeypatch.setenv("VISIT_INTERVAL_MINUTES", "0")

    settings = load(CommentsSettings)

    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "fd00::/8"]
    assert settings.visit_interval_ms == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRUSTED_PROXIES", '["10.0.0.1/8"]'), ("VISIT_INTERVAL_MINUTES", "-1"), ("VISIT_INTERVAL_MINUTES", "1441")],
)
def test_a_wrong_setting_ends_the_process_with_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit, match=name):
        load(CommentsSettings)
