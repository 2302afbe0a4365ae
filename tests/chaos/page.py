"""The page: the part of docs/reliability.md between its marks, and its plots, drawn from the report."""

from typing import Any

from services.embedded.environment import ROOT
from tests.chaos.plots import bars_plot, kills_plot

PAGE = ROOT / "docs" / "reliability.md"
IMAGES = ROOT / "docs" / "images"
BEGIN, END = "<!-- what make chaos saw -->\n", "<!-- end -->\n"
READY = ("ready again after", "ready after")
SLOWEST = "the slowest answer"
HELD = "messages still unacknowledged after four visibility timeouts"
LOST, DOUBLED = "clicks acknowledged and not counted", "clicks counted twice"


def draw(report: dict[str, Any]) -> None:
    """Write the figures and plots of a report into the page."""
    parts = [_kills(report), _tasks(report), *(_faults(report))]
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + "\n".join(part for part in parts if part) + END + after, "utf-8")


def _kills(report: dict[str, Any]) -> str:
    entry = report.get("kills")
    if not entry:
        return ""
    (outcome,) = entry["outcomes"]
    (IMAGES / "reliability-kills.svg").write_text(kills_plot(outcome["timeline"], outcome["fault"]), "utf-8")
    lines = [
        f"### {outcome['fault']}",
        "",
        _conditions(entry),
        "",
        "| what must hold | seen | at most |",
        "|---|--:|--:|",
    ]
    lines += [f"| {c['text']} | {_number(c['value'])} | {_number(c['at_most'])} |" for c in outcome["claims"]]
    lines += ["", "| of how much | |", "|---|--:|"]
    lines += [f"| {name} | {_number(value)} |" for name, value in outcome["facts"].items()]
    return "\n".join([*lines, "", "![Kills, and what was acknowledged](images/reliability-kills.svg)", ""])


def _tasks(report: dict[str, Any]) -> str:
    if "tasks" not in report or "kills" not in report:
        return ""
    (own,), (other,) = report["kills"]["outcomes"], report["tasks"]["outcomes"]
    claims = {claim["text"]: claim["value"] for claim in own["claims"]}
    lines = ["### Beside it: a Celery task for each click", "", _conditions(report["tasks"]), ""]
    lines += ["| | clicks acknowledged | not counted | counted twice | in no worker's hand a minute later |"]
    lines += ["|---|--:|--:|--:|--:|"]
    for name, facts in (
        (f"Redian, {own['fault']}", {**own["facts"], **claims}),
        (other["fault"], other["facts"]),
    ):
        cells = [_number(facts.get(each, 0)) for each in ("clicks acknowledged", LOST, DOUBLED, HELD)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _faults(report: dict[str, Any]) -> list[str]:
    entries = [report[name] for name in ("faults", "crash", "disks", "clock") if name in report]
    outcomes = [outcome for entry in entries for outcome in entry["outcomes"]]
    if not outcomes:
        return []
    lines = ["### Faults", "", _conditions(entries[0]), ""]
    lines += [
        "| broken | slowest answer | ready after | not counted | counted twice | all claims |",
        "|---|--:|--:|--:|--:|---|",
    ]
    bars = []
    for outcome in outcomes:
        claims = {claim["text"]: claim for claim in outcome["claims"]}
        ready = next((claims[text]["value"] for text in READY if text in claims), 0.0)
        bars.append((outcome["fault"], ready))
        lost = next((claim for text, claim in claims.items() if text.startswith(LOST)), None)
        cells = [_seconds(claims.get(SLOWEST)), f"{ready:.2f} s", _lost(lost), _number(claims[DOUBLED]["value"])]
        lines.append(f"| {outcome['fault']} | {' | '.join(cells)} | {_holds(outcome)} |")
    (IMAGES / "reliability-recovery.svg").write_text(
        bars_plot(bars, "s", "Seconds from the fault's end until both services are ready"), "utf-8"
    )
    return ["\n".join([*lines, "", "![How soon it is ready again](images/reliability-recovery.svg)", ""])]


def _conditions(entry: dict[str, Any]) -> str:
    machine = entry["measured_on"]
    load = f", load {machine['load']} at its end" if "load" in machine else ""
    return f"{machine['day']}, {machine['CPUs']} CPUs, Python {machine['Python']}, {entry['seconds']} s{load}."


def _holds(outcome: dict[str, Any]) -> str:
    broken = [claim for claim in outcome["claims"] if claim["value"] > claim["at_most"]]
    if broken:
        return "✗ " + "; ".join(f"{claim['text']}: {_number(claim['value'])}" for claim in broken)
    return f"✓ {len(outcome['claims'])}"


def _lost(claim: dict[str, Any] | None) -> str:
    if claim is None:
        return "–"
    bound = f" of {_number(claim['at_most'])} in the last second" if claim["at_most"] else ""
    return _number(claim["value"]) + bound


def _seconds(claim: dict[str, Any] | None) -> str:
    return "–" if claim is None else f"{claim['value']:.2f} s"


def _number(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")
