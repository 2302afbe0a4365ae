"""`flask --app comments_service reader-data export|erase`: what a reader asked the newsroom for."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from comments_service.reader_data.erasure import Erasure
from comments_service.reader_data.inventory import Inventory
from comments_service.reader_data.person import Person
from shared.sentences import errors_as_sentences

FindPerson = Callable[[str | None, str | None, str | None], Person]
"""Of a reader id, a member's number at the portal, a mail address."""


def make_reader_data_command(inventory: Inventory, erasure: Erasure, find: FindPerson) -> click.Group:
    """The commands."""

    @click.group("reader-data")
    def reader_data() -> None:
        """Hand out or erase what is kept of a reader."""

    @reader_data.command("export")
    @_by
    def export(reader: str | None, member: str | None, email: str | None) -> None:
        """Print all that is kept of a reader, as JSON."""
        with errors_as_sentences():
            found = inventory.of(_person(find, reader, member, email))
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())

    @reader_data.command("erase")
    @_by
    @click.confirmation_option(prompt="This cannot be undone. Erase?")
    def erase(reader: str | None, member: str | None, email: str | None) -> None:
        """Erase a reader: his comments become empty places, and every other trace of him goes."""
        with errors_as_sentences():
            gone = erasure.run(_person(find, reader, member, email))
        click.echo(
            f"{gone.comments} comments emptied; {gone.votes} votes without a name; {gone.reports} reports, "
            f"{gone.nicknames} protected nicknames and {gone.subscriptions} subscriptions deleted."
        )

    return reader_data


def _by(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, sentence in (
        ("--email", "The mail address that he gave."),
        ("--member", "His number at the portal, the `sub` of his tokens."),
        ("--reader", "His reader id."),
    ):
        command = click.option(name, help=sentence)(command)
    return command


def _person(find: FindPerson, reader: str | None, member: str | None, email: str | None) -> Person:
    if sum(bool(each) for each in (reader, member, email)) != 1:
        raise click.UsageError("Say who it is by one of --reader, --member and --email.")
    return find(reader, member, email)
