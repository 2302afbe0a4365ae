"""Bodies: what an answer left unread of a request is read to its end, or the connection ends and the answer says so.

The server (granian, on hyper) closes a connection in silence when an answer is given before the whole body has come.
Who keeps connections open, as the gateway does, would send his next request into a closed one, and could not know
whether it was carried out.
"""

from typing import IO
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

MOST_LEFT_BYTES = 64 * 1024
"""What is longer costs less as a new connection."""
MOST_DIGITS = 12
"""Of a length that anybody means; Python itself makes no number of thousands of digits."""
CLOSING = ("Connection", "close")


def read_to_end(environ: WSGIEnvironment, begun: IO[bytes] | None = None) -> bool:
    """Read what is left of a request's body, 64 KiB at the most; False when that may not have been all.

    `begun` is the stream through which some of it may have been read already. No more is asked for than the request
    declares: a server may hand over the very socket, which gives more only when the client sends more.
    """
    body, declared = begun or environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
    if len(declared) > MOST_DIGITS:
        return False
    if declared.isdecimal():
        body.read(min(int(declared), MOST_LEFT_BYTES))
        return int(declared) <= MOST_LEFT_BYTES
    return "HTTP_TRANSFER_ENCODING" not in environ or len(body.read(MOST_LEFT_BYTES)) < MOST_LEFT_BYTES


def install_whole_bodies(app: Flask) -> None:
    """Have no answer of the app leave a body behind."""

    @app.after_request
    def end_body(response: Response) -> Response:
        try:
            # Flask makes the stream when somebody first asks for the body.
            is_whole = read_to_end(request.environ, vars(request).get("stream"))
        except HTTPException:  # The client has gone, or sends more than it may.
            is_whole = False
        if not is_whole:
            response.headers[CLOSING[0]] = CLOSING[1]
        return response
