"""Clicks: one click of a reader, from the bytes of its request into the event log.

Nothing here knows Flask, so that whatever stands before it can take a click the same way.
"""

import msgspec
from prometheus_client import CollectorRegistry, Counter

from comments_service.articles import unknown
from comments_service.crawlers import crawler_name
from comments_service.crowds import Crowds
from comments_service.faults import decode_any, faults_of
from comments_service.group_commit import GroupCommit
from comments_service.sender_key import digest_of, sender_key
from comments_service.visitors import Sender, Visitors
from shared.api_keys import ApiKey, KeyRing, Scope
from shared.appends import Idempotency, Outcome
from shared.clock import Clock
from shared.errors import RedianError, invalid
from shared.events import ArticleId, encode_click
from shared.offers import SentClicks, VisitorClick

BEACON = "text/plain"
"""What navigator.sendBeacon sends a string as: it needs no leave of the other origin beforehand."""


class Click(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a click."""

    article_id: ArticleId


_click = msgspec.json.Decoder(Click)
NAMES = {Outcome.APPENDED: "counted", Outcome.REPEATED: "repeated", Outcome.UNKNOWN: "unknown"}
"""The metric's label for each outcome; two more are `crawler` and `crowded`."""


def click_metric(registry: CollectorRegistry) -> Counter:
    """The metric of clicks by outcome."""
    return Counter("redian_clicks", "Clicks taken, by outcome.", ["outcome"], registry=registry)


def parse(body: bytes, content_type: str) -> str:
    """The article id of a click sent as JSON or as a beacon, which is the same JSON or just the id.

    Raises RedianError `media_type_unsupported`, `malformed_body`, or `invalid` with every bad field.
    """
    mime = content_type.partition(";")[0].strip().lower()
    if mime not in {"application/json", BEACON}:
        raise RedianError("media_type_unsupported", "A click is application/json, or text/plain from a beacon.")
    try:
        if mime == BEACON and not body.lstrip().startswith(b"{"):
            return msgspec.convert(body.decode().strip(), ArticleId)
        return _click.decode(body).article_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refusal(body, mime) from error


def _refusal(body: bytes, mime: str) -> RedianError:
    if mime == BEACON and not body.lstrip().startswith(b"{"):
        return invalid(("article_id", "must be an article's id"))
    return invalid(*((field or "body", message) for field, message in faults_of(decode_any(body), Click)))


class ClickDesk:
    """Takes clicks. Each is in the log, or refused by it for a reason, before `take` returns."""

    def __init__(
        self, log: GroupCommit, keys: KeyRing, visitors: Visitors, crowds: Crowds, clock: Clock, metric: Counter
    ) -> None:
        self._log = log
        self._keys = keys
        self._visitors = visitors
        self._crowds = crowds
        self._clock = clock
        # Looking a label up costs more than counting it.
        self._counted = {outcome: metric.labels(name) for outcome, name in NAMES.items()}
        self._crawlers = metric.labels("crawler")
        self._crowded = metric.labels("crowded")

    def take(self, body: bytes, content_type: str, sender: Sender, idempotency_key: str | None = None) -> None:
        """Take one click. A server's with an `idempotency_key` counts once, however often it is sent.

        Raises RedianError: `article_unknown`, `log_unavailable`, what is wrong with the body, or with an API key that
        came along. A crawler, a repeated click and one too many of an address are answered like any other.
        """
        key = self._key_of(sender)
        # A reader's click needs none: his resend is a repeat of his visit.
        named = sender_key(key, idempotency_key) if key else ""
        article_id = parse(body, content_type)
        if key:
            # No sender's key holds a space, so a batch under the same key is another request.
            idempotency = Idempotency(f"{named} click", digest_of(body)) if named else None
            self._offer(article_id, self._sent(article_id), idempotency)
        elif crawler_name(sender.user_agent):
            # Nothing is asked of Redis, hence also not whether the article is known.
            self._crawlers.inc()
        else:
            self._take_visitor(article_id, sender)

    def _take_visitor(self, article_id: str, sender: Sender) -> None:
        address = self._visitors.address_of(sender)
        crowd = self._crowds.of(address, article_id)
        if self._crowds.is_full(crowd):
            self._crowded.inc()
            return
        visitor = self._visitors.of(sender, address)
        outcome = self._offer(article_id, VisitorClick(article_id, visitor, self._clock()))
        if outcome is Outcome.APPENDED:
            self._crowds.add(crowd)

    def _key_of(self, sender: Sender) -> ApiKey | None:
        return None if sender.authorization is None else self._keys.require(sender.authorization, Scope.CLICKS)

    def _sent(self, article_id: str) -> SentClicks:
        return SentClicks(article_id, encode_click(article_id, self._clock()), 1)

    def _offer(
        self, article_id: str, offer: SentClicks | VisitorClick, idempotency: Idempotency | None = None
    ) -> Outcome:
        outcome = self._log.append(article_id, offer, idempotency)
        self._counted[outcome].inc()
        if outcome is Outcome.UNKNOWN:
            raise unknown(article_id)
        return outcome
