"""The account routes: administrators invite, change and disable whoever signs in at the desk."""

from typing import Annotated, Any

from flask import Response, g
from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]  # re-exported without __all__
from pydantic import BaseModel, Field, model_validator

from comments_service.accounts.accounts import Accounts, Changes
from comments_service.accounts.invitations import Invitation
from comments_service.accounts.names import AccountName
from comments_service.accounts.roles import Role
from comments_service.routes.articles import KEYED, Channel
from comments_service.routes.held import time_or_none
from comments_service.routes.sessions import uncached
from comments_service.routes.types import ULID, NoQuery
from comments_service.tables import Account
from shared.api_keys import Scope
from shared.clock import Clock, to_rfc3339
from shared.web import Input, needs
from shared.web.specification import problems

Channels = Annotated[list[Channel], Field(min_length=1, max_length=100)]


class AccountBody(Input):
    """Whom to invite; without channels for all of them, as an administrator always is."""

    name: AccountName
    role: Role
    channels: Channels | None = None


class AccountChange(Input):
    """What is to change; null is every channel."""

    role: Role | None = None
    channels: Channels | None = None
    disabled: bool | None = Field(None, strict=True)

    @model_validator(mode="after")
    def _changes_something(self) -> "AccountChange":
        if not self.model_fields_set:
            raise ValueError("must name at least one field")
        return self

    def changes(self) -> Changes:
        """As accounts are told of it."""
        wanted: Changes = {}
        if self.role is not None:
            wanted["role"] = self.role
        if "channels" in self.model_fields_set:
            wanted["channels"] = self.channels
        if self.disabled is not None:
            wanted["is_disabled"] = self.disabled
        return wanted


class AccountPath(Input):
    """The `{id}` of an account in a path."""

    account_id: str = Field(pattern=ULID)


class AccountAnswer(BaseModel):
    """An account; `invited` is one without a password, until its owner chooses one."""

    id: str
    name: str
    role: Role
    channels: list[str] | None
    disabled: bool
    invited: bool
    invitation_ends_at: str | None
    created_by: str
    created_at: str
    signed_in_at: str | None


class InvitationAnswer(AccountAnswer):
    """An account with its one-time link, which is told at this moment only."""

    link: str


class AccountsAnswer(BaseModel):
    """Every account, by name."""

    accounts: list[AccountAnswer]


def account_routes(accounts: Accounts, clock: Clock, portal_url: str) -> APIBlueprint:
    """The routes of accounts."""
    routes = APIBlueprint("accounts", __name__, url_prefix="/v1/moderation/accounts")
    routes.before_request(_require_every_channel)

    def present(account: Account) -> dict[str, Any]:
        same = {name: getattr(account, name) for name in ("id", "name", "role", "channels", "created_by")}
        ends_at = account.invitation_ends_at
        return same | {
            "disabled": account.is_disabled,
            "invited": account.password_hash is None,
            "invitation_ends_at": to_rfc3339(ends_at) if ends_at and ends_at > clock() else None,
            "created_at": to_rfc3339(account.created_at),
            "signed_in_at": time_or_none(account.signed_in_at),
        }

    def hand_over(invitation: Invitation) -> Response:
        return uncached(present(invitation.account) | {"link": invitation.link(portal_url)})

    @routes.get("", summary="The accounts", security=KEYED, responses={200: AccountsAnswer})
    @needs(Scope.ADMINISTER)
    def list_accounts(query: NoQuery) -> Response:  # noqa: ARG001  # refuses parameters
        return uncached({"accounts": [present(each) for each in accounts.all()]})

    @routes.post("", summary="Invite somebody", security=KEYED, responses={201: InvitationAnswer, **problems(409)})
    @needs(Scope.ADMINISTER)
    def invite(body: AccountBody) -> tuple[Response, int]:
        return hand_over(accounts.invite(body.name, body.role, body.channels, g.caller.name)), 201

    @routes.patch(
        "/<account_id>",
        summary="Change, disable or enable an account, and end its sessions",
        security=KEYED,
        responses={200: AccountAnswer, **problems(409)},
    )
    @needs(Scope.ADMINISTER)
    def change(path: AccountPath, body: AccountChange) -> Response:
        return uncached(present(accounts.change(path.account_id, body.changes(), g.caller.name)))

    @routes.post(
        "/<account_id>/invitation",
        summary="Void an account's password, and let its owner choose another",
        security=KEYED,
        responses={201: InvitationAnswer},
    )
    @needs(Scope.ADMINISTER)
    def reset(path: AccountPath) -> tuple[Response, int]:
        return hand_over(accounts.reset(path.account_id, g.caller.name)), 201

    return routes


def _require_every_channel() -> None:
    """Accounts are of every channel, so a key that is held to some has no part in them."""
    g.caller.require_channel(None)
