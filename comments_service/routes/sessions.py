"""The session routes: a moderator signs in with his account or an API key, asks who he is, and signs out."""

from typing import Any

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field

from comments_service.accounts.passwords import LONGEST, SHORTEST
from comments_service.accounts.roles import Role
from comments_service.desk.sign_in import SignIn
from comments_service.routes.guests import is_https
from comments_service.visitors import Network, Sender
from shared.api_keys import Scope
from shared.clock import to_rfc3339
from shared.errors import invalid
from shared.sessions import COOKIES, HOST_COOKIE, PLAIN_COOKIE, SESSION_HOURS, Session, Sessions
from shared.web import Input
from shared.web.callers import Callers, require_same_origin
from shared.web.specification import problems

SIGNED_IN: list[dict[str, list[str]]] = [{"session": []}]
PROBLEMS = problems(401, 403)
TRIED = problems(401, 403, 429)


class SignInBody(Input):
    """The name and the password of an account, or a moderator's API key."""

    name: str | None = Field(None, min_length=1, max_length=256)
    password: str | None = Field(None, min_length=1, max_length=LONGEST)
    key: str | None = Field(None, min_length=1, max_length=256)


class PasswordBody(Input):
    """The password of now, and the one to come."""

    password: str = Field(min_length=1, max_length=LONGEST)
    new_password: str = Field(max_length=LONGEST, description=f"At least {SHORTEST} characters.")


class TokenBody(Input):
    """What stands in a one-time link behind the #."""

    token: str = Field(min_length=1, max_length=128)


class AcceptBody(TokenBody):
    """An invitation, and the password that is chosen by it."""

    password: str = Field(max_length=LONGEST, description=f"At least {SHORTEST} characters.")


class SessionAnswer(BaseModel):
    """Who is signed in, and the token that every change carries in X-CSRF-Token; a key has no account."""

    name: str
    scopes: list[Scope]
    channels: list[str] | None
    account_id: str | None
    csrf_token: str
    ends_at: str


class InvitedAnswer(BaseModel):
    """Whom an invitation is for."""

    name: str
    role: Role
    ends_at: str


class Cookies:
    """Answers with a session and its cookie."""

    def __init__(self, callers: Callers, sessions: Sessions, trusted_proxies: tuple[Network, ...]) -> None:
        self._callers = callers
        self._sessions = sessions
        self._trusted = trusted_proxies

    def present(self, session: Session) -> dict[str, Any]:
        """A session in its public shape."""
        caller = session.caller
        return {
            "name": caller.name,
            "scopes": sorted(caller.scopes),
            "channels": sorted(caller.channels) if caller.channels is not None else None,
            "account_id": session.account_id,
            "csrf_token": self._sessions.csrf_token_of(session),
            "ends_at": to_rfc3339(session.ends_at),
        }

    def begin(self, session: Session) -> Response:
        """The answer that begins a session, in the place of one that the browser had."""
        before = self._callers.known_session()
        if before is not None:
            self._sessions.end(before)
        answer = uncached(self.present(session))
        is_secure = is_https(self._trusted)
        answer.set_cookie(
            HOST_COOKIE if is_secure else PLAIN_COOKIE,
            self._sessions.cookie_of(session),
            max_age=SESSION_HOURS * 60 * 60,
            secure=is_secure,
            httponly=True,
            samesite="Strict",
            path="/",
        )
        return answer


def session_routes(callers: Callers, sign_in: SignIn, trusted_proxies: tuple[Network, ...]) -> APIBlueprint:
    """The routes of sessions."""
    sessions = sign_in.sessions
    routes = APIBlueprint("sessions", __name__, url_prefix="/v1/moderation")
    cookies = Cookies(callers, sessions, trusted_proxies)

    @routes.post("/session", summary="Sign in", responses={200: SessionAnswer, **TRIED})
    def post_session(body: SignInBody) -> Response:
        # Without this another site could sign a moderator in as somebody else.
        require_same_origin()
        return cookies.begin(_signed_in(sign_in, body))

    @routes.get("/session", summary="Who is signed in", security=SIGNED_IN, responses={200: SessionAnswer, **PROBLEMS})
    def get_session() -> Response:
        return uncached(cookies.present(callers.session()))

    @routes.delete("/session", summary="Sign out", security=SIGNED_IN, responses={204: None, **PROBLEMS})
    def delete_session() -> Response:
        sessions.end(callers.session())
        answer = Response(status=204)
        for name in COOKIES:
            is_secure = name == HOST_COOKIE
            answer.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="Strict")
        return answer

    @routes.put(
        "/session/password",
        summary="Change one's password",
        security=SIGNED_IN,
        responses={200: SessionAnswer, **TRIED},
    )
    def put_password(body: PasswordBody) -> Response:
        current, sender = callers.session(), Sender.of(request.environ)
        return cookies.begin(sign_in.change_password(current, body.password, body.new_password, sender))

    add_invitations(routes, cookies, sign_in)
    return routes


def add_invitations(routes: APIBlueprint, cookies: Cookies, sign_in: SignIn) -> None:
    """The routes of one-time links."""

    @routes.post(
        "/invitations/look",
        summary="Whom a one-time link is for",
        responses={200: InvitedAnswer, **problems(403, 404, 429)},
    )
    def look(body: TokenBody) -> Response:
        require_same_origin()
        account = sign_in.look(body.token, Sender.of(request.environ))
        ends_at = to_rfc3339(account.invitation_ends_at or 0)
        return uncached({"name": account.name, "role": account.role, "ends_at": ends_at})

    @routes.post(
        "/invitations/accept",
        summary="Choose a password by a one-time link, and sign in",
        responses={200: SessionAnswer, **problems(403, 404, 429)},
    )
    def accept(body: AcceptBody) -> Response:
        require_same_origin()
        return cookies.begin(sign_in.by_invitation(body.token, body.password, Sender.of(request.environ)))


def _signed_in(sign_in: SignIn, body: SignInBody) -> Session:
    sender = Sender.of(request.environ)
    if body.key is not None and body.name is None and body.password is None:
        return sign_in.by_key(body.key, sender)
    if body.key is None and body.name is not None and body.password is not None:
        return sign_in.by_password(body.name, body.password, sender)
    raise invalid(("key", "give either a key, or a name and a password"))


def uncached(body: dict[str, Any]) -> Response:
    """A JSON answer for one caller alone."""
    answer = jsonify(body)
    answer.headers["Cache-Control"] = "no-store"
    return answer
