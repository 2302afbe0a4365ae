"""Changes of the editors' overlay: pins, hidden articles and the greatest age of a board's entries."""

from dataclasses import asdict, dataclass

from flask import Response, g
from flask_openapi3 import APIBlueprint, Tag  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from ranking_service.articles import read_articles, require_article
from ranking_service.boards import Boards, find_board
from ranking_service.overlay import Change, Kind, Mark, Overlays
from ranking_service.routes.health import uncached
from ranking_service.routes.inputs import BoardPath, GreatestAge, MarkPath, NoQuery, Pin
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.partitions import partition_of
from shared.store import outages_as
from shared.web import needs
from shared.web.cache import AnswerCache
from shared.web.specification import KEY_OR_SESSION, Responses

OVERLAY = Tag(name="overlay", description="What editors pin, hide or let age out; counts are never edited")
ANSWERS: Responses = {204: None}


class MarkedArticle(BaseModel):
    """An article that is pinned or hidden; `position` is the place of a pin. One that is withdrawn has no title."""

    article_id: str
    title: str
    position: int | None


class OverlayChange(BaseModel):
    """Who changed the overlay; `value` is the place of a pin or the hours of the greatest age."""

    id: str
    channel: str
    board: str
    at: str
    who: str
    action: str
    article_id: str
    value: int


class OverlayAnswer(BaseModel):
    """What editors put on a board, and their last changes of it, the newest first."""

    pins: list[MarkedArticle]
    hidden: list[MarkedArticle]
    greatest_age_hours: int | None
    changes: list[OverlayChange]


@dataclass(frozen=True)
class OverlayDesk:
    """Changes overlays for the caller of the present request, who looks at the board right after."""

    overlays: Overlays
    boards: Boards
    cache: AnswerCache
    partitions: int

    def put(self, path: BoardPath, kind: Kind, value: int = 0) -> Response:
        """Put a mark on a board; one on an article needs a live one."""
        mark = self._mark(path, kind, value)
        if isinstance(path, MarkPath):
            with outages_as("boards", "The boards cannot be reached."):
                require_article(self.overlays.store, path.article_id, self.partitions)
        self.overlays.put(mark, g.caller.name)
        return self._done()

    def remove(self, path: BoardPath, kind: Kind) -> Response:
        """Take a mark off a board."""
        self.overlays.remove(self._mark(path, kind, 0), g.caller.name)
        return self._done()

    def read(self, path: BoardPath) -> Response:
        """What stands on a board now."""
        board_name = self._mark(path, Kind.GREATEST_AGE, 0).board_name
        marks = self.overlays.marks(path.channel, board_name)
        titles = self._titles([mark.article_id for mark in marks if mark.article_id])
        ages = [mark.value for mark in marks if mark.kind is Kind.GREATEST_AGE]
        changes = self.overlays.changes(path.channel, board_name)
        return uncached(
            {
                "pins": [_marked(mark, titles, mark.value) for mark in marks if mark.kind is Kind.PIN],
                "hidden": [_marked(mark, titles, None) for mark in marks if mark.kind is Kind.HIDDEN],
                "greatest_age_hours": ages[0] if ages else None,
                "changes": [present_change(each) for each in changes],
            }
        )

    def _titles(self, article_ids: list[str]) -> dict[str, str]:
        titles = {}
        with outages_as("boards", "The boards cannot be reached."):
            for article_id in article_ids:
                home = partition_of(article_id, self.partitions)
                titles[article_id] = read_articles(self.overlays.store, home, [article_id])[article_id].title
        return titles

    def _mark(self, path: BoardPath, kind: Kind, value: int) -> Mark:
        g.caller.require_channel(path.channel)
        article_id = path.article_id if isinstance(path, MarkPath) else ""
        return Mark(path.channel, find_board(self.boards, path.board).name, kind, article_id, value)

    def _done(self) -> Response:
        self.cache.forget()
        return Response(status=204)


def present_change(change: Change) -> dict[str, str | int]:
    """A change in its public shape."""
    return asdict(change) | {"id": str(change.id), "at": to_rfc3339(change.at)}


def _marked(mark: Mark, titles: dict[str, str], position: int | None) -> dict[str, str | int | None]:
    return {"article_id": mark.article_id, "title": titles[mark.article_id], "position": position}


def overlay_routes(desk: OverlayDesk) -> APIBlueprint:
    """The routes that change overlays; each needs a key with the scope `moderate`."""
    routes = APIBlueprint(
        "overlay",
        __name__,
        url_prefix="/v1/rankings/<channel>/<board>",
        abp_tags=[OVERLAY],
        abp_security=KEY_OR_SESSION,
    )
    add_reading(routes, desk)
    add_article_marks(routes, desk)
    add_greatest_age(routes, desk)
    return routes


def add_reading(routes: APIBlueprint, desk: OverlayDesk) -> None:
    """What stands on a board."""

    @routes.get("/overlay", responses={200: OverlayAnswer})
    @needs(Scope.MODERATE)
    def read(path: BoardPath, query: NoQuery) -> Response:  # noqa: ARG001  # refuses parameters
        """A board's pins, hidden articles and greatest age, with who changed them."""
        return desk.read(path)


def add_article_marks(routes: APIBlueprint, desk: OverlayDesk) -> None:
    """Pins and hidden articles."""

    @routes.put("/pins/<article_id>", responses=ANSWERS)
    @needs(Scope.MODERATE)
    def pin(path: MarkPath, body: Pin) -> Response:
        """Pin an article at a place of a board."""
        return desk.put(path, Kind.PIN, body.position)

    @routes.delete("/pins/<article_id>", responses=ANSWERS)
    @needs(Scope.MODERATE)
    def unpin(path: MarkPath) -> Response:
        """Let an article stand where its score puts it."""
        return desk.remove(path, Kind.PIN)

    @routes.put("/hidden/<article_id>", responses=ANSWERS)
    @needs(Scope.MODERATE)
    def hide(path: MarkPath) -> Response:
        """Keep an article off a board; it goes on counting."""
        return desk.put(path, Kind.HIDDEN)

    @routes.delete("/hidden/<article_id>", responses=ANSWERS)
    @needs(Scope.MODERATE)
    def show(path: MarkPath) -> Response:
        """Show a hidden article again."""
        return desk.remove(path, Kind.HIDDEN)


def add_greatest_age(routes: APIBlueprint, desk: OverlayDesk) -> None:
    """The greatest age of a board's entries."""

    @routes.put("/greatest-age", responses=ANSWERS)
    @needs(Scope.MODERATE)
    def set_greatest_age(path: BoardPath, body: GreatestAge) -> Response:
        """Show only articles that were published within so many hours."""
        return desk.put(path, Kind.GREATEST_AGE, body.hours)

    @routes.delete("/greatest-age", responses=ANSWERS)
    @needs(Scope.MODERATE)
    def clear_greatest_age(path: BoardPath) -> Response:
        """Show articles of any age."""
        return desk.remove(path, Kind.GREATEST_AGE)
