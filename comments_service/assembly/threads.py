"""Threads: comments in and out, votes on them, and what keeps floods of them away."""

from comments_service.assembly.ground import Ground
from comments_service.assembly.standards import Standards
from comments_service.avatars import Avatars
from comments_service.challenge import Challenges
from comments_service.comments import Comments
from comments_service.floods import Floods
from comments_service.gate import Gate
from comments_service.latest import Latest
from comments_service.members import Members
from comments_service.origin import Origins
from comments_service.posts import Posts
from comments_service.reader import Readers
from comments_service.routes.answers import Presenter
from comments_service.routes.avatars import avatar_routes
from comments_service.routes.challenges import challenge_routes
from comments_service.routes.comments import comment_routes
from comments_service.routes.feeds import feed_routes
from comments_service.routes.guests import Guests
from comments_service.routes.latest import latest_routes
from comments_service.routes.limits import Limits
from comments_service.routes.posts import with_posts
from comments_service.routes.reads import Reads
from comments_service.routes.votes import vote_routes
from comments_service.rules import RuleBook
from comments_service.spent import SpentSolutions
from comments_service.switches import Switches
from comments_service.threads import Threads
from comments_service.votes import Votes
from shared.clock import MINUTE_MS


def add_threads(ground: Ground, standards: Standards, guests: Guests, reads: Reads) -> None:
    """The routes of comments, votes, the latest and their feeds."""
    app, database, outbox, clock = ground.app, ground.database, ground.outbox, ground.clock
    presenter = Presenter(
        Avatars(ground.secret), standards.mode_of, offers_mails=ground.settings.mail_server is not None
    )
    limits = Limits(app, ground.settings, ground.store, guests, ground.registry)
    gate = _add_gate(ground, standards.rules)
    comments = Comments(database, outbox, standards.moderation, clock)
    routes = comment_routes(comments, Threads(database), guests, reads, presenter, limits)
    posts = Posts(database, outbox, standards.moderation, standards.nicknames, clock)
    app.register_api(with_posts(routes, posts, guests, presenter, limits, gate))
    app.register_api(latest_routes(Latest(database), guests, reads, presenter))
    app.register_api(feed_routes(Latest(database), reads, ground.settings.portal_url, clock))
    app.register_api(avatar_routes())
    votes = Votes(database, outbox, clock, standards.rules, standards.bans)
    app.register_api(vote_routes(votes, guests, limits))


def make_guests(ground: Ground) -> Guests:
    """Who tells the readers behind requests."""
    settings = ground.settings
    members = Members(
        settings.member_keys,
        ground.clock,
        ground.secret,
        issuer=settings.member_issuer,
        audience=settings.member_audience,
    )
    origins = Origins(ground.secret, settings.trusted_proxies)
    trusted = tuple(settings.trusted_proxies)
    return Guests(Readers(ground.secret), members, ground.keys, ground.visitors, origins, trusted)


def _add_gate(ground: Ground, rules: RuleBook) -> Gate:
    """The gate, and the routes by which moderators open and close it."""
    switches, floods = Switches(ground.database, ground.clock), Floods(ground.store, ground.clock)
    challenges = Challenges(
        ground.secret,
        ground.clock,
        difficulty_bits=ground.settings.challenge_bits,
        valid_ms=ground.settings.challenge_minutes * MINUTE_MS,
    )
    ground.app.register_api(challenge_routes(switches, floods, rules))
    spent = SpentSolutions(ground.store, ground.clock)
    return Gate(switches, floods, spent, challenges, rules, ground.registry, is_on=ground.has_limits)
