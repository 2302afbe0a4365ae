"""Appends: what tells a repeated one from a new one, and what becomes of each offer."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of an offer."""

    APPENDED = "a"
    REPEATED = "r"
    UNKNOWN = "u"


OUTCOME_OF = {ord(outcome): outcome for outcome in Outcome}
"""By the byte that the script answers."""


@dataclass(frozen=True)
class Idempotency:
    """A caller's key for a request and the digest of its body: the same request is appended once in 24 hours."""

    key: str
    digest: str
