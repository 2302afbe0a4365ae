"""The deliverer: sends what is due to webhooks, each in its own turn, a few webhooks at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from comments_service.tables import Delivery, Webhook
from comments_service.webhooks.deliveries import Deliveries
from comments_service.webhooks.payload import kind_of, payload_of
from comments_service.webhooks.sender import Sender, SendError
from comments_service.webhooks.signatures import HEADER, Secrets, sign
from shared.clock import Clock
from shared.events import RecordedEvent

WEBHOOKS_AT_A_TIME = 4
MOST_IN_A_ROW = 100

_recorded = msgspec.json.Decoder(RecordedEvent)


class Deliverer:
    """Takes deliveries one by one, posts them and settles them."""

    def __init__(self, deliveries: Deliveries, sender: Sender, secrets: Secrets, clock: Clock) -> None:
        self._deliveries = deliveries
        self._sender = sender
        self._secrets = secrets
        self._clock = clock

    def run_round(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Send what is due now; raises RedianError when SQL is down, and what was in hand is sent again later."""
        self._deliveries.tidy()
        due = self._deliveries.due()
        if due:
            with ThreadPoolExecutor(WEBHOOKS_AT_A_TIME, thread_name_prefix="webhook") as pool:
                # A list, so that an error of one is raised here, after the others have had their turn.
                list(pool.map(partial(self._serve, is_stopping), due))

    def _serve(self, is_stopping: Callable[[], bool], webhook_id: str) -> None:
        for _ in range(MOST_IN_A_ROW):
            taken = None if is_stopping() else self._deliveries.take(webhook_id)
            # Whoever does not answer now is left alone until the next round.
            if taken is None or not self._attempt(*taken):
                return

    def _attempt(self, webhook: Webhook, delivery: Delivery) -> bool:
        """Whether the receiver took it."""
        event = _recorded.decode(delivery.event)
        body, now = payload_of(event), self._clock()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Redian-Webhooks",
            "Redian-Event": kind_of(event),
            "Redian-Delivery": str(delivery.id),
            "Redian-Attempt": str(delivery.attempts),
            HEADER: sign(self._secrets.live(webhook, now), body, now),
        }
        try:
            status = self._sender.post(webhook.url, body, headers)
        except SendError as error:
            self._deliveries.settle(delivery, status=None, error=str(error))
            return False
        is_taken = 200 <= status < 300
        self._deliveries.settle(delivery, status=status, error=None if is_taken else f"answered {status}")
        return is_taken
