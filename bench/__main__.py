"""Run the cases and write the table; `check` compares the ratios with the baseline, `baseline` makes them it."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench.cases import Case, Compared, Figure, run
from bench.clicks import click_bench
from bench.cluster import cluster_figures
from bench.comments import comment_bench
from bench.history import history_figures
from bench.memory import memory_figures
from bench.portal import portal_figures
from bench.projection import projection_bench
from bench.rankings import ranking_cases
from bench.report import header, is_busy, loss_of, table, write, write_baseline
from bench.storage import storage_figures
from bench.words import word_figures
from bench.workers import worker_figures

Outcome = tuple[list[Compared], list[Figure]]
MeasureAll = Callable[[Iterable[Case]], list[Compared]]


def main() -> None:
    """Measure on servers that are started for it and stopped again."""
    arguments = _arguments()
    head = header()
    if is_busy():
        sys.stderr.write("The machine is busy with other things: believe the ratios, not the rates.\n")
    compared: list[Compared] = []
    figures: list[Figure] = []
    measure = partial(_measure, is_check=arguments.do == "check")
    for group in arguments.groups or GROUPS:
        with tempfile.TemporaryDirectory(prefix="redian-bench-") as name:
            more, others = GROUPS[group](Path(name), measure)
        compared += more
        figures += others
        # After each group, so that an interrupted run has its report too.
        write(head, compared, figures)
    sys.stdout.write(table(head, compared, figures))
    if arguments.do == "baseline":
        write_baseline(head, compared)
    elif arguments.do == "check" and (lost := [loss for each in compared if (loss := loss_of(each))]):
        raise SystemExit("More than a quarter was lost, twice:\n" + "\n".join(lost))


def _clicks(folder: Path, measure: MeasureAll) -> Outcome:
    with click_bench(folder) as bench:
        return measure(bench.cases()), bench.figures()


def _comments(folder: Path, measure: MeasureAll) -> Outcome:
    with comment_bench(folder) as bench:
        return measure(bench.cases()), []


def _projection(folder: Path, measure: MeasureAll) -> Outcome:
    with projection_bench(folder) as bench:
        return measure(bench.cases()), bench.figures()


def _rankings(folder: Path, measure: MeasureAll) -> Outcome:
    with ranking_cases(folder) as cases:
        return measure(cases), []


GROUPS: dict[str, Callable[[Path, MeasureAll], Outcome]] = {
    "clicks": _clicks,
    "projection": _projection,
    "rankings": _rankings,
    "comments": _comments,
    "history": lambda folder, _: ([], history_figures(folder)),
    "portal": lambda folder, _: ([], portal_figures(folder)),
    "words": lambda folder, _: ([], word_figures(folder)),
    "cluster": lambda folder, _: ([], cluster_figures(folder)),
    "workers": lambda folder, _: ([], worker_figures(folder)),
    "storage": lambda folder, _: ([], storage_figures(folder)),
    "memory": lambda folder, _: ([], memory_figures(folder)),
}


def _measure(cases: Iterable[Case], *, is_check: bool) -> list[Compared]:
    return [_measure_one(case, is_check=is_check) for case in cases]


def _measure_one(case: Case, *, is_check: bool) -> Compared:
    sys.stderr.write(f"{case.name}, beside {case.reference_name} …\n")
    compared = run(case)
    if is_check and loss_of(compared):
        # Another program in the midst of a round looks like a loss; a loss is there at the next measurement, too.
        sys.stderr.write(f"    {compared.ratio:.2f} of it; measured again …\n")
        compared = run(case)
    sys.stderr.write(f"    {compared.ratio:.2f} of it, where {case.at_least:g} is wanted\n")
    return compared


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("do", nargs="?", choices=("measure", "check", "baseline"), default="measure")
    parser.add_argument("--groups", nargs="*", choices=GROUPS, help="measure only these")
    return parser.parse_args()


if __name__ == "__main__":
    main()
