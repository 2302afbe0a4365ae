"""Run the cases and write the table; `check` compares the ratios with the baseline, `baseline` makes them it."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.cases import Case, Compared, Figure, run
from bench.clicks import click_bench
from bench.comments import comment_bench
from bench.history import history_figures
from bench.memory import memory_figures
from bench.portal import portal_figures
from bench.projection import projection_bench
from bench.rankings import ranking_cases
from bench.report import header, is_busy, losses, table, write, write_baseline
from bench.words import word_figures

Outcome = tuple[list[Compared], list[Figure]]


def main() -> None:
    """Measure on servers that are started for it and stopped again."""
    arguments = _arguments()
    head = header()
    if is_busy():
        sys.stderr.write("The machine is busy with other things: believe the ratios, not the rates.\n")
    compared: list[Compared] = []
    figures: list[Figure] = []
    for group in arguments.groups or GROUPS:
        with tempfile.TemporaryDirectory(prefix="redian-bench-") as name:
            more, others = GROUPS[group](Path(name))
        compared += more
        figures += others
        # After each group, so that an interrupted run has its report too.
        write(head, compared, figures)
    sys.stdout.write(table(head, compared, figures))
    if arguments.do == "baseline":
        write_baseline(head, compared)
    elif arguments.do == "check" and (lost := losses(compared)):
        raise SystemExit("More than a quarter was lost:\n" + "\n".join(lost))


def _clicks(folder: Path) -> Outcome:
    with click_bench(folder) as bench:
        return _run(bench.cases()), bench.figures()


def _comments(folder: Path) -> Outcome:
    with comment_bench(folder) as bench:
        return _run(bench.cases()), []


def _boards(folder: Path) -> Outcome:
    with projection_bench(folder) as bench:
        compared, figures = _run(bench.cases()), bench.figures()
        with ranking_cases(folder, bench.redis_url) as cases:
            return compared + _run(cases), figures


GROUPS: dict[str, Callable[[Path], Outcome]] = {
    "clicks": _clicks,
    "boards": _boards,
    "comments": _comments,
    "history": lambda folder: ([], history_figures(folder)),
    "portal": lambda folder: ([], portal_figures(folder)),
    "words": lambda folder: ([], word_figures(folder)),
    "memory": lambda folder: ([], memory_figures(folder)),
}


def _run(cases: Iterable[Case]) -> list[Compared]:
    compared = []
    for case in cases:
        sys.stderr.write(f"{case.name}, beside {case.reference_name} …\n")
        compared.append(run(case))
        sys.stderr.write(f"    {compared[-1].ratio:.2f} of it, where {case.at_least:g} is wanted\n")
    return compared


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("do", nargs="?", choices=("measure", "check", "baseline"), default="measure")
    parser.add_argument("--groups", nargs="*", choices=GROUPS, help="measure only these")
    return parser.parse_args()


if __name__ == "__main__":
    main()
