"""The web app of comments_service: where its parts meet."""

from collections.abc import Callable

from flask_openapi3 import OpenAPI  # type: ignore[attr-defined]  # re-exported without __all__
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from comments_service.accounts.accounts import Accounts
from comments_service.accounts.commands import make_administrator_command
from comments_service.accounts.entrance import Entrance
from comments_service.accounts.passwords import Passwords
from comments_service.articles import Articles
from comments_service.avatars import Avatars
from comments_service.bans import Bans
from comments_service.challenge import Challenges
from comments_service.click_front import ClickFront
from comments_service.clicks import ClickDesk, click_metric
from comments_service.commands import install_commands
from comments_service.comments import Comments
from comments_service.consumers import make_letters
from comments_service.crowds import Crowds
from comments_service.database import Database
from comments_service.decisions import Decisions
from comments_service.desk.assets import Assets
from comments_service.desk.pages import desk_pages
from comments_service.desk.sign_in import SignIn
from comments_service.desk.tries import Tries
from comments_service.dossiers import Dossiers
from comments_service.exports import make_export_command
from comments_service.floods import Floods
from comments_service.front import Warm
from comments_service.gate import Gate
from comments_service.group_commit import GroupCommit
from comments_service.imports import make_import_command
from comments_service.ingest import BatchDesk
from comments_service.latest import Latest
from comments_service.mails.mails import Mails
from comments_service.mails.subscriptions import Subscriptions
from comments_service.mails.tokens import Tokens
from comments_service.members import Members
from comments_service.metrics import LetterCollector, NotificationCollector, OutboxCollector
from comments_service.moderation import Moderation
from comments_service.nicknames import Nicknames
from comments_service.origin import Origins
from comments_service.outbox import Outbox
from comments_service.overview import Overviews
from comments_service.posts import Posts
from comments_service.queue import Queue
from comments_service.reader import Readers
from comments_service.reader_data import Erasure, Inventory, Person, make_reader_data_command
from comments_service.routes.accounts import account_routes
from comments_service.routes.answers import Presenter
from comments_service.routes.articles import article_routes
from comments_service.routes.avatars import avatar_routes
from comments_service.routes.bans import ban_routes
from comments_service.routes.challenges import challenge_routes
from comments_service.routes.clicks import click_routes
from comments_service.routes.comments import comment_routes
from comments_service.routes.deliveries import delivery_routes
from comments_service.routes.feeds import feed_routes
from comments_service.routes.guests import Guests
from comments_service.routes.latest import latest_routes
from comments_service.routes.limits import Limits
from comments_service.routes.mail import mail_routes
from comments_service.routes.moderated_articles import moderated_article_routes
from comments_service.routes.moderation import moderation_routes
from comments_service.routes.overview import overview_routes
from comments_service.routes.own_data import own_data_routes
from comments_service.routes.posts import with_posts
from comments_service.routes.reads import Reads
from comments_service.routes.sessions import session_routes
from comments_service.routes.votes import vote_routes
from comments_service.routes.webhooks import webhook_routes
from comments_service.routes.words import word_routes
from comments_service.rules import Mode, RuleBook, load_rules
from comments_service.settings import CommentsSettings
from comments_service.spent import SpentSolutions
from comments_service.switches import Switches
from comments_service.tables import Article
from comments_service.threads import Threads
from comments_service.visitors import Visitors
from comments_service.votes import Votes
from comments_service.webhooks.commands import webhooks_command
from comments_service.webhooks.deliveries import Deliveries
from comments_service.webhooks.hooks import Webhooks
from comments_service.webhooks.signatures import Secrets
from comments_service.words import WordFilter, WordList
from comments_service.words.command import make_test_command, make_words_command
from comments_service.words.folding import FoldTable
from shared.api_keys import KeyRing
from shared.bus import Nudger
from shared.celery_app import make_celery
from shared.clock import MINUTE_MS, Clock, system_clock
from shared.database import make_engine
from shared.dead_letter_commands import make_dead_letter_commands
from shared.event_log import EventLog
from shared.logs import configure_logs
from shared.sessions import Sessions
from shared.settings import load
from shared.store import Store, connect
from shared.tracing import start_tracing
from shared.web import WebParts, make_app
from shared.web.admission import Admission, reserve_for
from shared.web.callers import Callers
from shared.web.front import Front
from shared.web.origins import OpenOrigins
from shared.web.traced import trace_requests

VERSION = "0.1.0"
READERS_PATHS = ("/v1/articles/", "/v1/comments/", "/v1/clicks")
"""What a page with the widgets calls; moderation is for its own pages alone."""


def create_app() -> OpenAPI:
    """The app with the settings of its environment."""
    settings = load(CommentsSettings, "comments")
    configure_logs(settings.log_format)
    start_tracing("comments", settings)
    return assemble(
        settings,
        store=connect(settings.redis_url),
        engine=make_engine(settings.database_url, settings.database_answer_seconds),
        clock=system_clock,
        nudge=Nudger(make_celery("redian.comments", settings.broker)),
    )


def assemble(
    settings: CommentsSettings,
    *,
    store: Store,
    engine: Engine,
    clock: Clock,
    nudge: Callable[[int], None] | None = None,
) -> OpenAPI:
    """The app on the stores, clock and nudger that are passed in. Nothing is connected yet."""
    database = Database(engine)
    event_log = EventLog(
        store, clock, partitions=settings.partitions, nudge=nudge, visit_interval_ms=settings.visit_interval_ms
    )
    outbox = Outbox(database, event_log, clock)
    keys = KeyRing(settings.api_keys)
    sessions = Sessions(settings.secret_key.get_secret_value(), keys, store, clock)
    visitors = Visitors(settings.secret_key.get_secret_value(), settings.trusted_proxies)
    registry = CollectorRegistry()
    registry.register(OutboxCollector(outbox, clock))

    checks = {"database": database.check, "log": event_log.check}
    app = make_app(WebParts("comments_service", "Redian comments", VERSION, keys, checks, registry, sessions))
    fold_table = FoldTable()
    nicknames = Nicknames(fold_table, settings.protected_nicknames)
    articles = Articles(database, outbox, nicknames, clock)
    app.register_api(article_routes(articles))
    clicks, batches = make_desks(settings, event_log, keys, visitors, clock, registry)
    app.register_api(click_routes(clicks, batches))
    warm = Warm(clock)
    secret, guests = settings.secret_key.get_secret_value(), make_guests(settings, keys, visitors, clock)
    rules, bans = load_rules(settings.rules_file), Bans(database, fold_table, clock)
    words = WordList(database, fold_table, clock)
    word_filter = WordFilter(words, fold_table, clock)
    moderation = Moderation(rules, bans, word_filter, fold_table, minds_repeats=settings.rate_limits == "on")

    def mode_of(article: Article) -> Mode:
        return rules.mode_of(article, clock())

    presenter = Presenter(Avatars(secret), mode_of, offers_mails=settings.mail_server is not None)
    limits = Limits(app, settings, store, guests, registry)
    gate, reads = add_gate(app, settings, database, store, clock, rules, registry), Reads(warm, clock)
    routes = comment_routes(
        Comments(database, outbox, moderation, clock), Threads(database), guests, reads, presenter, limits
    )
    posts = Posts(database, outbox, moderation, nicknames, clock)
    app.register_api(with_posts(routes, posts, guests, presenter, limits, gate))
    add_latest(app, settings, database, guests, reads, presenter, clock)
    app.register_api(vote_routes(Votes(database, outbox, clock, rules, bans), guests, limits))
    app.register_api(ban_routes(bans, clock))
    app.register_api(moderated_article_routes(articles, mode_of))
    app.register_api(
        moderation_routes(
            database, Queue(database), Dossiers(database, word_filter), Decisions(database, outbox, clock)
        )
    )
    app.register_api(overview_routes(Overviews(database, outbox, clock)))
    add_words(app, words, word_filter)
    tries = Tries(store, settings.trusted_proxies, registry)
    sign_in = SignIn(keys, sessions, Entrance(database, sessions, Passwords(), clock), tries)
    add_desk(app, settings, sign_in, Accounts(database, sessions, nicknames, clock, keys.names), clock)
    add_mails(app, secret, database, clock, registry)
    add_webhooks(app, settings, database, clock, registry)
    add_transfers(app, secret, guests, database, outbox, clock)
    add_commands(app, settings, database, event_log, clock, registry)
    front = ClickFront(Front(app.wsgi_app, warm.find, registry), clicks, batches, keys)
    # As Flask's documentation puts a layer before an app.
    app.wsgi_app = OpenOrigins(  # type: ignore[method-assign]
        Admission(front, clock, settings.most_wait_ms, reserve_for(keys, sessions), registry),
        READERS_PATHS,
        settings.embed_origins,
        "GET, POST, PUT, PATCH, DELETE",
    )
    trace_requests(app)
    return app


def add_desk(app: OpenAPI, settings: CommentsSettings, sign_in: SignIn, accounts: Accounts, clock: Clock) -> None:
    """The desk: its page, its door, and the accounts of those who go in."""
    callers = Callers(sign_in.keys, sign_in.sessions)
    app.register_api(session_routes(callers, sign_in, tuple(settings.trusted_proxies)))
    app.register_api(account_routes(accounts, clock, settings.portal_url))
    app.register_blueprint(desk_pages(Assets.read()))
    app.cli.add_command(make_administrator_command(accounts, settings.portal_url))


def add_words(app: OpenAPI, words: WordList, word_filter: WordFilter) -> None:
    """The word list: its routes and its commands."""
    app.register_api(word_routes(words, word_filter))
    app.cli.add_command(make_words_command(words))
    app.cli.add_command(make_test_command(word_filter))


def make_desks(
    settings: CommentsSettings,
    event_log: EventLog,
    keys: KeyRing,
    visitors: Visitors,
    clock: Clock,
    registry: CollectorRegistry,
) -> tuple[ClickDesk, BatchDesk]:
    """What takes clicks, one at a time and in batches."""
    metric, commit = click_metric(registry), GroupCommit(event_log)
    crowds = make_crowds(settings, visitors, clock)
    return (
        ClickDesk(commit, keys, visitors, crowds, clock, metric),
        BatchDesk(event_log, commit, visitors, clock, metric),
    )


def make_crowds(settings: CommentsSettings, visitors: Visitors, clock: Clock) -> Crowds:
    """How many visitors of one address count."""
    most = settings.visitors_per_address if settings.rate_limits == "on" else 0
    return Crowds(visitors, clock, most=most, interval_ms=settings.visit_interval_ms)


def make_guests(settings: CommentsSettings, keys: KeyRing, visitors: Visitors, clock: Clock) -> Guests:
    """Who tells the readers behind requests."""
    secret = settings.secret_key.get_secret_value()
    members = Members(
        settings.member_keys, clock, secret, issuer=settings.member_issuer, audience=settings.member_audience
    )
    origins = Origins(secret, settings.trusted_proxies)
    return Guests(Readers(secret), members, keys, visitors, origins, tuple(settings.trusted_proxies))


def add_latest(
    app: OpenAPI,
    settings: CommentsSettings,
    database: Database,
    guests: Guests,
    reads: Reads,
    presenter: Presenter,
    clock: Clock,
) -> None:
    """The latest comments, their feeds, and the avatars beside them."""
    app.register_api(latest_routes(Latest(database), guests, reads, presenter))
    app.register_api(feed_routes(Latest(database), reads, settings.portal_url, clock))
    app.register_api(avatar_routes())


def add_mails(app: OpenAPI, secret: str, database: Database, clock: Clock, registry: CollectorRegistry) -> None:
    """The pages of reply mails, with their metrics."""
    subscriptions = Subscriptions(database, secret, clock)
    registry.register(NotificationCollector("mails", Mails(database, subscriptions, clock), clock))
    app.register_api(mail_routes(subscriptions, Tokens(secret, clock)))


def add_transfers(app: OpenAPI, secret: str, guests: Guests, database: Database, outbox: Outbox, clock: Clock) -> None:
    """What comes in from other systems and goes out: imports, exports, and a reader's own data."""
    app.cli.add_command(make_import_command(database, outbox, clock))
    app.cli.add_command(make_export_command(database))
    inventory, erasure = Inventory(database), Erasure(database, outbox, clock)
    subscriptions = Subscriptions(database, secret, clock)

    def find(reader: str | None, member: str | None, email: str | None) -> Person:
        own = guests.reader_of_member(member) if member else reader
        return Person(own, email, subscriptions.hash_of(email) if email else None)

    app.register_api(own_data_routes(inventory, erasure, guests))
    app.cli.add_command(make_reader_data_command(inventory, erasure, find))


def add_webhooks(
    app: OpenAPI, settings: CommentsSettings, database: Database, clock: Clock, registry: CollectorRegistry
) -> None:
    """Webhooks: their routes, their command and their metric."""
    webhooks, deliveries = Webhooks(database, clock), Deliveries(database, clock)
    registry.register(NotificationCollector("webhook_deliveries", deliveries, clock))
    secrets = Secrets(settings.secret_key.get_secret_value())
    app.register_api(webhook_routes(webhooks, secrets, allow_private=settings.webhook_private_networks))
    app.register_api(delivery_routes(webhooks, deliveries))
    app.cli.add_command(webhooks_command(webhooks, deliveries))


def add_commands(
    app: OpenAPI,
    settings: CommentsSettings,
    database: Database,
    event_log: EventLog,
    clock: Clock,
    registry: CollectorRegistry,
) -> None:
    """The operators' commands, and the metric that calls for one of them."""
    install_commands(app, database, event_log, clock)
    letters = make_letters(settings, database, event_log, clock)
    registry.register(LetterCollector(letters))
    app.cli.add_command(make_dead_letter_commands(letters))


def add_gate(
    app: OpenAPI,
    settings: CommentsSettings,
    database: Database,
    store: Store,
    clock: Clock,
    rules: RuleBook,
    registry: CollectorRegistry,
) -> Gate:
    """The gate, and the routes by which moderators open and close it."""
    switches, floods = Switches(database, clock), Floods(store, clock)
    challenges = Challenges(
        settings.secret_key.get_secret_value(),
        clock,
        difficulty_bits=settings.challenge_bits,
        valid_ms=settings.challenge_minutes * MINUTE_MS,
    )
    app.register_api(challenge_routes(switches, floods, rules))
    spent, is_on = SpentSolutions(store, clock), settings.rate_limits == "on"
    return Gate(switches, floods, spent, challenges, rules, registry, is_on=is_on)
