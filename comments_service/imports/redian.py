"""Our own exports: lines of JSON, checked to the last before the first is stored, then stored in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import JSON, Boolean, Column, Integer, String, Table

from comments_service.exports.selection import VERSION, exported_tables
from comments_service.imports.errors import ImportStopped

LONGEST_LINE_BYTES = 1024 * 1024
INCOMPLETE = "The file is incomplete: its last line is missing."


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    redian: int


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    table: str
    row: dict[str, Any]


class _Footer(msgspec.Struct, forbid_unknown_fields=True):
    rows: int


_header = msgspec.json.Decoder(_Header)
_line = msgspec.json.Decoder(_Line)
_footer = msgspec.json.Decoder(_Footer)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with its table, and the number of its line."""

    number: int
    table: Table
    row: dict[str, Any]


def read(path: Path) -> Iterator[TableRow]:
    """The rows of an export; raises ImportStopped for another file, a damaged and an incomplete one."""
    tables = {table.name: table for table in exported_tables()}
    rows = number = 0
    for number, raw, is_last in _lines(path):
        if number == 1:
            _check_header(raw)
        elif is_last:
            _check_footer(raw, rows)
        else:
            rows += 1
            yield TableRow(number, *_parsed(tables, raw, number))
    if number == 1:
        raise ImportStopped(INCOMPLETE)


def _lines(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Lines with their numbers, and whether each is the last."""
    try:
        with path.open("rb") as file:
            raw = file.readline(LONGEST_LINE_BYTES)
            if not raw:
                raise ImportStopped("The file is empty.")
            number = 1
            while raw:
                following = file.readline(LONGEST_LINE_BYTES)
                if following and not raw.endswith(b"\n"):
                    raise ImportStopped(f"Line {number} is longer than any line of an export.")
                yield number, raw, not following
                raw, number = following, number + 1
    except OSError as error:
        raise ImportStopped(f"{path} cannot be read: {error.strerror}.") from error


def _check_header(raw: bytes) -> None:
    try:
        version = _header.decode(raw).redian
    except _UNREADABLE as error:
        raise ImportStopped("The file is no export of ours.") from error
    if version != VERSION:
        raise ImportStopped(f"The export is of version {version}; this is version {VERSION}.")


def _check_footer(raw: bytes, rows: int) -> None:
    try:
        expected = _footer.decode(raw).rows
    except _UNREADABLE as error:
        raise ImportStopped(INCOMPLETE) from error
    if expected != rows:
        raise ImportStopped(f"The file is incomplete: it has {rows:,} rows of {expected:,}.")


def _parsed(tables: dict[str, Table], raw: bytes, number: int) -> tuple[Table, dict[str, Any]]:
    try:
        return _checked(tables, _line.decode(raw))
    except (*_UNREADABLE, ValueError) as error:
        raise ImportStopped(f"Line {number} is no line of an export: {error}.") from error


def _checked(tables: dict[str, Table], line: _Line) -> tuple[Table, dict[str, Any]]:
    table = tables.get(line.table)
    if table is None:
        raise ValueError("there is no such table")
    if line.row.keys() - table.c.keys():
        raise ValueError(f"{table.name} has no such column")
    for column in table.columns:
        _check(column, line.row.setdefault(column.name, None))
    return table, line.row


def _check(column: Column[Any], value: Any) -> None:
    if value is None:
        if not column.nullable:
            raise ValueError(f"{column.name} is missing")
    elif not _is_of(column, value):
        raise ValueError(f"{column.name} is not what it has to be")


def _is_of(column: Column[Any], value: Any) -> bool:
    match column.type:
        case JSON():
            return True
        case Boolean():
            return isinstance(value, bool)
        case Integer():
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
        case String():
            return isinstance(value, str) and "\0" not in value and len(value) <= (column.type.length or len(value))
    return False
