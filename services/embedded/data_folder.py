"""The data folder of `make run`: what stays between two runs, and the lock that keeps a second run out.

lock                           held by the running launcher and its Redis
secret                         SECRET_KEY, made once
redis/  redis.conf             the append-only file, and the configuration written at each start
comments.db  ranking.db        SQLite
comments.env  ranking.env      the settings of each service, where its commands find them
"""

import fcntl
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from services.embedded.ports import LOOPBACK


class DataFolder:
    """A private folder, locked for the life of this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            (path / "redis").mkdir(mode=0o700, exist_ok=True)
            self.lock_fd = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SystemExit(
                f"The data folder {path} cannot be used: {error.strerror}. Choose another: make run DATA_DIR=folder"
            ) from None
        self._lock()

    def _lock(self) -> None:
        try:
            fcntl.flock(self.lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(
                f"Another `make run` uses {self.path} or is just stopping; stop it first, or give this one a folder "
                "and ports of its own: make run DATA_DIR=folder GATEWAY_PORT=… COMMENTS_PORT=… RANKING_PORT=…"
            ) from None

    def secret_key(self) -> str:
        """The secret that private hashes are keyed with; the same in every run, or visitors would count anew."""
        path = self.path / "secret"
        if not path.exists():
            self.write("secret", secrets.token_hex(32))
        return path.read_text("ascii").strip()

    def write(self, name: str, text: str) -> Path:
        """Write a file that only its owner may read, whole or not at all."""
        path = self.path / name
        draft = path.with_name(f"{name}.new")
        draft.touch(mode=0o600)
        draft.write_text(text, "utf-8")
        return draft.replace(path)

    def write_env(self, name: str, settings: Mapping[str, str]) -> Path:
        """Write settings as a file that `flask --env-file` reads."""
        return self.write(name, "".join(f"{key}='{_escaped(value)}'\n" for key, value in settings.items()))

    def write_redis_conf(self, port: int, password: str, appendfsync: str) -> Path:
        """The configuration of this run's Redis: loopback only, with a password and an append-only file."""
        folder = str(self.path / "redis").replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            f"bind {LOOPBACK}",
            f"port {port}",
            # Other users of the machine reach the loopback interface too.
            f"requirepass {password}",
            f'dir "{folder}"',
            "appendonly yes",
            f"appendfsync {appendfsync}",
            'save ""',
            # A full memory must refuse events, not forget counts.
            "maxmemory-policy noeviction",
            "loglevel warning",
        ]
        return self.write("redis.conf", "\n".join(lines) + "\n")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
