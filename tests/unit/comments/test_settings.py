"""Settings: read from the environment once, refused with a sentence."""

from pathlib import Path

import pytest

from comments_service.settings import CommentsSettings
from shared.settings import load


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    monkeypatch.setenv("TRUSTED_PROXIES", '["10.0.0.0/8", "fd00::/8"]')
    monkeypatch.setenv("VISIT_INTERVAL_MINUTES", "0")

    settings = load(CommentsSettings, "comments")

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
        load(CommentsSettings, "comments")


def test_commands_find_the_system_that_runs_in_this_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "comments.env").write_text("SECRET_KEY='a secret of the file'\nPARTITIONS='4'\n")
    monkeypatch.setenv("PARTITIONS", "2")

    settings = load(CommentsSettings, "comments")

    assert settings.secret_key.get_secret_value() == "a secret of the file"
    assert settings.partitions == 2
