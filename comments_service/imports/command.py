"""`flask --app comments_service import FORMAT FILE`: where the parts of an import meet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from comments_service.database import Database
from comments_service.imports import artalk, disqus, isso, redian, waline, wordpress
from comments_service.imports.errors import ImportStopped
from comments_service.imports.maps import read_maps
from comments_service.imports.record import LeftOut, Row
from comments_service.imports.resolver import Resolver
from comments_service.imports.restoration import Restoration
from comments_service.imports.staging import Placed, Staging
from comments_service.imports.tally import Tally
from comments_service.imports.writer import Plan, Registration, Stores, Writer
from comments_service.outbox import Outbox
from comments_service.replay.options import parse_base_url, parse_channels
from comments_service.tables import Article
from shared.clock import Clock
from shared.errors import RedianError

READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "disqus": disqus.read,
    "wordpress": wordpress.read,
    "isso": isso.read,
    "artalk": artalk.read,
    "waline": waline.read,
}
REDIAN = "redian"
"""Our own export, which holds more than comments."""
SOURCE = "[A-Za-z0-9._-]{1,64}"


@dataclass(frozen=True, kw_only=True)
class Options:
    """One call of the command."""

    format: str
    file: Path
    map: tuple[str, ...]
    source: str | None
    register: bool
    channel: tuple[str, ...]
    site: str | None
    no_events: bool
    dry_run: bool

    def __post_init__(self) -> None:
        if self.register and not self.channel:
            raise click.UsageError("--register needs a --channel to put the articles into.")

    @property
    def registration(self) -> Registration | None:
        """Where articles are registered; None when none are."""
        return Registration(self.channel, self.site) if self.register else None


def make_import_command(database: Database, outbox: Outbox, clock: Clock) -> click.Command:
    """The command on a database."""

    @click.command("import")
    @click.argument("format", type=click.Choice([*READERS, REDIAN]))
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--map",
        multiple=True,
        metavar="REGEX|FILE",
        help="Turns a page into an article: by a group such as (?P<article_id>…), or by lines of address and id.",
    )
    @click.option("--source", callback=_check_source, help="Names the other system, when two use one format.")
    @click.option("--register", is_flag=True, help="Register pages that are no article yet.")
    @click.option("--channel", multiple=True, callback=parse_channels, help="Where to register them. Repeatable.")
    @click.option("--site", callback=parse_base_url, help="Stands before pages that are mere paths.")
    @click.option("--no-events", is_flag=True, help="Of redian: the boards have what FILE tells of.")
    @click.option("--dry-run", is_flag=True, help="Read and report all of it, and store nothing.")
    def import_command(**options: object) -> None:
        """Import the comments of FILE, another system's export, with their threads, times, states and votes.

        Nothing is stored before the whole file has been read, and nothing that is there already is changed or
        doubled: the same command again imports what is new. Every row that is left out is named on standard error.
        """
        chosen = Options(**options)  # type: ignore[arg-type]  # as click parsed them
        tally = Tally(lambda line: click.echo(line, err=True))
        if chosen.format == REDIAN:
            lines = _restore(chosen, database, clock, tally)
        else:
            lines = _import(chosen, Stores(database, outbox, clock), tally)
        for line in lines:
            click.echo(line)
        if not chosen.dry_run:
            relay(outbox)

    return import_command


def _import(options: Options, stores: Stores, tally: Tally) -> list[str]:
    try:
        with Staging() as staging:
            _stage(options, stores.database, staging, tally)
            plan = Plan(options.source or options.format, options.registration, staging.parent_of)
            articles = ((each, staging.of_article(each)) for each in staging.article_ids())
            Writer(stores, plan, tally).write(articles, is_dry_run=options.dry_run)
    except RedianError as error:
        raise ImportStopped(error.detail) from error
    except IntegrityError as error:
        raise ImportStopped("Another import is running; the same command again does the rest.") from error
    return tally.lines(is_dry_run=options.dry_run)


def _restore(options: Options, database: Database, clock: Clock, tally: Tally) -> list[str]:
    # All of it is looked at first, so that a broken file does not even begin.
    for _ in redian.read(options.file):
        tally.rows += 1
    try:
        restoration = Restoration(database, clock, tally, tells=not options.no_events)
        restoration.run(redian.read(options.file), is_dry_run=options.dry_run)
    except RedianError as error:
        raise ImportStopped(error.detail) from error
    except IntegrityError as error:
        raise ImportStopped("The file names rows that are neither in it nor here; nothing of it is stored.") from error
    return tally.table_lines(is_dry_run=options.dry_run)


def relay(outbox: Outbox) -> None:
    """Send the events that wait on to the boards; while Redis is down the worker does it later."""
    try:
        while outbox.relay_waiting():
            pass
    except RedianError:
        click.echo("The event log cannot be reached: the worker sends the events when it can.", err=True)


def _stage(options: Options, database: Database, staging: Staging, tally: Tally) -> None:
    with database.reading() as session:
        articles = [(article_id, url) for article_id, url in session.execute(select(Article.id, Article.url))]
    maps = read_maps(options.map)
    resolver = Resolver(maps.patterns, maps.table, articles, guess=options.register)

    def placed() -> Iterator[Placed]:
        for number, row in enumerate(READERS[options.format](options.file), 1):
            tally.rows += 1
            if isinstance(row, LeftOut):
                tally.leave_out(number, row.source_id, row.reason)
                yield Placed(number, row)
                continue
            article_id = resolver.find(row.page)
            if article_id is None:
                tally.leave_out(number, row.source_id, "its page is no article")
            yield Placed(number, row, article_id)

    for repeated in staging.add(placed()):
        if not isinstance(repeated.row, LeftOut):
            tally.leave_out(repeated.number, repeated.row.source_id, "its id came before in this file")


def _check_source(_: click.Context, __: click.Parameter, source: str | None) -> str | None:
    if source is not None and not re.fullmatch(SOURCE, source):
        raise click.BadParameter("must be 1 to 64 letters, digits, dots, dashes or underscores")
    return source
