"""A batch endpoint that parses nothing: the body goes into a stream as it came."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from shared.store import connect

BODY = b'{"accepted":0,"repeated":0,"unknown":[]}'
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def create_app() -> WSGIApplication:
    """A bare WSGI callable over the Redis of REDIS_URL."""
    store = connect(os.environ["REDIS_URL"], timeout_seconds=5)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            store.xadd("unparsed", {"e": environ["wsgi.input"].read()}, maxlen=1_000, approximate=True)
        start_response("200 OK", HEADERS)
        return [BODY]

    return app
