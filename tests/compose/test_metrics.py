"""Metrics: Prometheus finds every container, and every query of alerts and dashboards finds something."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from services.embedded.environment import ROOT
from tests.compose.stack import Stack, docker, eventually

pytestmark = pytest.mark.timeout(300)

DASHBOARDS = sorted((ROOT / "services" / "grafana" / "dashboards").glob("*.json"))
RULES = yaml.safe_load((ROOT / "services" / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
METRIC = re.compile(r"redian_[a-z_]+")


@pytest.fixture(scope="module")
def prometheus(stack: Stack) -> Iterator[httpx.Client]:
    """Prometheus on live metrics of a stack that has something to tell."""
    stack.publish("metrics-1", channel="metrics")
    stack.http.post("/v1/clicks/batch", json=[{"article_id": "metrics-1"}], headers=stack.key).raise_for_status()
    stack.compose("--profile", "metrics", "up", "-d", "--no-deps", "prometheus")
    address = f"http://127.0.0.1:{stack.environ['PROMETHEUS_PORT']}"
    with httpx.Client(base_url=address, timeout=10) as client:
        expected = {"comments", "ranking", "live"}
        eventually(lambda: ready(client), lambda: stack.compose("logs", "--tail=30", "prometheus"))
        eventually(lambda: up(client) == expected, lambda: stack.compose("logs", "--tail=30", "prometheus"))
        # A rate needs two scrapes with something between them.
        for _ in range(3):
            stack.http.get("/v1/rankings/metrics")
        eventually(lambda: query(client, "rate(redian_http_requests_total[1m]) > 0"), lambda: "no rate yet")
        yield client


def query(client: httpx.Client, expression: str) -> list[Any]:
    """What a query finds now; fails when Prometheus refuses it."""
    answer = client.get("/api/v1/query", params={"query": expression}).json()
    assert answer["status"] == "success", f"{expression}: {answer}"
    return list(answer["data"]["result"])


def up(client: httpx.Client) -> set[str]:
    return {found["metric"]["job"] for found in query(client, "up == 1")}


def ready(client: httpx.Client) -> bool:
    """Whether it has opened its store: it answers 503 without JSON until then."""
    try:
        return client.get("/-/ready").is_success
    except httpx.TransportError:
        return False


def test_promtool_accepts_configuration_and_rules(stack: Stack, prometheus: httpx.Client) -> None:
    (container,) = stack.containers("prometheus")

    told = docker("exec", container, "promtool", "check", "config", "/etc/prometheus/prometheus.yml")

    assert prometheus
    assert f"{len(RULES)} rules found" in told


def test_every_metric_that_an_alert_asks_for_is_there(prometheus: httpx.Client) -> None:
    rules = prometheus.get("/api/v1/rules").json()["data"]["groups"][0]["rules"]
    names = {name for rule in rules for name in METRIC.findall(rule["query"])}

    assert [rule["name"] for rule in rules] == [rule["alert"] for rule in RULES]
    assert {name for name in names if not query(prometheus, name)} == set()
    assert all(rule["health"] != "err" for rule in rules)


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_query_of_a_dashboard_finds_something(prometheus: httpx.Client, dashboard: Any) -> None:
    panels = json.loads(dashboard.read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]

    eventually(
        lambda: all(query(prometheus, each) for each in queries),
        lambda: [each for each in queries if not query(prometheus, each)],
    )


def test_every_metric_is_in_the_docs(prometheus: httpx.Client) -> None:
    answer = prometheus.get("/api/v1/label/__name__/values").json()
    # A client adds to each of its metrics when it began, under the metric's name without its unit.
    told = [name for name in answer["data"] if name.startswith("redian_") and not name.endswith("_created")]
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in told}
    documented = (ROOT / "docs" / "metrics.md").read_text()

    assert ours
    assert {name for name in ours if f"`{name}`" not in documented} == set()
