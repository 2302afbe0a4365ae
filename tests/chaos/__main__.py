"""`make chaos`: every fault in its long form; the report goes into docs/reliability.json and docs/reliability.md."""

import signal
import sys
import time

import pytest

from tests.chaos import page, report, scenarios
from tests.chaos.claims import Outcome


def main(names: list[str]) -> int:
    """Run the scenarios of these names, or all; 1 when something does not hold."""
    # What a scenario has started and mounted is taken away again when somebody ends it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    unknown = set(names) - scenarios.SCENARIOS.keys()
    if unknown:
        say(f"There are no scenarios {', '.join(sorted(unknown))}; there are {', '.join(scenarios.SCENARIOS)}.")
        return 2
    all_hold = True
    for name in names or scenarios.SCENARIOS:
        began = time.monotonic()
        try:
            outcomes = scenarios.run(name)
        except pytest.skip.Exception as skipped:
            say(f"{name}: skipped, {skipped}")
            continue
        report.keep(name, outcomes, time.monotonic() - began)
        for outcome in outcomes:
            tell(outcome)
            all_hold = all_hold and not outcome.broken
    page.draw(report.read())
    return 0 if all_hold else 1


def tell(outcome: Outcome) -> None:
    """Print what was seen."""
    say(f"{'ok    ' if not outcome.broken else 'BROKEN'} {outcome.fault}")
    for claim in outcome.broken:
        say(f"         {claim.text}: {claim.value:g} {claim.unit}, at most {claim.at_most:g}")
    for name, value in outcome.facts.items():
        say(f"         {name}: {value:g}")
    for note in outcome.notes:
        say(f"         {note}")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
