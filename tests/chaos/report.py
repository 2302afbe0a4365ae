"""The report: every outcome as JSON, kept scenario by scenario, so that one may be run again for itself."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from services.embedded.environment import ROOT
from tests.chaos.claims import Outcome

REPORT = ROOT / "docs" / "reliability.json"


def read() -> dict[str, Any]:
    """The last report; scenario → what it showed."""
    return dict(msgspec.json.decode(REPORT.read_bytes())) if REPORT.exists() else {}


def keep(scenario: str, outcomes: list[Outcome], seconds: float, path: Path = REPORT) -> None:
    """Put a scenario's outcomes in the place of its last ones."""
    entry = {
        "measured_on": machine(),
        "seconds": round(seconds),
        "outcomes": [msgspec.to_builtins(outcome) | {"holds": not outcome.broken} for outcome in outcomes],
    }
    content = {**read(), scenario: entry}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")


def machine() -> Mapping[str, str]:
    """What it ran on."""
    return {
        "CPUs": str(os.cpu_count()),
        "Python": platform.python_version(),
        "system": platform.system(),
        "day": datetime.now(UTC).date().isoformat(),
        "load": f"{os.getloadavg()[0]:.0f}",
    }
