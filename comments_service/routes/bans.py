"""The ban routes: whom moderators keep from writing, or let write for himself alone."""

from typing import Annotated, Any

from flask import Response, g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import AfterValidator, BaseModel, Field

from comments_service.bans import EVERY_CHANNEL, Bans, Kind, Terms
from comments_service.routes.articles import KEYED, Channel
from comments_service.routes.held import time_or_none
from comments_service.routes.moderation import ENTRY_ID, ChannelQuery, Reason
from comments_service.routes.types import LimitQuery, Line
from comments_service.tables import Ban
from shared.api_keys import Scope
from shared.clock import Clock, to_ms, to_rfc3339
from shared.errors import invalid
from shared.web import Input, Rfc3339, needs
from shared.web.specification import problems


def _stripped(value: str) -> str:
    return value.strip()


class BanKey(Input):
    """Who: a reader's id, a network such as 203.0.113.0/24, or a pattern of nicknames, in which `*` is anything."""

    kind: Kind
    value: Annotated[Line, Field(min_length=1, max_length=100), AfterValidator(_stripped)]
    channel: Channel | None = None

    @property
    def where(self) -> str:
        """The channel as it is stored, if the key is for it; raises `channel_forbidden`."""
        g.caller.require_channel(self.channel)
        return self.channel or EVERY_CHANNEL


class BanBody(BanKey):
    """Whom, until when (for ever without), and whether he is to notice."""

    until: Rfc3339 | None = None
    shadow: bool = Field(False, strict=True)
    reason: Reason | None = None


class BansQuery(ChannelQuery, LimitQuery):
    """Which bans, and where the page begins."""

    kind: Kind | None = None
    cursor: str | None = Field(None, pattern=ENTRY_ID)


class BanAnswer(BaseModel):
    """A ban; no channel is every channel, no end is never."""

    kind: Kind
    value: str
    channel: str | None
    until: str | None
    shadow: bool
    active: bool
    reason: str | None
    added_by: str
    created_at: str


class BansAnswer(BaseModel):
    """A page of bans, the newest first, those that have ended among them."""

    bans: list[BanAnswer]
    next_cursor: str | None


def present(ban: Ban, now: int) -> dict[str, Any]:
    """A ban in its public shape."""
    same = {name: getattr(ban, name) for name in ("kind", "value", "reason", "added_by")}
    return same | {
        "channel": ban.channel or None,
        "until": time_or_none(ban.until),
        "shadow": ban.is_shadow,
        "active": ban.until is None or ban.until > now,
        "created_at": to_rfc3339(ban.created_at),
    }


def ban_routes(bans: Bans, clock: Clock) -> APIBlueprint:
    """The routes of bans."""
    routes = APIBlueprint("bans", __name__, url_prefix="/v1/moderation/bans")

    @routes.get("", summary="Who is banned", security=KEYED, responses={200: BansAnswer})
    @needs(Scope.MODERATE)
    def list_bans(query: BansQuery) -> dict[str, Any]:
        behind = None if query.cursor is None else int(query.cursor)
        rows, last = bans.page(limit=query.limit, behind=behind, channels=query.channels, kind=query.kind)
        now = clock()
        return {"bans": [present(row, now) for row in rows], "next_cursor": None if last is None else str(last)}

    @routes.post(
        "", summary="Ban somebody, or change his ban", security=KEYED, responses={200: BanAnswer, 201: BanAnswer}
    )
    @needs(Scope.MODERATE)
    def put_ban(body: BanBody) -> tuple[dict[str, Any], int]:
        until = None if body.until is None else to_ms(body.until)
        if until is not None and until <= clock():
            raise invalid(("until", "must lie in the future"))
        _check(bans, body)
        terms = Terms(until, body.shadow, body.reason)
        ban, is_new = bans.put(body.kind, body.value, body.where, terms, g.caller.name)
        return present(ban, clock()), 201 if is_new else 200

    @routes.delete("", summary="Lift a ban", security=KEYED, responses={204: None, **problems(404)})
    @needs(Scope.MODERATE)
    def remove_ban(body: BanKey) -> Response:
        _check(bans, body)
        bans.remove(body.kind, body.value, body.where, g.caller.name)
        return Response(status=204)

    return routes


def _check(bans: Bans, body: BanKey) -> None:
    try:
        bans.checked(body.kind, body.value)
    except ValueError as error:
        raise invalid(("value", str(error))) from error
