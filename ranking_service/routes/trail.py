"""The trail of the overlays: who changed what on which board, for moderators, as far as their channels go."""

from flask import Response, g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from ranking_service.overlay import Overlays
from ranking_service.routes.health import uncached
from ranking_service.routes.overlay import OVERLAY, OverlayChange, present_change
from shared.api_keys import Scope
from shared.names import CHANNEL
from shared.web import Input, needs
from shared.web.specification import KEY_OR_SESSION


class TrailQuery(Input):
    """Of which channel, and where the page begins."""

    channel: str | None = Field(None, pattern=CHANNEL)
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, pattern="^[0-9]{1,18}$")


class TrailAnswer(BaseModel):
    """A page of changes, the newest first."""

    changes: list[OverlayChange]
    next_cursor: str | None


def trail_routes(overlays: Overlays) -> APIBlueprint:
    """The route of the overlays' trail."""
    routes = APIBlueprint("trail", __name__, url_prefix="/v1/boards", abp_tags=[OVERLAY], abp_security=KEY_OR_SESSION)

    @routes.get("/audit", responses={200: TrailAnswer})
    @needs(Scope.MODERATE)
    def read_trail(query: TrailQuery) -> Response:
        """Who pinned, hid or limited what."""
        channels = g.caller.channels_for(query.channel)
        behind = None if query.cursor is None else int(query.cursor)
        found, last = overlays.trail(limit=query.limit, behind=behind, channels=channels)
        following = None if last is None else str(last)
        return uncached({"changes": [present_change(each) for each in found], "next_cursor": following})

    return routes
