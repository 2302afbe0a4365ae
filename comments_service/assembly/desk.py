"""The desk: its page, its door, and what moderators and administrators do behind it."""

from comments_service.accounts.accounts import Accounts
from comments_service.accounts.commands import make_administrator_command
from comments_service.accounts.entrance import Entrance
from comments_service.accounts.passwords import Passwords
from comments_service.articles import Articles
from comments_service.assembly.ground import Ground
from comments_service.assembly.standards import Standards
from comments_service.decisions import Decisions
from comments_service.desk.assets import Assets
from comments_service.desk.pages import desk_pages
from comments_service.desk.sign_in import SignIn
from comments_service.desk.tries import Tries
from comments_service.dossiers import Dossiers
from comments_service.nicknames import Nicknames
from comments_service.overview import Overviews
from comments_service.queue import Queue
from comments_service.routes.accounts import account_routes
from comments_service.routes.bans import ban_routes
from comments_service.routes.moderated_articles import moderated_article_routes
from comments_service.routes.moderation import moderation_routes
from comments_service.routes.overview import overview_routes
from comments_service.routes.sessions import session_routes
from comments_service.routes.words import word_routes
from comments_service.words.command import make_test_command, make_words_command
from shared.web.callers import Callers


def add_desk(ground: Ground, nicknames: Nicknames) -> None:
    """The page, sign-in, and the accounts of those who go in."""
    app, settings = ground.app, ground.settings
    tries = Tries(ground.store, settings.trusted_proxies, ground.registry)
    entrance = Entrance(ground.database, ground.sessions, Passwords(), ground.clock)
    sign_in = SignIn(ground.keys, ground.sessions, entrance, tries)
    callers = Callers(ground.keys, ground.sessions)
    app.register_api(session_routes(callers, sign_in, tuple(settings.trusted_proxies)))
    accounts = Accounts(ground.database, ground.sessions, nicknames, ground.clock, ground.keys.names)
    app.register_api(account_routes(accounts, ground.clock, settings.portal_url))
    app.register_blueprint(desk_pages(Assets.read()))
    app.cli.add_command(make_administrator_command(accounts, settings.portal_url))


def add_moderation(ground: Ground, standards: Standards, articles: Articles) -> None:
    """The routes of the queue, of decisions, bans, modes and numbers."""
    app, database, outbox, clock = ground.app, ground.database, ground.outbox, ground.clock
    app.register_api(ban_routes(standards.bans, clock))
    app.register_api(moderated_article_routes(articles, standards.mode_of))
    dossiers = Dossiers(database, standards.word_filter)
    app.register_api(moderation_routes(database, Queue(database), dossiers, Decisions(database, outbox, clock)))
    app.register_api(overview_routes(Overviews(database, outbox, clock)))


def add_words(ground: Ground, standards: Standards) -> None:
    """The word list: its routes and its commands."""
    ground.app.register_api(word_routes(standards.words, standards.word_filter))
    ground.app.cli.add_command(make_words_command(standards.words))
    ground.app.cli.add_command(make_test_command(standards.word_filter))
