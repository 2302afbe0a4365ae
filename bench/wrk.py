"""wrk, the load generator: a compiled one, because a Python client would be the first to run out of breath."""

import re
import shutil
import subprocess
from pathlib import Path

from bench.cases import LoadFailedError, Reading
from bench.cpu import cpu_us
from bench.servers import Server

SCRIPTS = Path(__file__).parent / "scripts"
SECONDS = 3
CONNECTIONS = 32
_RATE = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
_COUNT = re.compile(r"^\s*(\d+) requests in ", re.MULTILINE)
_ERRORS = re.compile(r"^\s*Non-2xx or 3xx responses: (\d+)$", re.MULTILINE)
_BROKEN = re.compile(r"^\s*Socket errors: .*$", re.MULTILINE)
_PERCENTILE = r"^\s*{}%\s+([\d.]+)(us|ms|s)\s*$"
_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def require_wrk() -> str:
    """wrk's version; ends the process with the command that installs it when it is missing."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("make bench needs the load generator wrk; install it, for example: apt-get install wrk")
    banner = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (banner.stdout + banner.stderr).split(" [")[0].strip()


def load(
    server: Server, path: str, script: str, *arguments: str, connections: int = CONNECTIONS, tolerated: float = 0
) -> Reading:
    """Load a path of a server by a script of the folder.

    Raises LoadFailedError when more than the tolerated share of the answers were errors.
    """
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{SECONDS}s", "--latency"]
    command += ["--script", str(SCRIPTS / f"{script}.lua"), server.url + path, "--", *arguments]
    before = cpu_us(server.pid)
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    used = cpu_us(server.pid) - before
    rate, count, errors = _RATE.search(output), _COUNT.search(output), _ERRORS.search(output)
    if rate is None or count is None or _BROKEN.search(output) or _share(errors, count) > tolerated:
        raise LoadFailedError(f"{server.url}{path} answered with errors under load:\n{output}")
    return Reading(float(rate[1]), _percentile(output, 50), _percentile(output, 99), used / max(1, int(count[1])))


def _share(errors: re.Match[str] | None, count: re.Match[str]) -> float:
    return int(errors[1]) / max(1, int(count[1])) if errors else 0


def _percentile(output: str, percent: int) -> float:
    found = re.search(_PERCENTILE.format(percent), output, re.MULTILINE)
    assert found, output
    return float(found[1]) * _MS[found[2]]
