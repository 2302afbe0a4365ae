"""The ground: what every part of the app stands on."""

from dataclasses import dataclass

from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from prometheus_client import CollectorRegistry

from comments_service.database import Database
from comments_service.outbox import Outbox
from comments_service.settings import CommentsSettings
from comments_service.visitors import Visitors
from shared.api_keys import KeyRing
from shared.clock import Clock
from shared.event_log import EventLog
from shared.sessions import Sessions
from shared.store import Store


@dataclass(frozen=True)
class Ground:
    """The app with its settings and stores, and those who may call it."""

    app: OpenAPI
    settings: CommentsSettings
    store: Store
    database: Database
    event_log: EventLog
    outbox: Outbox
    clock: Clock
    registry: CollectorRegistry
    keys: KeyRing
    sessions: Sessions
    visitors: Visitors

    @property
    def secret(self) -> str:
        """What everything is signed and hashed with."""
        return self.settings.secret_key.get_secret_value()

    @property
    def has_limits(self) -> bool:
        """Whether readers are held to limits at all."""
        return self.settings.rate_limits == "on"
