"""Rate limits of readers' writes: by reader, by network and by article, in Redis, by Flask-Limiter.

They do not fail: while Redis is away each process counts for itself, so that so many processes let through so many
times as much; `redian_rate_limits_local` is 1 meanwhile.
"""

import time
from collections.abc import Callable
from functools import partial, wraps
from math import ceil
from typing import Any, TypeVar

from flask import Flask, request
from flask_limiter import Limiter, RateLimitExceeded, RequestLimit
from limits.storage import MemoryStorage
from prometheus_client import CollectorRegistry, Counter, Gauge

from comments_service.routes.guests import Guests
from comments_service.settings import CommentsSettings
from shared.errors import RedianError
from shared.store import Store
from shared.web.problems import problem

View = TypeVar("View", bound=Callable[..., Any])


class Limits:
    """Decorates the views by which readers write."""

    def __init__(
        self, app: Flask, settings: CommentsSettings, store: Store, guests: Guests, registry: CollectorRegistry
    ) -> None:
        self._settings = settings
        self._guests = guests
        self._limiter = Limiter(
            key_func=self._network,
            strategy="moving-window",
            storage_uri="redis://",
            # The client of everything else here: one pool, and its short timeouts.
            storage_options={"connection_pool": store.connection_pool, "key_prefix": "limits"},
            in_memory_fallback_enabled=True,
            enabled=settings.rate_limits == "on",
        )
        self._refused = Counter(
            "redian_rate_limited", "Writes of readers that a rate limit refused.", ["limit"], registry=registry
        )
        local = Gauge(
            "redian_rate_limits_local",
            "1 while Redis is away and this process counts for itself.",
            registry=registry,
        )
        self._limiter.init_app(app)
        if self._limiter.enabled:
            # Without limits the limiter has no storage to look at.
            local.set_function(lambda: isinstance(self._limiter.limiter.storage, MemoryStorage))

        @app.errorhandler(RateLimitExceeded)
        def _too_much(_: RateLimitExceeded) -> Any:
            limit = self._limiter.current_limit
            assert limit is not None, "one was exceeded"
            wait = max(1, ceil(limit.reset_at - time.time()))
            return problem(app, RedianError("rate_limited", f"Too much at once; wait {wait} s.", retry_after=wait))

    def comments(self, view: View) -> View:
        """Limit a view by which comments are posted to `article_id`."""
        settings = self._settings
        view = self._limit("article", settings.limit_comments_article, _article, view)
        view = self._limit("network", settings.limit_comments_network, self._network, view)
        return self._known(self._limit("reader", settings.limit_comments_reader, self._reader, view))

    def actions(self, view: View) -> View:
        """Limit a view by which readers vote, report, change or delete."""
        settings = self._settings
        view = self._limit("network", settings.limit_actions_network, self._network, view, scope="actions")
        return self._known(self._limit("reader", settings.limit_actions_reader, self._reader, view, scope="actions"))

    def _limit(self, name: str, limit: str, key: Callable[[], str], view: View, scope: str = "comments") -> View:
        if not self._limiter.enabled:
            return view
        decorate = self._limiter.shared_limit(
            limit,
            scope=f"{name}:{scope}",
            key_func=key,
            exempt_when=lambda: not key(),
            on_breach=partial(self._count, name),
        )
        return decorate(view)  # type: ignore[return-value]  # the same view, limited

    def _count(self, name: str, _: RequestLimit) -> None:
        self._refused.labels(name).inc()

    def _reader(self) -> str:
        return self._guests.known() or ""

    def _network(self) -> str:
        return self._guests.origin().network or ""

    def _known(self, view: View) -> View:
        @wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            # Asked for here and not first by the limiter, which would take a refused token for an outage of Redis.
            self._guests.known()
            return view(*args, **kwargs)

        limited.is_limited = True  # type: ignore[attr-defined]  # read by the description
        return limited  # type: ignore[return-value]  # the same view


def _article() -> str:
    article_id: str = (request.view_args or {}).get("article_id", "")
    return article_id
