"""One stack for every test of this package, brought up from nothing; each test uses a channel of its own."""

from collections.abc import Iterator

import pytest

from tests.compose.stack import Stack, missing_engine


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything, healthy."""
    reason = missing_engine()
    if reason:
        pytest.skip(f"the compose suite needs a Docker engine: {reason}")
    stack = Stack(tmp_path_factory.mktemp("compose"))
    try:
        stack.compose("build", "migrate")
        stack.compose("up", "-d")
        stack.until_healthy()
        yield stack
    finally:
        stack.down()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the swarm last: an engine that leaves one cuts the containers of its other networks off from each other."""
    items.sort(key=lambda item: item.path.name == "test_swarm.py")
