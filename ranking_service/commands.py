"""The operators' commands: `flask --app ranking_service migrate | verify | rebuild | lag | audit | deadletter`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
import msgspec
from flask import Flask
from sqlalchemy import Engine, select

from ranking_service.assembly import Stores, make_projection, make_restoration
from ranking_service.boards import Boards
from ranking_service.dead_letters import BoardLetters
from ranking_service.hold import held
from ranking_service.lag import read_lags
from ranking_service.migrations import FOLDER, VERSION_TABLE
from ranking_service.overlay import Overlays
from ranking_service.position import read_position
from ranking_service.tables import audit
from ranking_service.verify import verify
from shared.clock import to_rfc3339
from shared.database import reading
from shared.dead_letter_commands import make_dead_letter_commands
from shared.event_log import EventLog
from shared.schema import migrate
from shared.sentences import errors_as_sentences
from shared.store import outages_as

TRIES = 5


def install_commands(app: Flask, stores: Stores, boards: Boards, overlays: Overlays) -> None:
    """Add the commands."""
    add_schema_commands(app, overlays.engine)
    add_board_commands(app, stores, boards, overlays)
    log = EventLog(stores.redis, stores.clock, partitions=stores.partitions)
    app.cli.add_command(make_dead_letter_commands(BoardLetters(stores.redis, log)))


def add_schema_commands(app: Flask, engine: Engine) -> None:
    """Those that need the database alone."""

    @app.cli.command("migrate")
    @_outages_told()
    def migrate_command() -> None:
        """Bring the database to the newest schema."""
        migrate(engine, FOLDER, VERSION_TABLE)
        click.echo("The ranking tables are up to date.")

    @app.cli.command("audit")
    @click.option("--limit", default=50, help="How many lines.")
    @_outages_told()
    def audit_command(limit: int) -> None:
        """Show what editors did to the overlay, the newest first."""
        with reading(engine) as connection:
            for row in connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)):
                line = (to_rfc3339(row.at_ms), row.who, row.action, row.channel, row.board, row.article_id, row.value)
                click.echo(" ".join(map(str, line)))


def add_board_commands(app: Flask, stores: Stores, boards: Boards, overlays: Overlays) -> None:
    """Those that look at the boards or make them anew."""

    @app.cli.command("verify")
    @_outages_told()
    def verify_command() -> None:
        """Compare every board with the ledger; exit status 1 on any difference."""
        if sum(_verify(stores, boards, partition) for partition in range(stores.partitions)):
            raise SystemExit(1)

    @app.cli.command("rebuild")
    @_outages_told()
    def rebuild_command() -> None:
        """Make every board anew from the ledger, or from the archive when Redis is empty."""
        for partition in range(stores.partitions):
            _rebuild(stores, boards, partition)
        overlays.copy_all()

    @app.cli.command("lag")
    @click.option("--json", "as_json", is_flag=True, help="One JSON list.")
    @_outages_told()
    def lag_command(as_json: bool) -> None:
        """Tell how many events of each partition are not yet on the boards."""
        lags = read_lags(stores.redis, EventLog(stores.redis, stores.clock, partitions=stores.partitions))
        if as_json:
            click.echo(msgspec.json.encode([asdict(each) for each in lags]))
            return
        for each in lags:
            newest = each.newest or "no event yet"
            click.echo(f"partition {each.partition}: lag {each.lag}, projected {each.projected}, newest {newest}")


@contextmanager
def _outages_told() -> Iterator[None]:
    """Tell of a store that is down in a sentence."""
    with errors_as_sentences(), outages_as("boards", "The boards cannot be reached."):
        yield


def _verify(stores: Stores, boards: Boards, partition: int) -> int:
    """The number of differences, after each was printed."""
    if not read_position(stores.redis, partition).exists:
        click.echo(f"partition {partition}: not begun yet")
        return 0
    with held(stores.redis, partition) as position:
        found = verify(stores.redis, partition, boards, position)
        for _ in range(TRIES):
            if found is None:
                found = verify(stores.redis, partition, boards, read_position(stores.redis, partition))
    if found is None:
        raise click.ClickException(f"Partition {partition} would not hold still; stop its workers and try again.")
    for difference in found.differences:
        click.echo(str(difference))
    count = len(found.differences)
    click.echo(f"partition {partition}: {found.boards} boards, {found.scores} scores, {count} differences")
    return count


def _rebuild(stores: Stores, boards: Boards, partition: int) -> None:
    projection = make_projection(stores, boards)
    if not read_position(stores.redis, partition).exists:
        restoration = make_restoration(stores)
        source = "the log" if restoration is None or restoration.is_empty() else "the archive"
        click.echo(f"partition {partition}: Redis is empty, beginning from {source}")
        projection.beginning.begin(partition)
    for _ in range(TRIES):
        with held(stores.redis, partition) as position:
            if projection.refill.refill(partition, position):
                click.echo(f"partition {partition}: every board was made anew")
                return
    raise click.ClickException(f"Partition {partition} would not hold still; stop its workers and try again.")
