"""The report: a table for people, every round as JSON, and the comparison with the committed baseline."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from bench.cases import Compared, Figure, middle
from bench.wrk import CONNECTIONS, require_wrk
from services.embedded.servers import find_redis

RESULTS = Path(__file__).parent / "results"
LATEST = RESULTS / "latest.json"
TABLE = RESULTS / "latest.md"
BASELINE = Path(__file__).parent / "baseline.json"
MOST_LOST = 0.25
BUSY_LOAD = 2.0


def header() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "CPUs": str(os.cpu_count()),
        "Python": platform.python_version(),
        "Redis": _redis_version(),
        "granian": version("granian"),
        "generator": f"{require_wrk()}, {CONNECTIONS} connections",
        "machine": platform.platform(terse=True),
        "day": datetime.now(UTC).date().isoformat(),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def table(head: dict[str, str], compared: Sequence[Compared], figures: Sequence[Figure]) -> str:
    """The figures as Markdown; each is the median of its rounds."""
    rows = ["  \n".join(f"{name}: {value}" for name, value in head.items()), ""]
    rows += ["| | per second | p50 ms | p99 ms | CPU µs each | beside | per second | CPU µs each | ratio | target | |"]
    rows += ["|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---|"]
    for case in compared:
        own, other = middle(case.readings), middle(case.references)
        cells = [case.name, f"{own.rate:,.0f}", _or_none(own.p50_ms), _or_none(own.p99_ms), _or_none(own.cpu_us)]
        cells += [case.reference_name, f"{other.rate:,.0f}", _or_none(other.cpu_us)]
        or_rate = "" if case.or_rate is None else f", or {case.or_rate:,.0f} a second"
        cells += [f"{case.ratio:.2f}", f"≥ {case.at_least:.3g}{or_rate}"]
        rows.append(f"| {' | '.join(cells)} | {_mark(case.holds)} |")
    if figures:
        rows += ["", "| | | target | |", "|---|---:|---:|---|"]
    for figure in figures:
        bound = "" if figure.at_most is None else f"≤ {figure.at_most:g}"
        mark = "" if figure.at_most is None else _mark(figure.holds)
        rows.append(f"| {figure.name} | {figure.value:,.3g} {figure.unit} | {bound} | {mark} |")
    return "\n".join(rows) + "\n"


def write(head: dict[str, str], compared: Sequence[Compared], figures: Sequence[Figure]) -> None:
    """Keep the table and every round in bench/results; cases that were not measured now keep their last figures."""
    RESULTS.mkdir(exist_ok=True)
    TABLE.write_text(table(head, compared, figures), "utf-8")
    cases = {_key(each): msgspec.to_builtins(each) | {"ratio": each.ratio} for each in compared}
    known = msgspec.json.decode(LATEST.read_bytes()) if LATEST.exists() else {}
    content = {
        "measured_on": head,
        "cases": known.get("cases", {}) | cases,
        "figures": known.get("figures", {}) | {each.name: msgspec.to_builtins(each) for each in figures},
    }
    LATEST.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")


def loss_of(case: Compared) -> str | None:
    """A sentence when a case's ratio has lost more than a quarter against the baseline."""
    known = _baseline().get(_key(case))
    if known is None or case.ratio >= (1 - MOST_LOST) * known:
        return None
    return f"{_key(case)}: {case.ratio:.3f}, and {known:.3f} in the baseline"


def write_baseline(head: dict[str, str], compared: Sequence[Compared]) -> None:
    """Make these ratios what later runs are compared with; cases that were not measured now keep theirs."""
    ratios = _baseline() | {_key(each): round(each.ratio, 3) for each in compared}
    BASELINE.write_bytes(msgspec.json.format(msgspec.json.encode({"measured_on": head, "ratios": ratios})) + b"\n")


def _baseline() -> dict[str, float]:
    ratios: dict[str, float] = msgspec.json.decode(BASELINE.read_bytes())["ratios"] if BASELINE.exists() else {}
    return ratios


def is_busy() -> bool:
    """Whether the machine does so much else that only the ratios may be believed."""
    return os.getloadavg()[0] > BUSY_LOAD


def _key(case: Compared) -> str:
    return f"{case.name} / {case.reference_name}"


def _or_none(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3g}"


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"


def _redis_version() -> str:
    banner = subprocess.run([find_redis(), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"v=([\d.]+)", banner)
    return found[1] if found else banner.strip()
