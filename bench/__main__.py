"""Run every case, print the table, keep the rounds."""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.appends import append_cases
from bench.cases import Case, Measured, run
from bench.clicks import click_cases
from bench.projection import projection_cases
from bench.rankings import ranking_cases
from bench.report import RESULTS, header, write_json, write_table
from bench.servers import running_app


def main() -> None:
    """Measure everything on servers that are started for it and stopped again."""
    head = header()
    sys.stdout.write("  ".join(f"{name}: {value}" for name, value in head.items()) + "\n\n")
    with tempfile.TemporaryDirectory(prefix="redian-bench-") as name:
        measured = _measure(Path(name))
    write_table(measured)
    write_json(head, measured)
    sys.stdout.write(f"\nEvery round is in {RESULTS.relative_to(Path.cwd())}.\n")


def _measure(folder: Path) -> list[Measured]:
    measured: list[Measured] = []
    with running_app("bench.constant:create_app") as constant:
        with click_cases(_fresh(folder, "clicks"), constant) as cases:
            measured += _run(cases)
        with append_cases(_fresh(folder, "appends")) as cases:
            measured += _run(cases)
        with projection_cases(_fresh(folder, "boards")) as (cases, redis_url):
            measured += _run(cases)
            with ranking_cases(folder / "boards", redis_url, constant) as cases_of_rankings:
                measured += _run(cases_of_rankings)
    return measured


def _run(cases: Iterable[Case]) -> list[Measured]:
    measured = []
    for case in cases:
        sys.stderr.write(f"{case.name} …\n")
        measured.append(run(case))
    return measured


def _fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


if __name__ == "__main__":
    main()
