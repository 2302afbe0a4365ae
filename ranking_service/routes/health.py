"""How the boards are: their lag by partition, and the portal's last hours. For moderators, never from a cache."""

from dataclasses import asdict
from typing import Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from ranking_service.answers import SlotCount
from ranking_service.hours import Hours
from ranking_service.lag import read_lags
from ranking_service.routes.inputs import NoQuery
from shared.api_keys import Scope
from shared.event_log import EventLog
from shared.store import Store, outages_as
from shared.web import needs
from shared.web.specification import KEY_OR_SESSION

HEALTH = Tag(name="health", description="How far the boards are behind the log")


class PartitionAnswer(BaseModel):
    """How far one partition is: `lag` events are not on the boards yet, `newest` is the newest that is."""

    partition: int
    lag: int
    projected: int
    newest: str | None
    dead_letters: int


class HealthAnswer(BaseModel):
    """Every partition, and what happened on the whole portal in the last 48 slots, the oldest first."""

    partitions: list[PartitionAnswer]
    hours: list[SlotCount]


def health_routes(store: Store, log: EventLog, hours: Hours) -> APIBlueprint:
    """The routes of the boards' health."""
    routes = APIBlueprint("health", __name__, url_prefix="/v1/boards", abp_tags=[HEALTH], abp_security=KEY_OR_SESSION)

    @routes.get("/health", responses={200: HealthAnswer})
    @needs(Scope.MODERATE)
    def get_health(query: NoQuery) -> Response:  # noqa: ARG001  # refuses parameters
        """The boards' lag, and the portal's hours."""
        with outages_as("boards", "The boards cannot be reached."):
            lags = read_lags(store, log)
        return uncached({"partitions": [asdict(each) for each in lags], "hours": hours.read()})

    return routes


def uncached(body: dict[str, Any]) -> Response:
    """A JSON answer for one caller alone."""
    answer = jsonify(body)
    answer.headers["Cache-Control"] = "no-store"
    return answer
