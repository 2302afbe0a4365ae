"""`webhooks`: what an operator can see of them without an API key."""

import click

from comments_service.webhooks.deliveries import Deliveries, DeliveryStatus
from comments_service.webhooks.hooks import Webhooks
from shared.clock import to_rfc3339
from shared.sentences import errors_as_sentences

STATUSES = click.Choice([status.value for status in DeliveryStatus])


def webhooks_command(webhooks: Webhooks, deliveries: Deliveries) -> click.Group:
    """The commands on the webhooks."""

    @click.group("webhooks")
    def group() -> None:
        """The webhooks and what became of their deliveries."""

    @group.command("list")
    def list_webhooks() -> None:
        """One line a webhook: id, on or off, the events, the address."""
        with errors_as_sentences():
            for each in webhooks.all():
                click.echo(f"{each.id}  {'on ' if each.is_active else 'off'}  {','.join(each.events)}  {each.url}")

    @group.command("deliveries")
    @click.argument("webhook_id")
    @click.option("--status", type=STATUSES, help="Those in one state; all without it.")
    @click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
    def list_deliveries(webhook_id: str, status: str | None, limit: int) -> None:
        """The newest deliveries of a webhook, one a line."""
        with errors_as_sentences():
            webhooks.get(webhook_id)
            found, _ = deliveries.page(webhook_id, limit=limit, status=DeliveryStatus(status) if status else None)
        for each in found:
            outcome = each.last_error or each.last_status or "-"
            click.echo(
                f"{each.id}  {to_rfc3339(each.created_at)}  {each.kind}  {each.status}  "
                f"attempts={each.attempts}  {outcome}"
            )

    return group
