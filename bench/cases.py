"""A case: something measured by turns with what it is compared with. A figure: something measured for itself."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

ROUNDS = 3


class LoadFailedError(Exception):
    """Answers of a load failed, so that its speed means nothing."""


@dataclass(frozen=True)
class Reading:
    """One measurement: operations a second, what the median and the slowest hundredth waited, processor time each."""

    rate: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_us: float | None = None


Measure = Callable[[], Reading]


@dataclass(frozen=True)
class Case:
    """What is measured, beside what, and how many times that it has to be, or how many a second."""

    name: str
    measure: Measure
    reference_name: str
    reference: Measure
    at_least: float
    or_rate: float | None = None


@dataclass
class Compared:
    """The rounds of a case."""

    name: str
    reference_name: str
    at_least: float
    or_rate: float | None = None
    readings: list[Reading] = field(default_factory=list)
    references: list[Reading] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: both halves of a round met the same machine."""
        return median(own.rate / other.rate for own, other in zip(self.readings, self.references, strict=True))

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        if self.ratio >= self.at_least:
            return True
        return self.or_rate is not None and middle(self.readings).rate >= self.or_rate


@dataclass(frozen=True)
class Figure:
    """A value with its unit, and the bound it has to keep, if there is one."""

    name: str
    value: float
    unit: str
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        return self.at_most is None or self.value <= self.at_most


def run(case: Case) -> Compared:
    """Measure a case and its reference by turns, so that what else the machine does falls on both."""
    compared = Compared(case.name, case.reference_name, case.at_least, case.or_rate)
    for _ in range(ROUNDS):
        compared.references.append(_tried(case.reference))
        compared.readings.append(_tried(case.measure))
    return compared


def _tried(measure: Measure) -> Reading:
    """A reading; a second one where answers of the first failed, as peers' do now and then. Twice is an error."""
    try:
        return measure()
    except LoadFailedError as error:
        sys.stderr.write(f"{error}\nmeasured again …\n")
        return measure()


def middle(readings: list[Reading]) -> Reading:
    """The median of each value over some readings."""
    return Reading(
        median(each.rate for each in readings),
        *(_median_of([getattr(each, name) for each in readings]) for name in ("p50_ms", "p99_ms", "cpu_us")),
    )


def _median_of(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
