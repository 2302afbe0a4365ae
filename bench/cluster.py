"""What each node of a Redis Cluster does for an event, by the number of nodes: commands are counted, not timed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.cases import Figure
from bench.traffic import click, publish
from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import load_boards
from shared.clock import system_clock
from shared.store import connect
from tests.integration.cluster.cluster import Cluster, Node

PARTITIONS = 16
ARTICLES = 10_000
CLICKS = 200_000
COUNTS = (1, 2, 4)
STANDINGS = 500
"""Chunks of the size that they have on an idle machine, whatever this one does meanwhile."""
OF_THE_CLUSTER = ("cmdstat_cluster", "cmdstat_ping", "cmdstat_info", "cmdstat_config", "cmdstat_auth", "cmdstat_hello")
"""What nodes and clients say among themselves."""


def cluster_figures(folder: Path) -> list[Figure]:
    """Clicks appended by the thousand and projected, on clusters of one, two and four masters."""
    return [figure for count in COUNTS for figure in _measure(folder / str(count), count)]


def _measure(folder: Path, count: int) -> list[Figure]:
    with _running_cluster(folder, count) as cluster:
        store = connect(cluster.url, timeout_seconds=30)
        stores = Stores(store, None, system_clock, PARTITIONS)
        projection = make_projection(stores, load_boards(), standings=STANDINGS)
        publish(projection.log, ARTICLES)
        for partition in range(PARTITIONS):
            projection.project(partition)
        before = [_commands(node) for node in cluster.masters]
        click(projection.log, CLICKS, ARTICLES)
        for partition in range(PARTITIONS):
            projection.project(partition)
        each = [(_commands(node) - begun) / CLICKS for node, begun in zip(cluster.masters, before, strict=True)]
    of = f"{PARTITIONS} partitions on {count} nodes"
    return [
        Figure(f"commands an event on the busiest node, {of}", max(each), ""),
        Figure(f"commands an event on all nodes together, {of}", sum(each), ""),
    ]


def _commands(node: Node) -> int:
    stats = node.client.info("commandstats")
    return sum(value["calls"] for name, value in stats.items() if not name.startswith(OF_THE_CLUSTER))


@contextmanager
def _running_cluster(folder: Path, masters: int) -> Iterator[Cluster]:
    folder.mkdir()
    cluster = Cluster(folder, masters, replicas=0)
    try:
        yield cluster
    finally:
        cluster.stop()
