"""The store: which of Redis's refusals are outages."""

import pytest

from shared.errors import RedianError
from shared.store import Parser, outages_as

FULL = "MISCONF Errors writing to the AOF file: No space left on device"


@pytest.mark.parametrize("refusal", [FULL, "OOM command not allowed when used memory > 'maxmemory'."])
def test_a_redis_without_room_is_an_outage(refusal: str) -> None:
    error = Parser.parse_error(refusal)

    with pytest.raises(RedianError) as told, outages_as("log", "The event log cannot be reached."):
        raise error

    assert (told.value.code, told.value.status, told.value.retry_after) == ("log_unavailable", 503, 1)


def test_a_mistake_of_ours_is_none() -> None:
    error = Parser.parse_error("ERR wrong number of arguments for 'get' command")

    with pytest.raises(type(error)), outages_as("log", "The event log cannot be reached."):
        raise error
