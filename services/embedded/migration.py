"""Migrations: each service brings its own database up to date before anything uses it."""

import subprocess
import sys
from collections.abc import Mapping

from services.embedded.environment import ROOT


def migrate(environs: Mapping[str, Mapping[str, str]]) -> None:
    """Run `flask migrate` of each service, by its name and environment, side by side.

    Ends this process with the output of the first that fails.
    """
    running = {service: _start(service, environ) for service, environ in environs.items()}
    for service, process in running.items():
        output, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{output.strip()}\nThe database of {service} could not be migrated; see above.")


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
