"""Roles: what an account may do."""

from enum import StrEnum

from comments_service.tables import Account
from shared.api_keys import Caller, Scope


class Role(StrEnum):
    """What somebody is at the desk."""

    EDITOR = "editor"
    """Moderates, in all channels or in some."""
    ADMINISTRATOR = "administrator"
    """Moderates in every channel, withdraws articles, and manages the accounts."""


SCOPES = {
    Role.EDITOR: frozenset({Scope.MODERATE}),
    Role.ADMINISTRATOR: frozenset({Scope.MODERATE, Scope.CMS, Scope.ADMINISTER}),
}


def caller_of(account: Account) -> Caller:
    """Whom a session of the account acts for."""
    channels = None if account.channels is None else frozenset(account.channels)
    return Caller(name=account.name, scopes=SCOPES[Role(account.role)], channels=channels)
