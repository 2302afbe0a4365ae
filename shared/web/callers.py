"""Callers: whom a request acts for, by a key in a header from a program or by a session's cookie from the desk.

A browser sends the cookie by itself, so a change asked for with it has to come from a page of ours, twice proven: by
where the browser says that the request comes from, and by a token that only such a page can read.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, request

from shared.api_keys import Caller, KeyRing, Scope, with_scope
from shared.errors import RedianError
from shared.sessions import COOKIES, CSRF_HEADER, Session, Sessions

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Callers:
    """Tells who calls, from the request at hand; without `sessions` keys alone are known."""

    keys: KeyRing
    sessions: Sessions | None = None

    def require(self, scope: Scope) -> Caller:
        """The caller when he has the scope.

        Raises `key_missing`, `key_unknown`, `scope_missing`, `session_over` or `csrf_refused`.
        """
        authorization = request.headers.get("Authorization")
        if authorization is not None or self.sessions is None or not has_cookie():
            return self.keys.require(authorization, scope)
        return with_scope(self.session().caller, scope)

    def session(self) -> Session:
        """The session of the request; raises `session_over`, or `csrf_refused` for what another site asks for."""
        session = self.known_session()
        if session is None or self.sessions is None:
            raise RedianError("session_over", "The session is over; sign in again.")
        if request.method not in SAFE_METHODS:
            require_same_origin()
            if not self.sessions.is_csrf_token(session, request.headers.get(CSRF_HEADER, "")):
                raise RedianError("csrf_refused", f"A change needs the session's own token in {CSRF_HEADER}.")
        g.session = session
        return session

    def known_session(self) -> Session | None:
        """The session of the request's cookie, if it has a live one."""
        cookie = next((request.cookies[name] for name in COOKIES if name in request.cookies), None)
        return self.sessions.find(cookie) if self.sessions else None


def has_cookie() -> bool:
    """Whether the request carries a session's cookie, live or not."""
    return any(name in request.cookies for name in COOKIES)


def require_same_origin() -> None:
    """Refuse what a browser sends for a page of another site, and what does not say where it comes from."""
    site = request.headers.get("Sec-Fetch-Site")
    # Browsers leave Sec-Fetch-Site out where there is no HTTPS, but never the Origin of a change. Schemes are not
    # compared: the gateway may have ended the TLS.
    is_ours = site == "same-origin" if site else _host_of(request.headers.get("Origin", "")) == request.host.lower()
    if not is_ours:
        raise RedianError("csrf_refused", "This change has to come from a page of this very site.")


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
