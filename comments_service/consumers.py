"""The consumers of the log in this service: what its worker projects, and what a retried dead letter is given to."""

from comments_service.counts import click_counts
from comments_service.database import Database
from comments_service.dead_letters import CommentLetters
from comments_service.mails.mails import Mails
from comments_service.mails.subscriptions import Subscriptions
from comments_service.projections import Projection
from comments_service.settings import CommentsSettings
from comments_service.webhooks.deliveries import Deliveries
from shared.clock import Clock
from shared.event_log import EventLog


def make_projections(
    settings: CommentsSettings, database: Database, event_log: EventLog, clock: Clock
) -> list[Projection]:
    """Every projection of this service."""
    mails = Mails(database, make_subscriptions(settings, database, clock), clock)
    return [
        click_counts(database, event_log),
        Deliveries(database, clock).projection(event_log),
        mails.projection(event_log, is_on=settings.mail_server is not None),
    ]


def make_subscriptions(settings: CommentsSettings, database: Database, clock: Clock) -> Subscriptions:
    """Who wants mails."""
    return Subscriptions(database, settings.secret_key.get_secret_value(), clock)


def make_letters(settings: CommentsSettings, database: Database, event_log: EventLog, clock: Clock) -> CommentLetters:
    """What these projections could not parse."""
    projections = make_projections(settings, database, event_log, clock)
    return CommentLetters(database, {each.consumer: each.fold for each in projections})
