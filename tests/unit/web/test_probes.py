"""Probes: what they count stays small, whatever clients send."""

from flask import Flask
from prometheus_client import CollectorRegistry

from shared.web.probes import METHODS, install_probes


def test_methods_that_clients_invent_are_counted_as_one() -> None:
    app, registry = Flask("tests"), CollectorRegistry()
    install_probes(app, {}, registry)
    client = app.test_client()

    for method in (*METHODS, *(f"BREW{number}" for number in range(50))):
        client.open("/healthz", method=method)

    (counted,) = [metric for metric in registry.collect() if metric.name == "redian_http_requests"]
    by_method = {s.labels["method"]: s.value for s in counted.samples if s.name.endswith("_total")}
    assert set(by_method) == METHODS | {"other"}
    assert by_method["other"] == 50
