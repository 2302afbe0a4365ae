"""Challenges: bound to an article and a network, signed, expiring, and solved by work alone."""

from hashlib import sha256

import pytest

from comments_service.challenge import Challenge, Challenges, leading_zero_bits
from tests.conftest import FakeClock
from tests.work import work

ARTICLE, NETWORK = "zz-1", "203.0.113.0/24"
BITS = 6


@pytest.fixture
def challenges(clock: FakeClock) -> Challenges:
    return Challenges("a secret of the tests", clock, difficulty_bits=BITS, valid_ms=60_000)


def solve(challenge: Challenge) -> str:
    """The header that solves a challenge."""
    return work(challenge.token, challenge.difficulty)


def test_a_solved_challenge_is_known_by_its_nonce(challenges: Challenges, clock: FakeClock) -> None:
    challenge = challenges.give(ARTICLE, NETWORK)

    solution = challenges.solved(solve(challenge), ARTICLE, NETWORK)

    assert solution is not None
    assert (solution.nonce, solution.expires_at) == (challenge.token.split(".")[0], clock() + 60_000)
    assert challenges.give(ARTICLE, NETWORK).token != challenge.token


def test_an_integer_without_the_zero_bits_solves_nothing(challenges: Challenges) -> None:
    challenge = challenges.give(ARTICLE, NETWORK)
    wrong = next(n for n in range(10_000) if leading_zero_bits(f"{challenge.token}:{n}") == BITS - 1)

    assert challenges.solved(f"{challenge.token}:{wrong}", ARTICLE, NETWORK) is None


def test_a_solution_is_good_for_its_article_and_network_alone(challenges: Challenges) -> None:
    solution = solve(challenges.give(ARTICLE, NETWORK))

    assert challenges.solved(solution, "zz-2", NETWORK) is None
    assert challenges.solved(solution, ARTICLE, "198.51.100.0/24") is None
    assert challenges.solved(solution, ARTICLE, NETWORK) is not None


def test_a_solution_expires_with_its_challenge(challenges: Challenges, clock: FakeClock) -> None:
    solution = solve(challenges.give(ARTICLE, NETWORK))
    clock.forward(seconds=59)
    assert challenges.solved(solution, ARTICLE, NETWORK) is not None
    clock.forward(seconds=1)

    assert challenges.solved(solution, ARTICLE, NETWORK) is None


@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_a_changed_token_is_none_of_ours(challenges: Challenges, part: int) -> None:
    challenge = challenges.give(ARTICLE, NETWORK)
    parts = challenge.token.split(".")
    parts[part] = {0: "0" * 32, 1: "1", 2: str(challenge.expires_at + 1), 3: "0" * 64}[part]
    easier = Challenge(".".join(parts), 1, 0)

    assert challenges.solved(solve(easier), ARTICLE, NETWORK) is None


def test_another_installation_signs_otherwise(challenges: Challenges, clock: FakeClock) -> None:
    other = Challenges("another secret of tests", clock, difficulty_bits=1, valid_ms=60_000)

    assert challenges.solved(solve(other.give(ARTICLE, NETWORK)), ARTICLE, NETWORK) is None


@pytest.mark.parametrize(
    "text", ["", ":", "a:1", "a.b.c.d:1", "x" * 256, "١" * 32 + ".6.1795436400000." + "0" * 64 + ":1"]
)
def test_nonsense_solves_nothing(challenges: Challenges, text: str) -> None:
    assert challenges.solved(text, ARTICLE, NETWORK) is None


def test_zero_bits_are_counted_from_the_left() -> None:
    counted = {leading_zero_bits(str(n)) for n in range(2_000)}

    assert counted >= set(range(9))
    assert all(bits_of(str(n)).find("1") == leading_zero_bits(str(n)) for n in range(200))


def bits_of(text: str) -> str:
    """The SHA-256 of a text in binary."""
    return "".join(f"{byte:08b}" for byte in sha256(text.encode()).digest())
