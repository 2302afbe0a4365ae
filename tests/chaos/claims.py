"""Claims: what a fault's run has to show, each a figure beside its bound."""

from dataclasses import dataclass, field

from tests.chaos.timeline import Timeline


@dataclass(frozen=True)
class Claim:
    """A figure that was seen, and how large it may be."""

    text: str
    value: float
    at_most: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        return self.value <= self.at_most


@dataclass
class Outcome:
    """What a fault's run has shown."""

    fault: str
    claims: list[Claim] = field(default_factory=list)
    facts: dict[str, float] = field(default_factory=dict)
    """Figures without a bound: how much was sent, how it was answered."""
    notes: list[str] = field(default_factory=list)
    timeline: Timeline | None = None

    @property
    def broken(self) -> list[Claim]:
        """The claims that do not hold."""
        return [claim for claim in self.claims if not claim.holds]

    def value(self, text: str) -> float:
        """The figure of a claim."""
        return next(claim.value for claim in self.claims if claim.text == text)
