"""The write side: articles, comments and clicks in over HTTP, into SQL and the event log."""

from typing import TYPE_CHECKING

from shared.interpreter import building

if TYPE_CHECKING:
    from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__


def create_app() -> "OpenAPI":
    """The WSGI app, for `flask --app comments_service` and for a server's factory option."""
    # Imported here, so that a test or a tool that imports one module of this package does not load the whole service.
    with building():
        from comments_service.app import create_app as create  # noqa: PLC0415

        return create()
