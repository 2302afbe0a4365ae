"""A case: something measured in turn with its bare limit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

ROUNDS = 3


@dataclass(frozen=True)
class Case:
    """What is measured. `measure` and `limit` each run for some seconds and answer a rate per second."""

    name: str
    measure: Callable[[], float]
    limit_name: str
    limit: Callable[[], float]


@dataclass
class Measured:
    """The rounds of a case, in rates per second."""

    name: str
    limit_name: str
    rates: list[float] = field(default_factory=list)
    limit_rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def limit_rate(self) -> float:
        return median(self.limit_rates)


def run(case: Case) -> Measured:
    """Measure a case and its limit by turns, so that what else the machine does falls on both."""
    measured = Measured(case.name, case.limit_name)
    for _ in range(ROUNDS):
        measured.limit_rates.append(case.limit())
        measured.rates.append(case.measure())
    return measured
