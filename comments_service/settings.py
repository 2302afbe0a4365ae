"""The settings of comments_service beyond those that both services share."""

from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self

from limits import parse_many
from pydantic import AfterValidator, Field, SecretStr, model_validator

from comments_service.mails.server import MAIL_ADDRESS, MailServer
from comments_service.members import MemberKey, unique_kids
from comments_service.rules import DEFAULT_FILE
from shared.clock import DAY_MS, MINUTE_MS
from shared.settings import Settings


def _readable(limit: str) -> str:
    parse_many(limit)
    return limit


Limit = Annotated[str, AfterValidator(_readable)]
"""Rate limits as Flask-Limiter writes them, such as `6 per minute; 60 per hour`."""


class CommentsSettings(Settings):
    """What the write side reads from its environment, once, at the start."""

    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        default_factory=list,
        description="JSON list of networks whose X-Forwarded-For is believed, such as the gateway's.",
    )
    visit_interval_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30
    visitors_per_address: Annotated[int, Field(ge=0)] = Field(
        2_000, description="So many visitors of one address count on an article within a visit interval; 0 counts all."
    )

    rules_file: Path = Field(DEFAULT_FILE, description="The rules of moderation; every process needs the same.")
    rate_limits: Literal["on", "off"] = Field("on", description="Rate limits, challenges and the refusal of repeats.")
    limit_comments_reader: Limit = "6 per minute; 60 per hour"
    limit_comments_network: Limit = "60 per minute; 600 per hour"
    limit_comments_article: Limit = "300 per minute"
    limit_actions_reader: Limit = "60 per minute"
    limit_actions_network: Limit = "600 per minute"
    challenge_bits: Annotated[int, Field(ge=1, le=28)] = Field(
        17, description="Zero bits that a proof of work needs: 17 are about a second in a browser of a phone."
    )
    challenge_minutes: Annotated[int, Field(ge=1, le=60)] = Field(10, description="How long a challenge is good.")
    origin_days: Annotated[int, Field(ge=0, le=3_650)] = Field(
        30, description="So many days it is kept from which network, and by a hash from which address, a comment came."
    )

    portal_url: str = Field("http://127.0.0.1:8000", description="Where readers reach this installation.")
    smtp_url: SecretStr = Field(SecretStr(""), description="The mail server; empty sends, offers and stores nothing.")
    mail_from: str = Field("", description="Who the mails come from, such as `Portal <no-reply@portal.example>`.")

    webhook_private_networks: bool = Field(
        False, description="Let webhooks lead to addresses that are not public, and to plain http."
    )
    member_keys: Annotated[list[MemberKey], AfterValidator(unique_kids)] = Field(
        default_factory=list, description="JSON list of the keys by which the portal's tokens of members are verified."
    )
    member_issuer: str = Field("", description="`iss` that a member's token has to carry; empty asks for none.")
    member_audience: str = Field("", description="`aud` that a member's token has to carry; empty asks for none.")
    protected_nicknames: list[str] = Field(
        default=["admin", "administrator", "moderator", "editor", "管理员", "版主", "站长", "编辑", "小编", "官方"],
        description="JSON list of names under which no guest may write, beside editors' and members'.",
    )

    embed_origins: list[Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]] = Field(
        default_factory=list,
        description="JSON list of origins whose pages may call the readers' API, such as https://www.example.org.",
    )

    @property
    def mail_server(self) -> MailServer | None:
        """Where mails are handed in; None when there are none."""
        url = self.smtp_url.get_secret_value()
        return MailServer.parse(url) if url else None

    @model_validator(mode="after")
    def _mail_is_complete(self) -> Self:
        try:
            is_on = self.mail_server is not None
        except ValueError as error:
            raise ValueError(f"SMTP_URL {error}") from None
        if is_on and not MAIL_ADDRESS.fullmatch(parseaddr(self.mail_from)[1]):
            raise ValueError("MAIL_FROM must name a sender, such as no-reply@portal.example, when there is an SMTP_URL")
        return self

    @property
    def visit_interval_ms(self) -> int:
        """How long a visitor's repeated clicks on one article count once; 0 counts each."""
        return self.visit_interval_minutes * MINUTE_MS

    @property
    def origin_ms(self) -> int:
        """How long the origin of a comment is kept."""
        return self.origin_days * DAY_MS
