"""The routes of a reader's own data: to take it along, and to have it erased."""

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel

from comments_service.reader import COOKIE
from comments_service.reader_data import Erasure, Inventory, Person
from comments_service.routes.guests import Guests
from comments_service.routes.types import NoQuery
from shared.errors import RedianError
from shared.web.specification import problems

KNOWN = "The reader is known by his cookie, or as a member by his token."


class OwnComment(BaseModel):
    """A comment with all that is kept of its author; `network` and `address_hash` go after some days."""

    id: str
    article_id: str
    parent_id: str | None
    floor: int
    status: str
    text: str
    nickname: str | None
    email: str | None
    website: str | None
    network: str | None
    address_hash: str | None
    created_at: str
    edited_at: str | None


class OwnVote(BaseModel):
    """A vote."""

    comment_id: str
    value: int


class OwnReport(BaseModel):
    """A report of another's comment."""

    comment_id: str
    reason: str
    note: str | None
    created_at: str


class OwnSubscription(BaseModel):
    """What the reader said of mails about replies."""

    address_hash: str
    status: str
    changed_at: str


class OwnDataAnswer(BaseModel):
    """All that is kept of a reader."""

    reader: str
    comments: list[OwnComment]
    votes: list[OwnVote]
    reports: list[OwnReport]
    protected_nicknames: list[str]
    subscriptions: list[OwnSubscription]


def own_data_routes(inventory: Inventory, erasure: Erasure, guests: Guests) -> APIBlueprint:
    """The routes of a reader's own data."""
    routes = APIBlueprint("own data", __name__, url_prefix="/v1/readers/me")

    def person() -> Person:
        reader = guests.known()
        if reader is None:
            raise RedianError("reader_unknown", "This call needs a reader's cookie, or a member's token.")
        return Person(reader)

    @routes.get(
        "/data",
        summary="All that is kept of the reader",
        description=KNOWN,
        responses={200: OwnDataAnswer, **problems(401)},
    )
    def read_own_data(query: NoQuery) -> Response:  # noqa: ARG001  # refuses a query string
        answer = jsonify(inventory.of(person()))
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Disposition"] = 'attachment; filename="my-comments.json"'
        return answer

    @routes.delete("", summary="Erase the reader", description=KNOWN, responses={204: None, **problems(401)})
    def erase_reader(query: NoQuery) -> Response:  # noqa: ARG001  # refuses a query string
        erasure.run(person())
        answer = Response(status=204)
        answer.delete_cookie(COOKIE, path="/v1", httponly=True, samesite="Lax")
        return answer

    return routes
