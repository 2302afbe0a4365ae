"""Transfers: what comes in from other systems and goes out, and what operators do by commands."""

from comments_service.assembly.ground import Ground
from comments_service.commands import install_commands
from comments_service.consumers import make_letters
from comments_service.exports import make_export_command
from comments_service.imports import make_import_command
from comments_service.mails.subscriptions import Subscriptions
from comments_service.metrics import LetterCollector
from comments_service.reader_data import Erasure, Inventory, Person, make_reader_data_command
from comments_service.routes.guests import Guests
from comments_service.routes.own_data import own_data_routes
from shared.dead_letter_commands import make_dead_letter_commands


def add_transfers(ground: Ground) -> None:
    """Imports and exports."""
    ground.app.cli.add_command(make_import_command(ground.database, ground.outbox, ground.clock))
    ground.app.cli.add_command(make_export_command(ground.database))


def add_own_data(ground: Ground, guests: Guests) -> None:
    """A reader's own data, told and erased."""
    inventory, erasure = Inventory(ground.database), Erasure(ground.database, ground.outbox, ground.clock)
    subscriptions = Subscriptions(ground.database, ground.secret, ground.clock)

    def find(reader: str | None, member: str | None, email: str | None) -> Person:
        own = guests.reader_of_member(member) if member else reader
        return Person(own, email, subscriptions.hash_of(email) if email else None)

    ground.app.register_api(own_data_routes(inventory, erasure, guests))
    ground.app.cli.add_command(make_reader_data_command(inventory, erasure, find))


def add_commands(ground: Ground) -> None:
    """The operators' commands, and the metric that calls for one of them."""
    install_commands(ground.app, ground.database, ground.event_log, ground.clock)
    letters = make_letters(ground.settings, ground.database, ground.event_log, ground.clock)
    ground.registry.register(LetterCollector(letters))
    ground.app.cli.add_command(make_dead_letter_commands(letters))
