"""The audit: what the system holds, read past everything that was broken, beside what the oracle knows."""

import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text

from shared.clock import system_clock
from shared.event_log import START, EventLog
from shared.events import CommentPublished, CommentRemoved
from tests.chaos.claims import Claim, Outcome
from tests.chaos.load import CHANNEL, Load
from tests.chaos.system import System
from tests.chaos.witnesses import Witnesses

SETTLE_SECONDS = 25


@dataclass(frozen=True)
class Comparison:
    """Two counts of the same things."""

    missing: int
    excess: int


def compare(expected: Counter[str], found: dict[str, float]) -> Comparison:
    """What `found` has too few of, and too many of."""
    names = {*expected, *found}
    gaps = [expected[name] - int(found.get(name, 0)) for name in names]
    return Comparison(sum(gap for gap in gaps if gap > 0), -sum(gap for gap in gaps if gap < 0))


class Audit:
    """Compares one system with the oracle of one load."""

    def __init__(
        self, system: System, load: Load, witnesses: Witnesses | None = None, excused: frozenset[str] = frozenset()
    ) -> None:
        self._system = system
        self._load = load
        self._oracle = load.oracle
        self._witnesses = witnesses
        self._excused = excused
        """Claims that the fault at hand need not keep, so that nobody waits for them."""

    def settle(self) -> None:
        """Wait until the boards and the rows are what the oracle says, or long enough to say that they never are."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            if all(claim.holds or claim.text in self._excused for claim in self.claims()):
                return
            time.sleep(0.5)  # the poll's step

    def claims(self) -> list[Claim]:
        """What must hold after any fault."""
        return [*self._clicks(), *self._comments(), *self._events(), *self._votes(), *self._clicks_in_sql()]

    def add_to(self, outcome: Outcome) -> None:
        """Settle, and put the claims and the size of the load into an outcome."""
        self.settle()
        outcome.claims += self.claims()
        difference = self._system.verify()
        outcome.claims.append(Claim("differences between boards and ledger (verify)", float(bool(difference)), 0))
        outcome.notes += [difference] if difference else []
        oracle = self._oracle
        outcome.facts |= {
            "clicks acknowledged": oracle.clicks.total() + oracle.blind.total(),
            "comments acknowledged": len(oracle.comments),
            "decisions acknowledged": sum(state != "pending" for state in oracle.held.values()),
            "reads answered": sum(
                entry.kind == "read" and entry.status == 200 for entry in self._load.journal.entries()
            ),
        }

    def _clicks(self) -> list[Claim]:
        board = self._board("clicks")
        named = {name: score for name, score in board.items() if not name.startswith("blind-")}
        gap = compare(self._oracle.clicks, named)
        too_few = too_many = 0
        for name in {*self._oracle.blind, *self._oracle.blind_unknown}:
            low, counted = self._oracle.blind[name], int(board.get(name, 0))
            too_few += max(0, low - counted)
            too_many += max(0, counted - low - self._oracle.blind_unknown[name])
        return [
            Claim("clicks acknowledged and not counted", gap.missing + too_few, 0),
            Claim("clicks counted twice", gap.excess + too_many, 0),
        ]

    def _clicks_in_sql(self) -> list[Claim]:
        """What the projection into SQL, which goes by ticks alone, has counted."""
        board = self._board("clicks")
        wrong = sum(board.get(row[0], 0) != row[1] for row in self._rows("SELECT id, clicks FROM articles"))
        return [Claim("articles whose clicks in SQL are not those of the board", wrong, 0)]

    def _comments(self) -> list[Claim]:
        rows = self._rows("SELECT id, status, text FROM comments")
        published = {row[0] for row in rows if row[1] == "published"}
        texts = Counter(row[2] for row in rows)
        oracle = self._oracle
        expected = Counter(oracle.comments[comment_id] for comment_id in oracle.published())
        gap = compare(expected, self._board("comments"))
        wrong = sum((comment_id in published) != (state == "published") for comment_id, state in oracle.held.items())
        return [
            Claim("comments acknowledged and missing", len(oracle.published() - published), 0),
            Claim("comments made twice", sum(texts[each] > 1 for each in oracle.texts), 0),
            Claim("moderators' decisions acknowledged and not in force", wrong, 0),
            Claim("comments acknowledged and not on the board", gap.missing, 0),
            Claim("comments on the board too often", gap.excess, 0),
        ]

    def _events(self) -> list[Claim]:
        published = {row[0] for row in self._rows("SELECT id FROM comments WHERE status = 'published'")}
        told = self._told()
        return [
            Claim("comments without their event", len(published - told.keys()), 0),
            Claim("events without their comment", len(told.keys() - published), 0),
            Claim("events in the log twice", sum(number - 1 for number in told.values()), 0),
        ]

    def _told(self) -> Counter[str]:
        """How often the log tells that each comment stands."""
        with self._system.redis as store:
            told: Counter[str] = Counter()
            piece = EventLog(store, system_clock, partitions=1).read(0, START, most_events=2**31)
            for event in piece.events if piece else []:
                if isinstance(event, CommentPublished):
                    told[event.comment_id] += 1
                elif isinstance(event, CommentRemoved):
                    told[event.comment_id] -= 1
            return +told

    def _votes(self) -> list[Claim]:
        rows = {row[0]: (row[1], row[2]) for row in self._rows("SELECT id, up, down FROM comments")}
        ballots = self._oracle.ballots()
        wrong = sum(rows.get(comment_id) != pair for comment_id, pair in ballots.items())
        return [Claim("comments whose votes are not those acknowledged", wrong, 0)]

    def notifications(self) -> list[Claim]:
        """What the witnesses were told, when what was on its way has arrived, or should have."""
        deadline = time.monotonic() + SETTLE_SECONDS
        claims = self._notifications()
        while not all(claim.holds for claim in claims) and time.monotonic() < deadline:
            time.sleep(0.5)  # the poll's step
            claims = self._notifications()
        return claims

    def _notifications(self) -> list[Claim]:
        assert self._witnesses is not None
        # What still waits is asked for first: what is told meanwhile is then taken for neither lost nor doubled.
        waiting = self._rows("SELECT count(*) FROM webhook_deliveries WHERE status IN ('waiting', 'sending')")[0][0]
        unsure = self._rows("SELECT count(*) FROM mails WHERE status NOT IN ('sent', 'dropped')")[0][0]
        told = self._witnesses.told()
        deliveries = {each.delivery: each.event for each in told}
        events = Counter(deliveries.values())
        mails = self._witnesses.mailed(list(self._oracle.replies.values()))
        unheard = len(self._oracle.published() - {each.comment_id for each in told})
        return [
            Claim("mails sent twice", sum(number - 1 for number in mails.values() if number > 1), 0),
            Claim("replies without a mail, beyond those marked unsure", max(0, _zeros(mails) - unsure), 0),
            Claim("events told to a webhook under two delivery ids", sum(each - 1 for each in events.values()), 0),
            Claim("published comments that no webhook was or will be told of", max(0, unheard - waiting), 0),
        ]

    def notification_facts(self) -> dict[str, float]:
        """How much was told, and how much of it again."""
        assert self._witnesses is not None
        told = self._witnesses.told()
        unsure = self._rows("SELECT count(*) FROM mails WHERE status IN ('unsure', 'sending')")[0][0]
        held = self._rows("SELECT count(*) FROM webhook_deliveries WHERE status = 'sending'")[0][0]
        return {
            "mails received": len(self._witnesses.box.messages),
            "mails marked unsure, never to be sent again": unsure,
            "webhook deliveries received": len({each.delivery for each in told}),
            "webhook deliveries in a dead worker's hand, taken up after three minutes": held,
            "webhook deliveries repeated under their id after a crash": len(told)
            - len({each.delivery for each in told}),
        }

    def _board(self, metric: str) -> dict[str, float]:
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            # A busy machine may refuse a read, which says nothing about what the board holds.
            with suppress(httpx.TransportError):
                answer = self._system.http.get(f"/v1/rankings/{CHANNEL}/total", params={"metric": metric, "limit": 100})
                if answer.status_code == 200:
                    return {entry["article_id"]: entry["score"] for entry in answer.json()["entries"]}
            assert time.monotonic() < deadline, f"the board of {metric} cannot be read"
            time.sleep(0.1)  # the poll's step

    def _rows(self, query: str) -> list[Any]:
        engine = self._system.comments_database()
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(query)))
        finally:
            engine.dispose()


def _zeros(counted: Counter[str]) -> int:
    return sum(number == 0 for number in counted.values())


def clear_answers(load: Load, since: float, until: float, slowest_seconds: float) -> list[Claim]:
    """That every answer within a span was a success or a clear refusal, soon enough."""
    entries = load.journal.entries(since, until)
    unclear = [entry for entry in entries if not (entry.is_clear or entry.status == 404)]
    slowest = max((entry.seconds for entry in entries), default=0.0)
    return [
        Claim("answers that were neither a success nor a 503 with Retry-After", len(unclear), 0),
        Claim("the slowest answer", round(slowest, 2), slowest_seconds, "s"),
    ]
