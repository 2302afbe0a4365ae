"""wrk, the load generator: a compiled one, because a Python client would be the first to run out of breath."""

import re
import shutil
import subprocess
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
SECONDS = 3
CONNECTIONS = 32
_RATE = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
_FAILURES = re.compile(r"^\s*(Non-2xx or 3xx responses: \d+|Socket errors: .*)$", re.MULTILINE)


def require_wrk() -> str:
    """wrk's version; ends the process with the command that installs it when it is missing."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("make bench needs the load generator wrk; install it, for example: apt-get install wrk")
    banner = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (banner.stdout + banner.stderr).split(" [")[0].strip()


def requests_per_second(url: str, script: str, *arguments: str) -> float:
    """Load a URL by a script of the folder `wrk`; raises when any answer was an error, whose speed means nothing."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"]
    command += ["--script", str(SCRIPTS / f"{script}.lua"), url, "--", *arguments]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    failures, rate = _FAILURES.search(output), _RATE.search(output)
    if failures or rate is None:
        raise RuntimeError(f"{url} answered with errors under load:\n{output}")
    return float(rate[1])
