"""The gate: before a comment is taken, it asks for proof of work where moderators or a flood switched that on."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter

from comments_service.challenge import Challenges
from comments_service.floods import Floods
from comments_service.rules import RuleBook
from comments_service.spent import SpentSolutions
from comments_service.switches import Switch, Switches
from shared.clock import to_rfc3339
from shared.errors import RedianError

HEADER = "X-Challenge-Solution"


@dataclass(frozen=True)
class Attempt:
    """A post at the gate: what it brings as a solution, and by what a resend of it is known as the same post."""

    article_id: str
    network: str
    solution: str | None
    resend: str


class Gate:
    """Lets posts in.

    It fails open: without Redis no flood is seen, and a solution is good until it expires, however often;
    `redian_gate_posts` counts these posts as `unchecked`. What moderators switched on is asked for all the same.
    """

    def __init__(
        self,
        switches: Switches,
        floods: Floods,
        spent: SpentSolutions,
        challenges: Challenges,
        rules: RuleBook,
        registry: CollectorRegistry,
        *,
        is_on: bool,
    ) -> None:
        self._switches = switches
        self._floods = floods
        self._spent = spent
        self._challenges = challenges
        self._is_on = is_on
        self._rules = rules
        self._posts = Counter(
            "redian_gate_posts",
            "Posts of comments at the gate: passed, challenged, solved, or unchecked as Redis was away.",
            ["outcome"],
            registry=registry,
        )

    def admit(self, attempt: Attempt) -> None:
        """Return when the post may go on; raises `challenge_required` with a challenge, or `article_unknown`."""
        if not self._is_on:
            return
        if not self._is_closed(self._switches.of_article(attempt.article_id)):
            self._posts.labels("passed").inc()
        elif self._is_solved(attempt):
            self._posts.labels("solved").inc()
        else:
            self._posts.labels("challenged").inc()
            raise self._required(attempt)

    def _is_closed(self, switches: Mapping[str, Switch]) -> bool:
        try:
            flooded = self._floods.count({name: self._rules.of([name]).flood_per_minute for name in switches})
        except RedianError:
            self._posts.labels("unchecked").inc()
            flooded = set()
        return any(
            switch is Switch.ON or (switch is Switch.AUTO and channel in flooded)
            for channel, switch in switches.items()
        )

    def _is_solved(self, attempt: Attempt) -> bool:
        solution = self._challenges.solved(attempt.solution or "", attempt.article_id, attempt.network)
        if solution is None:
            return False
        try:
            return self._spent.spend(solution, attempt.resend)
        except RedianError:
            self._posts.labels("unchecked").inc()
            return True

    def _required(self, attempt: Attempt) -> RedianError:
        challenge = self._challenges.give(attempt.article_id, attempt.network)
        detail = "This post needs a proof of work"
        if attempt.solution is not None:
            detail = "The solution is wrong, expired, used, or that of another article or network; this post needs one"
        return RedianError(
            "challenge_required",
            f"{detail}: send it again with {HEADER}: token:n, where SHA-256 of that begins with so many zero bits.",
            extension={
                "challenge": {
                    "algorithm": "sha256",
                    "token": challenge.token,
                    "difficulty": challenge.difficulty,
                    "expires_at": to_rfc3339(challenge.expires_at),
                }
            },
        )
