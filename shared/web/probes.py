"""Probes: /healthz tells that the process lives, /readyz that its stores answer, /metrics counts."""

import time
from collections.abc import Callable, Mapping
from functools import cache

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from shared.errors import RedianError

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Counted by their names. A client may invent any other, and each label stays in memory."""

Check = Callable[[], None]
"""Returns when a store answers; raises RedianError when it does not."""


def install_probes(app: Flask, checks: Mapping[str, Check], registry: CollectorRegistry) -> None:
    """Add the three probes and count the app's requests."""
    probes = Blueprint("probes", __name__)

    @probes.get("/healthz")
    def health() -> Response:
        return jsonify(status="ok")

    @probes.get("/readyz")
    def readiness() -> Response:
        down = {}
        for name, check in checks.items():
            try:
                check()
            except RedianError as error:
                down[name] = error.detail
        if down:
            detail = " ".join(down[name] for name in sorted(down))
            raise RedianError("not_ready", detail, retry_after=1)
        return jsonify(status="ok", checks=dict.fromkeys(checks, "ok"))

    @probes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(probes)
    _count_requests(app, registry)


def _count_requests(app: Flask, registry: CollectorRegistry) -> None:
    requests = Counter(
        "redian_http_requests",
        "Requests answered, by route and status.",
        ["method", "route", "status"],
        registry=registry,
    )
    seconds = Histogram(
        "redian_http_request_seconds",
        "Time from the request to its answer, by route.",
        ["route"],
        registry=registry,
        buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    )

    # Looked up anew, they took longer than to count does; routes and statuses are few.
    counted, timed = cache(requests.labels), cache(seconds.labels)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        method = request.method if request.method in METHODS else "other"
        counted(method, route, response.status_code).inc()
        if "started" in g:
            timed(route).observe(time.perf_counter() - g.started)
        return response
