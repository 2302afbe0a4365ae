"""`/embed/`: each version under its own address, kept by browsers for a year; the bare name leads to the newest."""

import json

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from services.embed.modules import Modules

A_YEAR = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"


def embed_routes(current: Modules, released: list[Modules]) -> Blueprint:
    """The routes of the widgets. They are public: any page of any origin may load them."""
    versions = {modules.version: modules for modules in (*released, current)}
    routes = Blueprint("embed", __name__, url_prefix="/embed")

    @routes.get("/<version>/<name>")
    def module(version: str, name: str) -> Response:
        modules = versions.get(version)
        if modules is None or name not in modules.files:
            abort(404)
        answer = Response(modules.files[name], content_type="text/javascript; charset=utf-8")
        answer.set_etag(modules.integrity(name)[-24:])
        answer.headers["Cache-Control"] = A_YEAR
        answer.make_conditional(request)
        return answer

    @routes.get("/<name>")
    def newest(name: str) -> AnyResponse:
        if name not in current.files:
            abort(404)
        answer = redirect(f"/embed/{current.version}/{name}", 302)
        answer.headers["Cache-Control"] = A_MINUTE
        return answer

    @routes.get("/manifest.json")
    def manifest() -> Response:
        files = {
            name: {"url": f"/embed/{current.version}/{name}", "integrity": current.integrity(name)}
            for name in current.files
        }
        answer = Response(json.dumps(files, indent=1), content_type="application/json")
        answer.headers["Cache-Control"] = A_MINUTE
        return answer

    @routes.after_request
    def open_to_all(answer: Response) -> Response:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    return routes
