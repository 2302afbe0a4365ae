"""`flask --app comments_service replay FILE`: where the parts of a replay meet."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from comments_service.replay.errors import ReplayStopped
from comments_service.replay.options import Options, parse_base_url, parse_channels, parse_patterns
from comments_service.replay.position import Position, open_position
from comments_service.replay.replayer import Registration, Replayer
from comments_service.replay.selection import Selection
from comments_service.replay.source import Place, Source, open_source
from comments_service.replay.target import Target
from comments_service.replay.visitors import VisitorHash
from shared.clock import system_clock


def _default_target() -> str:
    return f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '8000')}"


@click.command("replay")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--article",
    multiple=True,
    required=True,
    callback=parse_patterns,
    metavar="REGEX",
    help="Turns a path into an article by its named group, (?P<article_id>…). Repeatable; the first that matches wins.",
)
@click.option("--to", default=_default_target, callback=parse_base_url, help="The system; the local one by default.")
@click.option("--api-key", envvar="API_KEY", default="dev-key", help="A key with the scopes clicks and cms.")
@click.option("--register", is_flag=True, help="Register unknown articles from their URL.")
@click.option("--channel", multiple=True, callback=parse_channels, help="Where to register them. Repeatable.")
@click.option("--site", callback=parse_base_url, help="Stands before their paths; the system by default.")
@click.option("--shift-to-now", is_flag=True, help="Move all times so that the last line is now.")
@click.option("--visitors/--no-visitors", default=True, help="Count a visitor once in 30 minutes, or every hit.")
@click.option("--visitor-key", envvar="SECRET_KEY", help="Keys the visitors' hashes; made from the file by default.")
@click.option("--position", type=click.Path(path_type=Path), help="Keeps how far FILE is sent; under DATA_DIR.")
@click.option("--restart", is_flag=True, help="Send FILE again from its start.")
def replay_command(**options: Any) -> None:
    """Send the readers' clicks of FILE, a web server's access log.

    FILE is in NCSA common or combined format, plain or gzip; "-" is standard input. Sent are GETs answered 2xx of
    pages that an --article pattern turns into an article; crawlers are left out, and scripts such as curl with them.
    The same command run again goes on where it was interrupted, and sends nothing twice.

    What the named group captures of the path becomes the id: percent-decoded, slashes and whatever an id cannot
    hold as dashes, at most 128 characters; where more than slashes was lost, a short hash keeps two articles apart.
    """
    chosen = Options(**options)
    with open_source(chosen.file) as source, closing(Target(chosen.to, chosen.api_key)) as target:
        _replay(chosen, source, target)


def _replay(options: Options, source: Source, target: Target) -> None:
    path = options.position or _default_position(source, options.to)
    position = open_position(path, options.plan(), restart=options.restart)
    # Before the first batch is noted: a replay of a system that is not there yet has not begun.
    target.reach()
    if position.is_new and options.shift_to_now:
        last_ms = source.last_time_ms()
        position.shift(0 if last_ms is None else system_clock() - last_ms)
    replayer = Replayer(
        source,
        _selection(options, source, position),
        target,
        position,
        system_clock,
        Registration(options.registered_site, options.channel) if options.register else None,
    )
    _run(replayer, source, position.place)


def _selection(options: Options, source: Source, position: Position) -> Selection:
    key = options.visitor_key.encode("utf-8", "surrogateescape") if options.visitor_key else source.first_line_hash()
    return Selection(
        options.article,
        shift_ms=position.shift_ms,
        visitor_of=VisitorHash(key) if options.visitors else None,
    )


def _default_position(source: Source, target_url: str) -> Path:
    """Under DATA_DIR, one for each file and system: what a system was sent belongs to its data."""
    digest = blake2b(source.first_line_hash() + target_url.encode("utf-8", "replace"), digest_size=4).hexdigest()
    folder = Path(os.environ.get("DATA_DIR", "var")) / "replay"
    return folder / f"{source.name.replace(' ', '-')}-{digest}.position"


def _run(replayer: Replayer, source: Source, start: Place) -> None:
    console = Console()
    if start.line:
        console.print(f"Going on behind line {start.line:,}.", highlight=False)
    try:
        with _progress(source) as show:
            replayer.run(show)
    except KeyboardInterrupt as error:
        raise ReplayStopped("Interrupted; the same command goes on from here.") from error
    finally:
        if replayer.tally.lines:
            replayer.tally.print(console)
    if not replayer.tally.lines:
        console.print("Everything was already sent; --restart sends it again." if start.line else "No line to read.")


@contextmanager
def _progress(source: Source) -> Iterator[Any]:
    """A progress bar over the stored bytes, on standard error; nothing where that is no terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(source.name, total=source.size)
        yield lambda: progress.update(task, completed=source.read_bytes())
