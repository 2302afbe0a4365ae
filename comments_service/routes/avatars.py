"""The route of avatars."""

from flask import Response, request
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import Field

from comments_service.avatars import AVATAR_HASH, draw
from shared.web import Input
from shared.web.specification import NOT_MODIFIED, document

# The address names the picture's content: it never changes.
CACHE_CONTROL = "public, max-age=31536000, immutable"
# Opened by itself, an SVG is a document; this one runs and loads nothing.
POLICY = "default-src 'none'; sandbox"


class AvatarPath(Input):
    """The hash of an avatar."""

    avatar_hash: str = Field(pattern=AVATAR_HASH)


def avatar_routes() -> APIBlueprint:
    """The route of avatars."""
    routes = APIBlueprint("avatars", __name__, url_prefix="/v1/avatars")

    @routes.get(
        "/<avatar_hash>.svg",
        summary="A reader's avatar",
        responses={**document("image/svg+xml"), **NOT_MODIFIED},
    )
    def get_avatar(path: AvatarPath) -> Response:
        answer = Response(draw(path.avatar_hash), content_type="image/svg+xml")
        answer.headers["Cache-Control"] = CACHE_CONTROL
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer.set_etag(path.avatar_hash)
        answer.make_conditional(request)
        return answer

    return routes
