"""Each service's database is brought up to date, and not asked again when it is."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.embedded.migration import migrate


def environ_for(folder: Path, secret_key: str = "0123456789abcdef") -> dict[str, dict[str, str]]:
    url = f"sqlite:///{folder / 'comments.db'}"
    return {"comments": {**os.environ, "DATABASE_URL": url, "SECRET_KEY": secret_key, "LOG_FORMAT": "line"}}


def test_a_database_at_the_newest_schema_is_not_migrated_again(tmp_path: Path) -> None:
    """A broken setting would end the command, if it ran."""
    migrate(tmp_path, environ_for(tmp_path))

    migrate(tmp_path, environ_for(tmp_path, secret_key=""))

    with closing(sqlite3.connect(tmp_path / "comments.db")) as database:
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def test_a_migration_that_fails_ends_the_start_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"SECRET_KEY.*\n.*comments could not be migrated"):
        migrate(tmp_path, environ_for(tmp_path, secret_key=""))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "comments.db").write_text("not a database " * 100)

    with pytest.raises(SystemExit, match=r"comments\.db cannot be used: file is not a database"):
        migrate(tmp_path, environ_for(tmp_path))
