"""The route of the latest comments."""

from flask import Response
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field

from comments_service.cursors import TIMED_PATTERN, TimedCursor
from comments_service.latest import Latest
from comments_service.routes.answers import LatestAnswer, Presenter
from comments_service.routes.guests import Guests
from comments_service.routes.reads import Reads
from comments_service.routes.types import LimitQuery
from shared.names import ALL_CHANNEL, CHANNEL
from shared.web.specification import NOT_MODIFIED, problems


class LatestQuery(LimitQuery):
    """Of which channel, and where the page begins."""

    channel: str = Field(ALL_CHANNEL, pattern=CHANNEL)
    cursor: str | None = Field(None, pattern=TIMED_PATTERN)

    @property
    def behind(self) -> TimedCursor | None:
        """The last comment of the page before."""
        return None if self.cursor is None else TimedCursor.read(self.cursor)


def latest_routes(latest: Latest, guests: Guests, reads: Reads, presenter: Presenter) -> APIBlueprint:
    """The route of the latest comments."""
    routes = APIBlueprint("latest", __name__, url_prefix="/v1/comments")

    @routes.get(
        "/latest",
        summary="The latest comments of a channel, or of all",
        responses={200: LatestAnswer, **NOT_MODIFIED, **problems(401)},
    )
    def list_latest(query: LatestQuery) -> Response:
        reader = guests.known()

        def read() -> dict[str, object]:
            page = latest.page(query.channel, limit=query.limit, behind=query.behind, reader=reader)
            return presenter.latest(page)

        return reads.page(reader, read)

    return routes
