"""The report: a table for people, and every round as JSON."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from bench.cases import Measured
from bench.wrk import CONNECTIONS, require_wrk
from services.embedded.servers import find_redis

RESULTS = Path(__file__).parent / "results" / "latest.json"


def header() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "CPUs": str(os.cpu_count()),
        "Python": platform.python_version(),
        "Redis": _redis_version(),
        "granian": version("granian"),
        "load": f"{require_wrk()}, {CONNECTIONS} connections",
        "machine": platform.platform(terse=True),
    }


def write_table(measured: Sequence[Measured]) -> None:
    """Print the figures as a Markdown table; each is the median of its rounds."""
    rows = ["| per second | Redian | bare limit | of it | the limit is |", "|---|---:|---:|---:|---|"]
    for each in measured:
        share = each.rate / each.limit_rate
        rows.append(f"| {each.name} | {each.rate:,.0f} | {each.limit_rate:,.0f} | {share:.0%} | {each.limit_name} |")
    sys.stdout.write("\n".join(rows) + "\n")


def write_json(head: dict[str, str], measured: Sequence[Measured]) -> None:
    """Keep every round in bench/results/latest.json."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode({"measured_on": head, "cases": measured})))


def _redis_version() -> str:
    banner = subprocess.run([find_redis(), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v=([\d.]+)", banner)
    return found[1] if found else banner.strip()
