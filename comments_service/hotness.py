"""Hotness: where a comment stands in `sort=hot`, as one number that is stored and never has to be computed again.

    hotness = log2(W(up + 1, up + down + 1)) + published_at / half-life

W is the lower bound of the Wilson score interval (E. B. Wilson, 1927; for ranking by votes: E. Miller, "How Not To Sort
By Average Rating", 2009) with z for 80 % confidence, as Reddit's "best" has it. The writer's own vote is added, so
that W is never 0. Decay is forward (Cormode et al., "Forward Decay", 2009): W × 2^(−age / half-life) orders comments at
every moment as its logarithm without the present time does, so time alone moves no comment past another.
"""

import math

from shared.clock import DAY_MS

HALF_LIFE_MS = DAY_MS
"""So much later is worth as much as twice the Wilson bound."""
Z = 1.281551565545
"""The 90 % quantile of the normal distribution: 80 % confidence on two sides."""
SCALE = 1_000_000
"""Stored in millionths: integers compare the same in SQLite, PostgreSQL and a cursor."""


def wilson_bound(up: int, votes: int) -> float:
    """The share of up votes that these votes make believable, 0 to 1; `votes` is at least 1."""
    share, square = up / votes, Z * Z
    spread = Z * math.sqrt((share * (1 - share) + square / (4 * votes)) / votes)
    return (share + square / (2 * votes) - spread) / (1 + square / votes)


def hotness(up: int, down: int, published_at: int) -> int:
    """The place of a comment in `sort=hot`; the greater, the nearer to the top."""
    bound = wilson_bound(up + 1, up + down + 1)
    return round(math.log2(bound) * SCALE) + published_at * SCALE // HALF_LIFE_MS
