"""The web app of ranking_service: where its parts meet."""

from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from ranking_service.assembly import Stores
from ranking_service.boards import load_boards
from ranking_service.channels import Channels
from ranking_service.commands import install_commands
from ranking_service.freezes import Freezes
from ranking_service.front import HEADERS, RankingReads
from ranking_service.hours import Hours
from ranking_service.lag import LagCollector
from ranking_service.lookup import Lookup
from ranking_service.overlay import Overlays
from ranking_service.rankings import Rankings
from ranking_service.reader import Reader
from ranking_service.round_trips import RoundTrips
from ranking_service.routes.articles import article_routes
from ranking_service.routes.health import health_routes
from ranking_service.routes.overlay import OverlayDesk, overlay_routes
from ranking_service.routes.rankings import ranking_routes
from ranking_service.routes.trail import trail_routes
from ranking_service.scripts import Scripts
from ranking_service.settings import RankingSettings
from ranking_service.stats import Stats
from shared.api_keys import KeyRing
from shared.clock import Clock, system_clock
from shared.database import check_database, make_engine
from shared.event_log import EventLog
from shared.logs import configure_logs
from shared.sessions import Sessions
from shared.settings import load
from shared.store import Store, connect
from shared.tracing import start_tracing
from shared.web import WebParts, make_app
from shared.web.admission import Admission, reserve_for
from shared.web.cache import AnswerCache
from shared.web.front import Answered, Front
from shared.web.one_core import keep_on_one_core
from shared.web.origins import EVERYBODY, OpenOrigins
from shared.web.traced import trace_requests

VERSION = "0.1.0"


def create_app() -> OpenAPI:
    """The app with the settings of its environment."""
    settings = load(RankingSettings, "ranking")
    configure_logs(settings.log_format)
    start_tracing("ranking", settings)
    engine = make_engine(settings.database_url, settings.database_answer_seconds)
    app = assemble(settings, store=connect(settings.redis_url), engine=engine, clock=system_clock)
    keep_on_one_core(app)
    return app


def assemble(settings: RankingSettings, *, store: Store, engine: Engine, clock: Clock) -> OpenAPI:
    """The app on the stores and the clock that are passed in. Nothing is connected yet."""
    partitions, boards = settings.partitions, load_boards(settings.boards_file)
    log = EventLog(store, clock, partitions=partitions)
    cache, overlays = AnswerCache(clock, HEADERS), Overlays(engine, store, clock)
    freezes = Freezes(engine, store, boards, partitions)
    trips = RoundTrips(store)
    rankings = Rankings(boards, Reader(trips, clock, partitions), Lookup(trips, partitions), freezes)
    registry = CollectorRegistry()
    registry.register(LagCollector(store, log, clock))

    checks = {"database": lambda: check_database(engine), "boards": log.check}
    keys = KeyRing(settings.api_keys)
    sessions = Sessions(settings.secret_key.get_secret_value(), keys, store, clock)
    app = make_app(WebParts("ranking_service", "Redian rankings", VERSION, keys, checks, registry, sessions))
    app.register_api(ranking_routes(rankings, cache, clock, settings.portal_url))
    stats = Stats(store, boards, Scripts(store), clock, partitions)
    app.register_api(article_routes(stats, Channels(store, boards, partitions), cache))
    app.register_api(overlay_routes(OverlayDesk(overlays, boards, cache, partitions)))
    app.register_api(trail_routes(overlays))
    app.register_api(health_routes(store, log, Hours(engine, store, clock, partitions)))
    install_commands(app, Stores(store, engine, clock, partitions), boards, overlays)
    reads, answered = RankingReads(rankings, cache), Answered(registry)
    boards_first = Front(app.wsgi_app, reads.made, answered)
    admission = Admission(boards_first, clock, settings.most_wait_ms, reserve_for(keys, sessions), registry)
    # Rankings are public: any site's page may show them.
    opened = OpenOrigins(admission, ("/v1/",), None)
    # What is warm costs less than its refusal, so it stands before all else; it says itself that it is public.
    app.wsgi_app = Front(opened, reads.warm, answered, EVERYBODY)  # type: ignore[method-assign]  # as Flask's documentation does
    trace_requests(app)
    return app
