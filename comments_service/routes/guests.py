"""Guests: the reader behind the request at hand, a guest by his cookie or a member by his token."""

from dataclasses import replace

from flask import Response, after_this_request, g, request
from werkzeug.http import dump_cookie

from comments_service.bans import Author
from comments_service.cases import Draft
from comments_service.comments import Claim
from comments_service.idempotency import Resend
from comments_service.members import Member, Members
from comments_service.origin import Origin, Origins
from comments_service.reader import COOKIE, COOKIE_SECONDS, TOKEN_HEADER, Readers
from comments_service.visitors import Network, Sender, Visitors, is_trusted
from shared.api_keys import KeyRing


class Guests:
    """Reads the token and the cookie of the request at hand, and sets the cookie."""

    def __init__(
        self,
        readers: Readers,
        members: Members,
        keys: KeyRing,
        visitors: Visitors,
        origins: Origins,
        trusted_proxies: tuple[Network, ...],
    ) -> None:
        self._readers = readers
        self._members = members
        self._keys = keys
        self._visitors = visitors
        self._origins = origins
        self._trusted = trusted_proxies

    def known(self) -> str | None:
        """The reader, when the request carries his token or cookie; raises `token_invalid`."""
        if "reader" not in g:
            member = self.member()
            g.reader = member.reader if member else self._readers.find(request.cookies.get(COOKIE))
        reader: str | None = g.reader
        return reader

    def member(self) -> Member | None:
        """The member whose token the request carries, None without one; raises `token_invalid`."""
        if "member" not in g:
            # The environ, as a header that is not there costs the request's own mapping an exception.
            scheme, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
            is_token = scheme.lower() == "bearer" and not self._keys.knows(token)
            g.member = self._members.find(token.strip()) if is_token else None
        member: Member | None = g.member
        return member

    def reader_of_member(self, subject: str) -> str:
        """The private id of the member whom the portal knows by this `sub`."""
        return self._members.reader_of(subject)

    def signed(self, draft: Draft) -> Draft:
        """A draft under the name of its author: a member writes under the one that the portal knows him by."""
        member = self.member()
        return replace(draft, nickname=member.name) if member else draft

    def met(self) -> str:
        """The reader; one without a cookie is a new one, and the answer sets it."""
        reader = self.known() or self.new()
        self.remember(reader)
        return reader

    def new(self) -> str:
        """A reader nobody has met."""
        return self._readers.new()

    def remember(self, reader: str | None) -> None:
        """Set a reader's cookie with the answer, unless the request brought one."""
        if reader is None or self.known() is not None:
            return
        value = self._readers.cookie_of(reader)

        @after_this_request
        def set_cookie(response: Response) -> Response:
            # A reader who was refused has done nothing that he could come back to.
            if response.status_code < 400:
                response.headers.add("Set-Cookie", _cookie(value, is_secure=is_https(self._trusted)))
            return response

    def origin(self) -> Origin:
        """Where the request comes from."""
        if "origin" not in g:
            g.origin = self._origins.of(Sender.of(request.environ))
        origin: Origin = g.origin
        return origin

    def author(self, reader: str) -> Author:
        """A reader, with where he is."""
        return Author(reader, self.origin())

    def claim(self) -> Claim:
        """What the request brings to show that a comment is its sender's own."""
        return Claim(self.known(), self._readers.comment_of(request.headers.get(TOKEN_HEADER)))

    def resend(self, article_id: str, key: str) -> Resend:
        """What a resend of the request at hand is known by.

        A guest by the visitor, not by the cookie: who did not get the first answer did not get its cookie either.
        """
        member = self.member()
        visitor = member.reader if member else self._visitors.of(Sender.of(request.environ))
        return Resend.of(article_id, visitor, key, request.get_data())

    def token_of(self, comment_id: str) -> str:
        """The token that gives the right to edit a comment."""
        return self._readers.token_of(comment_id)


def _cookie(value: str, *, is_secure: bool) -> str:
    # Without `Expires`, which to spell takes longer than the rest and tells nothing that Max-Age does not.
    return dump_cookie(
        COOKIE,
        value,
        max_age=COOKIE_SECONDS,
        sync_expires=False,
        path="/v1",
        secure=is_secure,
        httponly=True,
        samesite="Lax",
    )


def is_https(trusted_proxies: tuple[Network, ...]) -> bool:
    """Whether the reader sent the request at hand over HTTPS, as we see it or as a proxy of ours says."""
    said = request.headers.get("X-Forwarded-Proto", "").lower() == "https"
    return request.is_secure or (said and is_trusted(request.remote_addr or "", trusted_proxies))
