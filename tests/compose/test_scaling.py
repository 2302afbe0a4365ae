"""Scaling: more and fewer containers under load, with no setting changed and nothing lost."""

import pytest

from tests.compose.load import Load
from tests.compose.stack import Stack, docker, eventually

pytestmark = pytest.mark.timeout(300)


def scale(stack: Stack, **counts: int) -> None:
    """Change the number of containers of services; the others stay as they are."""
    names = {name.replace("_", "-"): count for name, count in counts.items()}
    options = [f"--scale={name}={count}" for name, count in names.items()]
    stack.compose("up", "-d", "--no-deps", "--no-recreate", *options, *names)
    stack.until_healthy(list(names))


def has_projected(stack: Stack, container: str) -> bool:
    """Whether a worker tells that it put events on the boards."""
    return '"events are on the boards"' in stack.logs(container)


def test_workers_and_services_come_and_go_under_load(stack: Stack) -> None:
    load = Load(stack, "scale", articles=24)

    with load.running():
        scale(stack, ranking_worker=4, comments=2, ranking=2)
        taken = load.clicks.acknowledged.total()
        workers = stack.containers("ranking-worker")
        eventually(lambda: load.clicks.acknowledged.total() > taken + 2_000, lambda: load.clicks.acknowledged)
        eventually(
            lambda: all(has_projected(stack, worker) for worker in workers),
            lambda: {worker[:12]: has_projected(stack, worker) for worker in workers},
        )
        docker("stop", workers[-1])
        (stopped,) = (each for each in stack.inspect("ranking-worker") if each["Id"] == workers[-1])
        scale(stack, ranking_worker=1, comments=1, ranking=1)
        taken = load.clicks.acknowledged.total()
        eventually(lambda: load.clicks.acknowledged.total() > taken + 500, lambda: load.clicks.acknowledged)

    assert len(workers) == 4
    # What it had in hand was finished: it ended by itself, before the engine would have killed it.
    assert stopped["State"]["ExitCode"] == 0
    assert len(stack.containers("ranking-worker")) == 1
    load.assert_exact()
