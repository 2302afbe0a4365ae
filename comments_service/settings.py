"""The settings of comments_service beyond those that both services share."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field

from shared.clock import MINUTE_MS
from shared.settings import Settings


class CommentsSettings(Settings):
    """What the write side reads from its environment, once, at the start."""

    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default_factory=list,
        description="JSON list of networks whose X-Forwarded-For is believed, such as the gateway's.",
    )
    visit_interval_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30

    reports_to_queue: Annotated[int, Field(ge=1, le=1_000)] = Field(
        3, description="So many readers' reports put a published comment into the moderators' queue."
    )

    webhook_private_networks: bool = Field(
        False, description="Let webhooks lead to addresses that are not public, and to plain http."
    )

    @property
    def visit_interval_ms(self) -> int:
        """How long a visitor's repeated clicks on one article count once; 0 counts each."""
        return self.visit_interval_minutes * MINUTE_MS
