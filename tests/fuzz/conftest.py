"""Fuzzers: the short form runs with the suite; `make fuzz` gives each FUZZ_INPUTS inputs, a million by default."""

import os

import pytest
from hypothesis import HealthCheck, settings

INPUTS = int(os.environ.get("FUZZ_INPUTS", "150"))
SHORT_INPUTS = 1_000

settings.register_profile(
    "fuzz",
    max_examples=INPUTS,
    deadline=None,
    # Each input of an importer is a file, written into the folder of the test.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
    print_blob=True,
)


@pytest.fixture(autouse=True, scope="module")
def _profile() -> None:
    settings.load_profile("fuzz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long run has no time limit: it lasts as long as its inputs."""
    if INPUTS > SHORT_INPUTS:
        for item in items:
            if "tests/fuzz" in item.nodeid:
                item.add_marker(pytest.mark.timeout(0))
