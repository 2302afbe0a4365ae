"""`flask --app comments_service export FILE`: the whole write side, row by row, as it was at one moment."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click
import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service.database import Database
from comments_service.exports.selection import VERSION, exported_tables, order_of
from shared.sentences import errors_as_sentences

ROWS_PER_READ = 1_000


def make_export_command(database: Database) -> click.Command:
    """The command on a database."""

    @click.command("export")
    @click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
    def export_command(file: Path) -> None:
        """Write articles, comments, votes, reports, words, bans and all that belongs to them to FILE, as JSONL.

        "-" is standard output. FILE holds mail addresses: only its owner can read it. An existing FILE is not touched.
        """
        try:
            with errors_as_sentences():
                rows = _to_file(file, lambda stream: write_export(database, stream))
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
        click.echo(f"{rows:,} rows exported.", err=True)

    return export_command


def _to_file(file: Path, write: Callable[[BinaryIO], int]) -> int:
    if str(file) == "-":
        return write(sys.stdout.buffer)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        return write(stream)


def write_export(database: Database, stream: BinaryIO) -> int:
    """Write the export; how many rows."""
    encode, rows = msgspec.json.Encoder().encode, 0
    stream.write(encode({"redian": VERSION}) + b"\n")
    with database.reading() as session:
        _hold_still(session)
        for table in exported_tables():
            query = select(table).order_by(*order_of(table)).execution_options(yield_per=ROWS_PER_READ)
            # SQLAlchemy's names are a type of their own, which msgspec does not know.
            name, columns = str(table.name), [str(column.name) for column in table.columns]
            for row in session.execute(query):
                stream.write(encode({"table": name, "row": dict(zip(columns, row, strict=True))}) + b"\n")
                rows += 1
    stream.write(encode({"rows": rows}) + b"\n")
    return rows


def _hold_still(session: Session) -> None:
    """Read everything as it is now, whatever is written meanwhile; SQLite's transactions do so by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
