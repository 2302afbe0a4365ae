"""The load: readers, a portal's server and a moderator at work, each in a thread, each until it is acknowledged."""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count

from tests.chaos.journal import Journal
from tests.chaos.oracle import Oracle
from tests.chaos.sending import LostError, Sender
from tests.chaos.system import System
from tests.chaos.witnesses import Witnesses
from tests.e2e.running import KEY

CLICKS_A_BATCH = 25
ARTICLES = [f"open-{number}" for number in range(20)]
BLIND = [f"blind-{number}" for number in range(5)]
DISCUSSED = [f"talk-{number}" for number in range(4)]
MODERATED = "held-0"
CHANNEL = "zz"
VOTERS = 6
PAUSE_SECONDS = 0.03
"""Between two requests of a sender: enough of them, and the machine is left some time for what is tested."""


class Load:
    """Sends; what was acknowledged is in the oracle, every answer in the journal."""

    def __init__(self, system: System, witnesses: Witnesses | None = None) -> None:
        self.oracle, self.journal = Oracle(), Journal()
        self.failures: list[BaseException] = []
        self._base_url = str(system.http.base_url)
        self._witnesses = witnesses
        self._numbers = count()
        self._held: deque[str] = deque()
        self._ended = threading.Event()
        self._senders: list[Sender] = []
        self._portal = self._new_sender(KEY)
        self._publish()
        self._asked = witnesses.ask_for_mails(self._new_reader(), DISCUSSED[0]) if witnesses else []
        for comment_id in self._asked:
            self.oracle.comments[comment_id] = DISCUSSED[0]
        self._roots = [self._root() for _ in range(3)]
        self._voters = [(f"voter {number}", self._new_reader()) for number in range(VOTERS)]
        for name, voter in self._voters:
            # A voter's cookie comes with the first answer; nothing is broken yet.
            self._vote(voter, name, self._roots[0], 1)

    def _new_reader(self) -> Sender:
        return self._new_sender({"User-Agent": _browser(next(self._numbers))})

    def _new_sender(self, headers: Mapping[str, str]) -> Sender:
        sender = Sender(self._base_url, self.journal, headers)
        self._senders.append(sender)
        return sender

    def close(self) -> None:
        """Close the connections of all senders."""
        for sender in self._senders:
            sender.close()

    def _publish(self) -> None:
        for article_id in (*ARTICLES, *BLIND, *DISCUSSED, MODERATED):
            article = {
                "title": f"Article {article_id}",
                "url": f"https://example.org/{article_id}",
                "channels": [CHANNEL],
                "published_at": "2026-01-01T00:00:00Z",
                "comments": "moderated" if article_id == MODERATED else "open",
            }
            self._portal.until_taken("article", "PUT", f"/v1/articles/{article_id}", json=article)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send while the block runs; then every sender ends with an acknowledgement."""
        self._ended.clear()
        kinds: list[Callable[[Sender, random.Random], None]] = [
            self._send_batch,
            self._send_visit,
            self._send_named_click,
            self._send_blind_click,
            self._post,
            self._decide,
            self._cast,
            self._read,
        ]
        kinds += [self._reply] if self._asked else []
        threads = [
            threading.Thread(target=self._repeat, args=(kind, number), daemon=True) for number, kind in enumerate(kinds)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()
        if self.failures:
            raise self.failures[0]

    def _repeat(self, send: Callable[[Sender, random.Random], None], number: int) -> None:
        try:
            sender, chance = self._new_reader(), random.Random(number)
            while not self._ended.wait(PAUSE_SECONDS):
                send(sender, chance)
        except BaseException as error:  # noqa: BLE001  # shown by the thread that waits
            self.failures.append(error)

    def _send_batch(self, sender: Sender, chance: random.Random) -> None:
        """Clicks of a portal's server, under a key that makes a resend count once."""
        clicks = chance.choices(ARTICLES, k=CLICKS_A_BATCH)
        headers = {**KEY, "Idempotency-Key": f"batch-{next(self._numbers)}"}
        body = [{"article_id": article_id} for article_id in clicks]
        answer = sender.until_taken("batch", "POST", "/v1/clicks/batch", json=body, headers=headers)
        assert answer.json()["accepted"] == CLICKS_A_BATCH, answer.text
        with self.oracle.lock:
            self.oracle.clicks.update(clicks)

    def _send_visit(self, sender: Sender, chance: random.Random) -> None:
        """One reader's click; each reader has a browser of his own, so only what is sent again is a repeat."""
        article_id = chance.choice(ARTICLES)
        headers = {"User-Agent": _browser(next(self._numbers))}
        sender.until_taken("visit", "POST", "/v1/clicks", json={"article_id": article_id}, headers=headers)
        with self.oracle.lock:
            self.oracle.clicks[article_id] += 1

    def _send_named_click(self, sender: Sender, chance: random.Random) -> None:
        """A single click of a portal's server, under a key that makes a resend count once."""
        article_id = chance.choice(ARTICLES)
        headers = {**KEY, "Idempotency-Key": f"click-{next(self._numbers)}"}
        sender.until_taken("named click", "POST", "/v1/clicks", json={"article_id": article_id}, headers=headers)
        with self.oracle.lock:
            self.oracle.clicks[article_id] += 1

    def _send_blind_click(self, sender: Sender, chance: random.Random) -> None:
        """A click without visitor and key: nothing tells a resend from a second click, so it is sent once."""
        article_id = chance.choice(BLIND)
        try:
            sender.at_most_once("blind click", "POST", "/v1/clicks", json={"article_id": article_id}, headers=KEY)
            counter = self.oracle.blind
        except LostError:
            counter = self.oracle.blind_unknown
        with self.oracle.lock:
            counter[article_id] += 1

    def _root(self) -> str:
        return self._write(self._new_reader(), DISCUSSED[1], "post")

    def _write(self, sender: Sender, article_id: str, kind: str, parent_id: str | None = None) -> str:
        number = next(self._numbers)
        text = f"Lanterns, seen for the {number}th time"
        body = {"text": text} | ({"parent_id": parent_id} if parent_id else {})
        headers = {"Idempotency-Key": f"{kind}-{number}"}
        # Each from a new guest: who did not get the answer did not get its cookie either.
        sender.http.cookies.clear()
        answer = sender.until_taken(kind, "POST", f"/v1/articles/{article_id}/comments", json=body, headers=headers)
        comment_id = str(answer.json()["id"])
        with self.oracle.lock:
            self.oracle.comments[comment_id] = article_id
            self.oracle.texts[text] = comment_id
            if answer.status_code == 202:
                self.oracle.held[comment_id] = "pending"
            if kind == "reply":
                self.oracle.replies[comment_id] = text
        return comment_id

    def _post(self, sender: Sender, chance: random.Random) -> None:
        """A reader's comment, every third of them on an article whose comments are held."""
        article_id = MODERATED if chance.random() < 1 / 3 else chance.choice(DISCUSSED)
        comment_id = self._write(sender, article_id, "post")
        if article_id == MODERATED:
            self._held.append(comment_id)

    def _reply(self, sender: Sender, chance: random.Random) -> None:
        """A reply of which a mail has to tell."""
        self._write(sender, DISCUSSED[0], "reply", chance.choice(self._asked))

    def _decide(self, sender: Sender, chance: random.Random) -> None:
        """A moderator's decision on a comment that is held."""
        if not self._held:
            return
        comment_id = self._held.popleft()
        action, state = chance.choice([("publish", "published"), ("reject", "rejected")])
        body = {"decisions": [{"comment_id": comment_id, "action": action}]}
        sender.until_taken("decision", "POST", "/v1/moderation/decisions", json=body, headers=KEY)
        with self.oracle.lock:
            self.oracle.held[comment_id] = state

    def _cast(self, _: Sender, chance: random.Random) -> None:
        name, voter = chance.choice(self._voters)
        self._vote(voter, name, chance.choice(self._roots), chance.choice([1, 0, -1]))

    def _vote(self, voter: Sender, name: str, comment_id: str, value: int) -> None:
        voter.until_taken("vote", "PUT", f"/v1/comments/{comment_id}/vote", json={"value": value})
        with self.oracle.lock:
            self.oracle.votes[comment_id, name] = value

    def _read(self, sender: Sender, chance: random.Random) -> None:
        """What pages ask for; a refusal is noted and the next page is asked for."""
        paths = [
            f"/v1/rankings/{CHANNEL}",
            f"/v1/rankings/{CHANNEL}/total?limit=10",
            f"/v1/articles/{chance.choice(DISCUSSED)}/comments?limit=20",
            f"/v1/articles/{chance.choice(ARTICLES)}/stats",
        ]
        answer = sender.once("read", "GET", chance.choice(paths))
        assert answer is None or answer.status_code in (200, 404, 502, 503, 504), answer.text


def _browser(number: int) -> str:
    return f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101"
