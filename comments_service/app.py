"""The web app of comments_service: where its parts meet."""

from collections.abc import Callable

from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from comments_service.articles import Articles
from comments_service.assembly.clicks import add_clicks
from comments_service.assembly.desk import add_desk, add_moderation, add_words
from comments_service.assembly.ground import Ground
from comments_service.assembly.notifications import add_mails, add_webhooks
from comments_service.assembly.standards import make_standards
from comments_service.assembly.threads import add_threads, make_guests
from comments_service.assembly.transfers import add_commands, add_own_data, add_transfers
from comments_service.click_front import ClickFront
from comments_service.database import Database
from comments_service.front import Warm
from comments_service.metrics import OutboxCollector
from comments_service.outbox import Outbox
from comments_service.routes.articles import article_routes
from comments_service.routes.reads import Reads
from comments_service.settings import CommentsSettings
from comments_service.visitors import Visitors
from shared.api_keys import KeyRing
from shared.bus import Nudger
from shared.celery_app import make_celery
from shared.clock import Clock, system_clock
from shared.database import make_engine
from shared.event_log import EventLog
from shared.logs import configure_logs
from shared.sessions import Sessions
from shared.settings import load
from shared.store import Store, connect
from shared.tracing import start_tracing
from shared.web import WebParts, make_app
from shared.web.admission import Admission, reserve_for
from shared.web.front import Answered, Front
from shared.web.one_core import keep_on_one_core
from shared.web.origins import OpenOrigins
from shared.web.traced import trace_requests

VERSION = "0.1.0"
READERS_PATHS = ("/v1/articles/", "/v1/comments/", "/v1/clicks")
"""What a page with the widgets calls; moderation is for its own pages alone."""

Nudge = Callable[[int], None]


def create_app() -> OpenAPI:
    """The app with the settings of its environment."""
    settings = load(CommentsSettings, "comments")
    configure_logs(settings.log_format)
    start_tracing("comments", settings)
    app = assemble(
        settings,
        store=connect(settings.redis_url),
        engine=make_engine(settings.database_url, settings.database_answer_seconds),
        clock=system_clock,
        nudge=Nudger(make_celery("redian.comments", settings.broker)),
    )
    keep_on_one_core(app)
    return app


def assemble(
    settings: CommentsSettings, *, store: Store, engine: Engine, clock: Clock, nudge: Nudge | None = None
) -> OpenAPI:
    """The app on the stores, clock and nudger that are passed in. Nothing is connected yet."""
    ground = _make_ground(settings, store, engine, clock, nudge)
    app = ground.app
    standards, guests, warm = make_standards(ground), make_guests(ground), Warm(clock)
    articles = Articles(ground.database, ground.outbox, standards.nicknames, clock)
    app.register_api(article_routes(articles))
    clicks, batches = add_clicks(ground)
    add_threads(ground, standards, guests, Reads(warm, clock))
    add_moderation(ground, standards, articles)
    add_words(ground, standards)
    add_desk(ground, standards.nicknames)
    add_mails(ground)
    add_webhooks(ground)
    add_transfers(ground)
    add_own_data(ground, guests)
    add_commands(ground)
    front = ClickFront(Front(app.wsgi_app, warm.find, Answered(ground.registry)), clicks, batches, ground.keys)
    reserve = reserve_for(ground.keys, ground.sessions)
    # As Flask's documentation puts a layer before an app.
    app.wsgi_app = OpenOrigins(  # type: ignore[method-assign]
        Admission(front, clock, settings.most_wait_ms, reserve, ground.registry),
        READERS_PATHS,
        settings.embed_origins,
        "GET, POST, PUT, PATCH, DELETE",
    )
    trace_requests(app)
    return app


def _make_ground(settings: CommentsSettings, store: Store, engine: Engine, clock: Clock, nudge: Nudge | None) -> Ground:
    secret, database = settings.secret_key.get_secret_value(), Database(engine)
    event_log = EventLog(
        store, clock, partitions=settings.partitions, nudge=nudge, visit_interval_ms=settings.visit_interval_ms
    )
    outbox, registry, keys = Outbox(database, event_log, clock), CollectorRegistry(), KeyRing(settings.api_keys)
    registry.register(OutboxCollector(outbox, clock))
    sessions = Sessions(secret, keys, store, clock)
    checks = {"database": database.check, "log": event_log.check}
    return Ground(
        app=make_app(WebParts("comments_service", "Redian comments", VERSION, keys, checks, registry, sessions)),
        settings=settings,
        store=store,
        database=database,
        event_log=event_log,
        outbox=outbox,
        clock=clock,
        registry=registry,
        keys=keys,
        sessions=sessions,
        visitors=Visitors(secret, settings.trusted_proxies),
    )
