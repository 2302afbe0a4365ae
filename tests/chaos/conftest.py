"""What the tests of this folder have in common: they need Linux, and some of them time."""

import os
import sys

import pytest

IS_LONG = os.environ.get("CHAOS") == "long"
"""Whether the long scenarios run too."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/chaos" in item.nodeid:
            item.add_marker(pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc"))
            item.add_marker(pytest.mark.timeout(600 if IS_LONG else 240))
            # The client leaves a socket whose connection a fault has broken to the garbage collector.
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))
