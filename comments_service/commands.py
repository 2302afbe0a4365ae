"""The commands of `flask --app comments_service`."""

import click
from flask import Flask

from comments_service.articles import republish
from comments_service.database import Database
from comments_service.replay import replay_command
from comments_service.schema import migrate
from shared.clock import Clock
from shared.event_log import EventLog
from shared.sentences import errors_as_sentences


def install_commands(app: Flask, database: Database, event_log: EventLog, clock: Clock) -> None:
    """Add the commands; `replay` needs none of the stores, it goes the public way."""
    app.cli.add_command(replay_command)

    @app.cli.command("migrate")
    def migrate_command() -> None:
        """Bring the database to the newest schema."""
        with errors_as_sentences():
            migrate(database.engine)
        click.echo("The database is at the newest schema.")

    @app.cli.command("republish")
    def republish_command() -> None:
        """Append every article to the event log again, after Redis was lost."""
        with errors_as_sentences():
            count = republish(database, event_log, clock)
        click.echo(f"{count} articles were appended to the event log.")
