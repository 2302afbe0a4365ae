"""The web app of the portal and of the widgets: where its parts meet."""

import logging

from flask import Flask, Response, jsonify, render_template
from prometheus_client import CollectorRegistry

from services.embed.modules import Modules, current, released
from services.embed.routes import embed_routes
from services.portal import moments, sparkline
from services.portal.content import story_of
from services.portal.pages import page_routes
from services.portal.public_api import Away, PublicApi, make_client
from services.portal.rankings import ranking_routes
from services.portal.settings import PortalSettings
from services.portal.words import BOARDS, CHANNELS, board_name, language_of, say
from shared.clock import system_clock
from shared.logs import configure_logs
from shared.settings import load
from shared.web.admission import Admission, reserve_nothing
from shared.web.bodies import install_whole_bodies

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""No inline script, no inline style, no string that becomes markup in the browser: the widgets need none of them."""


def create_app() -> Flask:
    """The app with the settings of its environment."""
    settings = load(PortalSettings)
    configure_logs(settings.log_format)
    # One line for each read would hide everything else.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = assemble(PublicApi(make_client(settings.gateway_url)), current(), released())
    # As Flask's documentation puts a layer before an app.
    app.wsgi_app = Admission(  # type: ignore[method-assign]
        app.wsgi_app, system_clock, settings.most_wait_ms, reserve_nothing, CollectorRegistry()
    )
    return app


def assemble(api: PublicApi, widgets: Modules, older_widgets: list[Modules]) -> Flask:
    """The app on the API and the widgets that are passed in."""
    app = Flask("services.portal", static_url_path="/static")
    install_whole_bodies(app)
    app.register_blueprint(embed_routes(widgets, older_widgets))
    app.register_blueprint(page_routes(api))
    app.register_blueprint(ranking_routes(api))
    app.jinja_env.globals.update(
        say=say,
        board_name=board_name,
        language_of=language_of,
        channels=CHANNELS,
        boards=BOARDS,
        moments=moments,
        sparkline=sparkline,
        story_of=story_of,
        widgets=widgets,
    )

    @app.get("/healthz")
    def health() -> Response:
        return jsonify(status="ok")

    @app.errorhandler(404)
    def missing(_error: Exception) -> tuple[str, int]:
        return render_template("missing.html", language="zh", channel=None), 404

    @app.errorhandler(Away)
    def away(_error: Exception) -> tuple[str, int, dict[str, str]]:
        return render_template("away.html", language="zh", channel=None), 503, {"Retry-After": "5"}

    @app.after_request
    def guard(answer: Response) -> Response:
        if answer.mimetype == "text/html":
            answer.headers["Content-Security-Policy"] = POLICY
            answer.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
            answer.headers.setdefault("Cache-Control", "no-cache")
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        return answer

    return app
