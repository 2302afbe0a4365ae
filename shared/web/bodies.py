"""Bodies: what an answer left unread of a request is read to its end, or the connection ends and the answer says so.

The server (granian, on hyper) closes a connection in silence when an answer is given before the whole body has come.
Who keeps connections open, as the gateway does, would send his next request into a closed one, and could not know
whether it was carried out.
"""

from wsgiref.types import WSGIEnvironment

from flask import Flask, Response, request

MOST_LEFT_BYTES = 64 * 1024
"""What is longer costs less as a new connection."""
CLOSING = ("Connection", "close")


def read_to_end(environ: WSGIEnvironment) -> bool:
    """Read what is left of a request's body, 64 KiB at the most; False when that may not have been all."""
    if environ.get("CONTENT_LENGTH", "0") in {"", "0"} and "HTTP_TRANSFER_ENCODING" not in environ:
        return True
    return len(environ["wsgi.input"].read(MOST_LEFT_BYTES)) < MOST_LEFT_BYTES


def install_whole_bodies(app: Flask) -> None:
    """Have no answer of the app leave a body behind."""

    @app.after_request
    def end_body(response: Response) -> Response:
        if not read_to_end(request.environ):
            response.headers[CLOSING[0]] = CLOSING[1]
        return response
