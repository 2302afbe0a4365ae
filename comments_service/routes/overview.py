"""The overview route: the comments' side of what the desk draws."""

from typing import Any

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from comments_service.overview import Overviews
from comments_service.routes.articles import KEYED
from comments_service.routes.held import time_or_none
from comments_service.routes.moderation import ChannelQuery
from comments_service.status import Status
from shared.api_keys import Scope
from shared.clock import SECOND_MS, slot_start_ms, to_rfc3339
from shared.web import needs


class HourAnswer(BaseModel):
    """Comments that were written in an hour, by their states now."""

    slot: str
    published: int
    pending: int
    rejected: int
    spam: int
    deleted: int


class AgeAnswer(BaseModel):
    """Comments that have waited less than so many seconds, without those that waited less still; null is no end."""

    less_than_seconds: int | None
    waiting: int


class OutboxAnswer(BaseModel):
    """Events of comments that are not in the log yet, and the time of the oldest."""

    waiting: int
    oldest_at: str | None


class OverviewAnswer(BaseModel):
    """The last 48 hours, the oldest first; how long comments wait; what is on its way to the boards."""

    hours: list[HourAnswer]
    ages: list[AgeAnswer]
    outbox: OutboxAnswer


def overview_routes(overviews: Overviews) -> APIBlueprint:
    """The route of the overview."""
    routes = APIBlueprint("overview", __name__, url_prefix="/v1/moderation")

    @routes.get("/overview", summary="The last hours in figures", security=KEYED, responses={200: OverviewAnswer})
    @needs(Scope.MODERATE)
    def read_overview(query: ChannelQuery) -> dict[str, Any]:
        found = overviews.read(query.channels)
        ages = [(None if age is None else age // SECOND_MS, count) for age, count in found.ages]
        return {
            "hours": [
                {"slot": to_rfc3339(slot_start_ms(slot))} | {status: counts.get(status, 0) for status in Status}
                for slot, counts in found.hours
            ],
            "ages": [{"less_than_seconds": age, "waiting": count} for age, count in ages],
            "outbox": {"waiting": found.outbox_waiting, "oldest_at": time_or_none(found.outbox_oldest)},
        }

    return routes
