"""The page at /admin: one shell for every view. It tells nothing; what it shows is asked of the API after sign-in."""

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from comments_service.desk.assets import Assets
from shared.web.callers import has_cookie

VIEWS = ("queue", "search", "words", "bans", "articles", "boards", "audit", "overview", "accounts", "webhooks")
INVITATION = "invitation"
"""The page of a one-time link, for whoever is not signed in."""
LANGUAGES = ("zh-CN", "en")
THEMES = ("light", "dark")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
FOR_EVER = "public, max-age=31536000, immutable"


def desk_pages(assets: Assets) -> Blueprint:
    """The shell and its assets."""
    pages = Blueprint("desk", __name__, url_prefix="/admin", template_folder="templates")

    @pages.get("")
    @pages.get("/<view>")
    def show(view: str = "queue") -> Response:
        if view not in VIEWS and view != INVITATION:
            raise NotFound
        text = render_template(
            "desk.html",
            assets=assets.version,
            language=_language(),
            theme=_theme(),
            has_session=has_cookie(),
        )
        answer = Response(text, headers=HEADERS)
        # Which language and theme depends on cookies that a shared cache does not know.
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @pages.get("/assets/<version>/<name>")
    def send(version: str, name: str) -> Response:
        if version != assets.version or name not in assets.files:
            raise NotFound
        answer = Response(assets.files[name], content_type=assets.type_of(name))
        answer.headers["Cache-Control"] = FOR_EVER
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer

    return pages


def _language() -> str:
    chosen = request.cookies.get("redian_desk_language", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def _theme() -> str:
    chosen = request.cookies.get("redian_desk_theme", "")
    return chosen if chosen in THEMES else "system"
