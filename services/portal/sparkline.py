"""Sparklines: counts of slots as the points of a small SVG line."""

from collections.abc import Sequence

WIDTH, HEIGHT = 120, 28
EDGE = 2
"""Room for half the line's width."""


def points(counts: Sequence[int]) -> str:
    """The `points` of a polyline in a box of WIDTH × HEIGHT, the oldest slot at the left, zero at the bottom."""
    highest = max(counts, default=0) or 1
    step = (WIDTH - 2 * EDGE) / max(1, len(counts) - 1)
    heights = (HEIGHT - EDGE - count / highest * (HEIGHT - 2 * EDGE) for count in counts)
    return " ".join(f"{EDGE + place * step:.1f},{height:.1f}" for place, height in enumerate(heights))


def sums(counts: Sequence[int], of: int) -> list[int]:
    """Counts summed in groups, so that a line of 72 hours does not only tell of noise."""
    return [sum(counts[start : start + of]) for start in range(0, len(counts), of)]
