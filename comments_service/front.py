"""Warm reads of comments, which the front answers before Flask: those of readers whom we do not know.

Whoever brings our cookie or a token sees his own votes and what of his is held, so he always goes on to Flask.
"""

from hashlib import blake2b
from io import BytesIO
from wsgiref.types import WSGIEnvironment

from comments_service.reader import COOKIE
from shared.clock import Clock
from shared.web.cache import JSON, AnswerCache, Cached
from shared.web.front import read_of
from shared.web.guards import DEFAULT_BODY_LIMIT

VARY = ("Vary", "Cookie, Authorization")
# A browser may keep an answer, but has to ask whether it still holds: it would show an author the page from before his
# comment. The ETag makes that question cheap.
PUBLIC = (("Cache-Control", "public, no-cache"), VARY)
PRIVATE = (("Cache-Control", "private, no-cache"), VARY)
COUNTS = (("Cache-Control", "no-store"),)
COUNTS_PATH = "/v1/comments/counts"


class Warm:
    """What is kept for a second: pages by their address, counts by the body that asks for them."""

    def __init__(self, clock: Clock) -> None:
        self.pages = AnswerCache(clock, PUBLIC)
        self.counts = AnswerCache(clock, COUNTS)

    def find(self, environ: WSGIEnvironment) -> Cached | None:
        """The warm answer to a request."""
        if "HTTP_AUTHORIZATION" in environ or COOKIE in environ.get("HTTP_COOKIE", ""):
            return None
        if environ["REQUEST_METHOD"] == "POST":
            return self._find_counts(environ) if environ["PATH_INFO"] == COUNTS_PATH else None
        read = read_of(environ)
        return None if read is None else self.pages.fresh(read)

    def _find_counts(self, environ: WSGIEnvironment) -> Cached | None:
        length = environ.get("CONTENT_LENGTH") or ""
        is_common = environ.get("CONTENT_TYPE") == JSON and not environ.get("QUERY_STRING") and length.isdecimal()
        # A condition means nothing to a POST, which is for Flask to say.
        if not is_common or int(length) > DEFAULT_BODY_LIMIT or "HTTP_IF_NONE_MATCH" in environ:
            return None
        body = environ["wsgi.input"].read(int(length))
        # Flask reads it again.
        environ["wsgi.input"] = BytesIO(body)
        return self.counts.fresh(digest_of(body))


def digest_of(body: bytes) -> str:
    """The name under which the counts that a body asks for are kept."""
    return blake2b(body, digest_size=16).hexdigest()
