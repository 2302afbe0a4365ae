"""Far more readers than are answered in time: the excess is told to come back, and then all is as it was."""

import os
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import KEY
from tests.load.flood import flooding, why_not
from tests.load.measures import offer, running

BEYOND_ALL = 1_000_000.0
"""A rate that no machine carries: every connection asks again as soon as it is answered."""
READERS = 50
TYPICAL_MS = 2_000
"""Half of what is accepted is sooner, on a machine that does other things too."""
BACK_SECONDS = 15
EXPECTED = {200, 201, 202, 503}


@pytest.mark.skipif(why_not() is not None and "CI" not in os.environ, reason=str(why_not()))
@pytest.mark.timeout(300)
def test_the_excess_is_refused_with_a_time_to_come_back_and_the_rest_is_answered(tmp_path: Path) -> None:
    with running(tmp_path) as (run, mix):
        url = f"http://127.0.0.1:{run.ports['GATEWAY_PORT']}"
        with flooding(url, BEYOND_ALL, 6) as flooded:
            readers = offer(run, mix, READERS, 3)
            # The portal's servers have a reserve at the service, whatever readers do.
            past_gateway = httpx.get(f"http://127.0.0.1:{run.ports['COMMENTS_PORT']}/readyz", headers=KEY, timeout=10)

        assert set(flooded.statuses) <= EXPECTED
        assert flooded.statuses[503] > 0
        assert flooded.statuses[202] > 0
        assert flooded.without_retry_after + readers.without_retry_after == 0
        assert readers.broken == 0
        assert readers.p(50) < TYPICAL_MS
        assert past_gateway.status_code == 200

        deadline = time.monotonic() + BACK_SECONDS
        while (after := offer(run, mix, READERS, 1)).refused:
            assert time.monotonic() < deadline
        assert after.broken == 0
