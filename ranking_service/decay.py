"""Forward decay: a decaying board adds weight × 2^((t − landmark) / half-life) once and never scores again.

The score at a later time is the stored sum × 2^(−(time − landmark) / half-life), the same factor for every article, so
the order is that of the stored sums. Source: Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay: A Practical Time
Decay Model for Streaming Systems", ICDE 2009.
"""

from ranking_service.boards import Board
from shared.clock import slot_start_ms

MOST_HALF_LIVES = 400
"""The landmark moves after so many half-lives, long before 2^1023 ends a double."""
GREATEST_EXPONENT = 900
"""What an event with a time that cannot be (years ahead) weighs at most: it must not stop the projection."""


def growth(board: Board, from_ms: float, to_ms: float) -> float:
    """2^((to − from) / half-life): how much more a later event weighs than an earlier one.

    0.0 when it underflows, 2^900 at most.
    """
    exponent = (to_ms - from_ms) / board.half_life_ms
    return 2.0 ** min(exponent, GREATEST_EXPONENT) if exponent > -1_074 else 0.0


def heat_to_score(board: Board, heat: float, slot: int, landmark: int) -> float:
    """Heat of a slot (relative to the slot's start) as it stands on the board."""
    return heat * growth(board, landmark, slot_start_ms(slot))


def score_at(board: Board, stored: float, landmark: int, now_ms: int) -> float:
    """A stored score as it reads at a time, to six significant digits."""
    return float(f"{stored * growth(board, now_ms, landmark):.6g}")


def landmark_is_old(board: Board, landmark: int, now_ms: int) -> bool:
    """Whether the landmark has to move."""
    return now_ms - landmark > MOST_HALF_LIVES * board.half_life_ms
