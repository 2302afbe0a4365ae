"""The session routes: a moderator signs in with his API key, asks who he is, and signs out."""

from typing import Any

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from comments_service.desk.sign_in import SignIn
from comments_service.routes.guests import is_https
from comments_service.visitors import Network, Sender
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.sessions import COOKIES, HOST_COOKIE, PLAIN_COOKIE, SESSION_HOURS, Session, Sessions
from shared.web import Input
from shared.web.callers import Callers, require_same_origin
from shared.web.specification import problems

SIGNED_IN: list[dict[str, list[str]]] = [{"session": []}]
PROBLEMS = problems(401, 403)


class SignInBody(Input):
    """The key of a moderator."""

    key: str = Field(min_length=1, max_length=256)


class SessionAnswer(BaseModel):
    """Who is signed in, and the token that every change carries in X-CSRF-Token."""

    name: str
    scopes: list[Scope]
    channels: list[str] | None
    csrf_token: str
    ends_at: str


def session_routes(
    callers: Callers, sessions: Sessions, sign_in: SignIn, trusted_proxies: tuple[Network, ...]
) -> APIBlueprint:
    """The routes of sessions."""
    routes = APIBlueprint("sessions", __name__, url_prefix="/v1/moderation/session")

    def present(session: Session) -> dict[str, Any]:
        key = session.key
        return {
            "name": key.name,
            "scopes": sorted(key.scopes),
            "channels": sorted(key.channels) if key.channels is not None else None,
            "csrf_token": sessions.csrf_token_of(session),
            "ends_at": to_rfc3339(session.ends_at),
        }

    @routes.post("", summary="Sign in", responses={200: SessionAnswer, **PROBLEMS, **problems(429)})
    def post_session(body: SignInBody) -> Response:
        # Without this another site could sign a moderator in as somebody else.
        require_same_origin()
        session = sign_in(body.key, Sender.of(request.environ))
        before = callers.known_session()
        if before is not None:
            sessions.end(before)
        answer = _uncached(present(session))
        is_secure = is_https(trusted_proxies)
        answer.set_cookie(
            HOST_COOKIE if is_secure else PLAIN_COOKIE,
            sessions.cookie_of(session),
            max_age=SESSION_HOURS * 60 * 60,
            secure=is_secure,
            httponly=True,
            samesite="Strict",
            path="/",
        )
        return answer

    @routes.get("", summary="Who is signed in", security=SIGNED_IN, responses={200: SessionAnswer, **PROBLEMS})
    def get_session() -> Response:
        return _uncached(present(callers.session()))

    @routes.delete("", summary="Sign out", security=SIGNED_IN, responses={204: None, **PROBLEMS})
    def delete_session() -> Response:
        sessions.end(callers.session())
        answer = Response(status=204)
        for name in COOKIES:
            is_secure = name == HOST_COOKIE
            answer.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="Strict")
        return answer

    return routes


def _uncached(body: dict[str, Any]) -> Response:
    answer = jsonify(body)
    answer.headers["Cache-Control"] = "no-store"
    return answer
