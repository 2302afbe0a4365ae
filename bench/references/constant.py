"""The bare limit of a request: the same server reads the body and answers constant bytes.

`BENCH_ANSWER` names a file that holds those bytes, so that both ways send as much. `/healthz` answers too.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response

SHORT = b'{"status":"accepted"}'


def answer() -> bytes:
    """The bytes to answer with."""
    file = os.environ.get("BENCH_ANSWER")
    return Path(file).read_bytes() if file else SHORT


def create_app() -> WSGIApplication:
    """A bare WSGI callable."""
    body = answer()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            environ["wsgi.input"].read()
        start_response("200 OK", headers)
        return [body]

    return app


def create_flask_app() -> Flask:
    """A plain Flask route."""
    app, body = Flask("constant"), answer()

    @app.get("/<path:path>")
    def read(path: str) -> Response:  # noqa: ARG001  # every path is answered alike
        return Response(body, mimetype="application/json")

    return app
