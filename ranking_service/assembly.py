"""How the projection is put together from its parts; the worker, the commands and the tests all do it here."""

from dataclasses import dataclass

from sqlalchemy import Engine

from ranking_service.archive import Archive
from ranking_service.beginning import Beginning
from ranking_service.boards import Boards
from ranking_service.freezer import Freezer
from ranking_service.landmarks import Landmarks
from ranking_service.lookahead import Lookahead
from ranking_service.pace import Pace
from ranking_service.projection import CONSUMER, MOST_EVENTS, Projection
from ranking_service.refill import Refill
from ranking_service.restoration import Restoration
from ranking_service.retirement import Retirement
from ranking_service.scripts import Scripts
from ranking_service.slices import Slices
from shared.clock import Clock
from shared.event_log import EventLog
from shared.store import Store


@dataclass(frozen=True)
class Stores:
    """What the projection stands on. Without an engine nothing is archived and nothing restored."""

    redis: Store
    engine: Engine | None
    clock: Clock
    partitions: int


def make_archive(stores: Stores, boards: Boards) -> Archive | None:
    """The archive, if there is SQL."""
    if stores.engine is None:
        return None
    return Archive(stores.engine, stores.redis, Scripts(stores.redis), boards)


def make_restoration(stores: Stores) -> Restoration | None:
    """What brings the archive back, if there is SQL."""
    return Restoration(stores.engine, stores.redis) if stores.engine is not None else None


def make_projection(
    stores: Stores, boards: Boards, *, standings: int | None = None, most_events: int = MOST_EVENTS
) -> Projection:
    """A projection of these boards; `standings` fixes the size of its chunks (pace.py)."""
    store, clock = stores.redis, stores.clock
    scripts = Scripts(store)
    restoration = make_restoration(stores)
    log = EventLog(store, clock, partitions=stores.partitions)
    slices = Slices(store, scripts, boards, Pace(standings))
    return Projection(
        store=store,
        log=log,
        clock=clock,
        beginning=Beginning(store, scripts, boards, clock, restoration, stores.partitions),
        refill=Refill(store, scripts, boards, clock),
        slices=slices,
        lookahead=Lookahead(log, slices, consumer=CONSUMER, most_events=most_events),
        # A pace of its own: a standing costs it one board, where a slice's costs all.
        retirement=Retirement(store, scripts, boards, Pace(standings)),
        landmarks=Landmarks(store, scripts, boards, clock),
        freezer=Freezer(store, scripts, boards),
        signature=boards.signature,
    )
