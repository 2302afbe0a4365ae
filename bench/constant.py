"""The bare limit of a request: the same server reads the body and answers constant bytes."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = b'{"status":"accepted"}'
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    """Answer every request alike."""
    environ["wsgi.input"].read()
    start_response("200 OK", HEADERS)
    return [BODY]


def create_app() -> Callable[..., Iterable[bytes]]:
    """The app, for the server's factory option."""
    return app
