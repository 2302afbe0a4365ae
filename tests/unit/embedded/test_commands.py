"""The files around the launcher: Procfile, start script, Makefile."""

import shutil
import subprocess
from pathlib import Path

from honcho.environ import parse_procfile

from services.embedded.environment import ROOT


def test_every_started_name_is_known_to_the_start_script() -> None:
    lines = parse_procfile((ROOT / "Procfile").read_text()).processes
    script = (ROOT / "services/app/start").read_text()

    started = [line.split()[-1] for line in lines.values() if "services/app/start" in line]

    assert len(started) == 8
    assert all(f"    {name}) " in script for name in started)


def test_redis_is_the_last_line_of_the_procfile() -> None:
    """The launcher stops the last one after all the others."""
    assert list(parse_procfile((ROOT / "Procfile").read_text()).processes)[-1] == "redis"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    ended = subprocess.run([ROOT / "services/app/start", "nothing"], capture_output=True, text=True, check=False)

    assert ended.returncode == 64
    assert "comments|ranking" in ended.stderr


def make_with_python(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """`make run` in a fresh folder whose Python is a shell script."""
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements-dev.lock").touch()
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    command = ["make", "--no-print-directory", "-C", str(folder), "run", f"PYTHON={python}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_old_python_ends_make_with_one_sentence(tmp_path: Path) -> None:
    ended = make_with_python(tmp_path, "exit 1")

    assert ended.returncode != 0
    assert "Redian needs Python 3.11 or newer" in ended.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_ends_make_with_one_sentence(tmp_path: Path) -> None:
    ended = make_with_python(tmp_path, 'case "$2" in *venv*) exit 1 ;; esac')

    assert ended.returncode != 0
    assert "apt-get install python3-venv" in ended.stderr
