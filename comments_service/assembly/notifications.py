"""Notifications: mails about replies, and webhooks."""

from comments_service.assembly.ground import Ground
from comments_service.mails.mails import Mails
from comments_service.mails.subscriptions import Subscriptions
from comments_service.mails.tokens import Tokens
from comments_service.metrics import NotificationCollector
from comments_service.routes.deliveries import delivery_routes
from comments_service.routes.mail import mail_routes
from comments_service.routes.webhooks import webhook_routes
from comments_service.webhooks.commands import webhooks_command
from comments_service.webhooks.deliveries import Deliveries
from comments_service.webhooks.hooks import Webhooks
from comments_service.webhooks.signatures import Secrets


def add_mails(ground: Ground) -> None:
    """The pages of reply mails, with their metrics."""
    database, clock = ground.database, ground.clock
    subscriptions = Subscriptions(database, ground.secret, clock)
    ground.registry.register(NotificationCollector("mails", Mails(database, subscriptions, clock), clock))
    ground.app.register_api(mail_routes(subscriptions, Tokens(ground.secret, clock)))


def add_webhooks(ground: Ground) -> None:
    """Webhooks: their routes, their command and their metric."""
    app, clock = ground.app, ground.clock
    webhooks, deliveries = Webhooks(ground.database, clock), Deliveries(ground.database, clock)
    ground.registry.register(NotificationCollector("webhook_deliveries", deliveries, clock))
    allow_private = ground.settings.webhook_private_networks
    app.register_api(webhook_routes(webhooks, Secrets(ground.secret), allow_private=allow_private))
    app.register_api(delivery_routes(webhooks, deliveries))
    app.cli.add_command(webhooks_command(webhooks, deliveries))
