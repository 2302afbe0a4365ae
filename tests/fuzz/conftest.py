"""Fuzzers: the short form runs with the suite; `make fuzz` gives each FUZZ_INPUTS inputs, a million by default."""

import pytest

from tests.fuzz.inputs import IS_LONG


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long run has no time limit: it lasts as long as its inputs."""
    if IS_LONG:
        for item in items:
            if "tests/fuzz" in item.nodeid:
                item.add_marker(pytest.mark.timeout(0))
