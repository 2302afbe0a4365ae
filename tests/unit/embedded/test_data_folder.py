"""What stays between two runs, and who may touch it."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

from services.embedded.data_folder import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    folder = DataFolder(tmp_path / "data")
    yield folder
    os.close(folder.lock_fd)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_and_its_secrets_are_private(folder: DataFolder) -> None:
    folder.secret_key()
    conf = folder.write_redis_conf(6399, "secret", "everysec")

    assert mode(folder.path) == 0o700
    assert mode(folder.path / "secret") == mode(conf) == 0o600


def test_the_secret_key_stays_the_same(folder: DataFolder) -> None:
    first = folder.secret_key()

    assert folder.secret_key() == first
    assert len(first) == 64


def test_a_second_run_on_the_same_folder_is_refused(folder: DataFolder) -> None:
    with pytest.raises(SystemExit, match="Another `make run` uses"):
        DataFolder(folder.path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit, match=r"file/data cannot be used: Not a directory.*DATA_DIR="):
        DataFolder(tmp_path / "file" / "data")


def test_settings_come_back_from_an_env_file_as_they_were(folder: DataFolder) -> None:
    settings = {"API_KEYS": json.dumps([{"name": "local", "scopes": ["cms"]}]), "ODD": "it's a \\ $HOME #x"}

    path = folder.write_env("comments.env", settings)

    assert dotenv_values(path) == settings
