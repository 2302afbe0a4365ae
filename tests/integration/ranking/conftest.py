"""A projection on a real Redis with a clock that tests move."""

from collections.abc import Callable

import pytest

from ranking_service.assembly import Stores, make_projection
from ranking_service.boards import Boards, load_boards
from ranking_service.projection import Projection
from shared.store import Store
from tests.conftest import FakeClock

MakeProjection = Callable[..., Projection]


@pytest.fixture(scope="session")
def boards() -> Boards:
    return load_boards()


@pytest.fixture
def make(store: Store, clock: FakeClock, boards: Boards) -> MakeProjection:
    """Makes projections on the test's Redis; keyword arguments override partitions, chunk_size and most_events."""

    def make_one(*, partitions: int = 1, of: Boards = boards, **sizes: int) -> Projection:
        return make_projection(Stores(store, None, clock, partitions), of, **sizes)

    return make_one
