"""Migrations: each service brings its own database up to date before anything uses it.

Starting Flask and Alembic to find nothing to do would take most of a warm start's time. So each database is marked,
in SQLite's `user_version`, with a checksum of the migrations it has been through.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from zlib import crc32

from services.embedded.environment import ROOT


def migrate(data_dir: Path, environs: Mapping[str, Mapping[str, str]]) -> None:
    """Run `flask migrate` of each service whose database lacks the newest mark, side by side.

    `environs` holds each service's environment by its name. Ends this process with the output of the first that fails.
    """
    marks = {service: _newest_mark(ROOT / f"{service}_service" / "migrations") for service in environs}
    files = {service: data_dir / f"{service}.db" for service in environs}
    running = {
        service: _start(service, environ)
        for service, environ in environs.items()
        if not files[service].exists() or _mark_of(files[service]) != marks[service]
    }
    for service, process in running.items():
        output, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{output.strip()}\nThe database of {service} could not be migrated; see above.")
        _set_mark(files[service], marks[service])


def _start(service: str, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flask", "--app", f"{service}_service", "migrate"]
    return subprocess.Popen(  # noqa: S603  # our own command
        command,
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _newest_mark(folder: Path) -> int:
    """A checksum of every migration, below 2^31, which is what `user_version` holds."""
    mark = 1
    for file in sorted(folder.rglob("*.py")):
        mark = crc32(file.read_bytes(), mark)
    return mark >> 1


def _mark_of(file: Path) -> int:
    try:
        with closing(sqlite3.connect(file)) as database:
            return int(database.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error as error:
        raise SystemExit(f"{file} cannot be used: {error}. Move it away to start without its data.") from None


def _set_mark(file: Path, mark: int) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"PRAGMA user_version = {mark}")
