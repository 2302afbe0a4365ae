"""`administrator`: the way in for whoever has the machine, as the first administrator and after all are locked out."""

import click
from pydantic import TypeAdapter, ValidationError

from comments_service.accounts.accounts import Accounts
from comments_service.accounts.invitations import VALID_HOURS
from comments_service.accounts.names import AccountName
from shared.sentences import errors_as_sentences


def make_administrator_command(accounts: Accounts, portal_url: str) -> click.Group:
    """The commands on administrators."""

    @click.group("administrator")
    def group() -> None:
        """Who manages the accounts of the desk."""

    @group.command("invite")
    @click.argument("name", callback=_checked)
    def invite(name: str) -> None:
        """Print a one-time link by which NAME chooses a password as an administrator.

        There may be an account of that name: it becomes an administrator, is enabled, and its password is void.
        """
        with errors_as_sentences():
            invitation = accounts.invite_administrator(name)
        click.echo(f"{invitation.account.name} chooses a password here, once, within {VALID_HOURS} hours:")
        click.echo(invitation.link(portal_url))

    return group


def _checked(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        return TypeAdapter(AccountName).validate_python(value)
    except ValidationError as error:
        raise click.BadParameter(error.errors()[0]["msg"]) from error
