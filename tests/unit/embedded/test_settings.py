"""What `make run` can be told, and what it refuses with a sentence."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.embedded.settings import EmbeddedSettings
from shared.settings import load


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EmbeddedSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_every_default_works() -> None:
    settings = load(EmbeddedSettings)

    assert settings.ports == {"GATEWAY_PORT": 8000, "COMMENTS_PORT": 8001, "RANKING_PORT": 8002}
    assert settings.data_dir == Path("var").resolve()
    assert (settings.api_key, settings.rate_limits, settings.demo) == ("dev-key", "on", True)


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"GATEWAY_PORT": "9000", "DATA_DIR": str(tmp_path), "DEMO": "0", "RATE_LIMITS": "off", "API_KEY": "k"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = load(EmbeddedSettings)

    assert settings.portal == "http://localhost:9000"
    assert (settings.data_dir, settings.demo, settings.rate_limits, settings.api_key) == (tmp_path, False, "off", "k")


@pytest.mark.parametrize(
    ("name", "value"),
    [("GATEWAY_PORT", "80000"), ("GATEWAY_PORT", "x"), ("RATE_LIMITS", "maybe"), ("DEMO", "2"), ("API_KEY", "a'b")],
)
def test_a_broken_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit, match=name):
        load(EmbeddedSettings)


def test_two_services_cannot_share_a_port() -> None:
    with pytest.raises(ValidationError, match="three different ports"):
        EmbeddedSettings(gateway_port=8001)
