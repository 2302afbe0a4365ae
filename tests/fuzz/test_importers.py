"""Importers on files that nobody wrote by hand: every row is a sound record or left out, or the import stops."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from comments_service.exports.selection import exported_tables
from comments_service.imports import artalk, disqus, fields, isso, redian, waline, wordpress
from comments_service.imports.errors import ImportStopped
from comments_service.imports.order import order, without_empty_places
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.status import Status
from tests.fuzz.inputs import fuzz
from tests.fuzz.pieces import damaged, some, text, value

EXPORTS = Path(__file__).parents[1] / "integration" / "imports" / "exports"
Reader = Callable[[Path], Iterator[Row]]
READERS: dict[str, Reader] = {
    "disqus.xml": disqus.read,
    "wordpress.xml": wordpress.read,
    "artalk.json": artalk.read,
    "waline.json": waline.read,
}
ROW: dict[Reader, tuple[str, ...]] = {
    artalk.read: ("id", "rid", "content", "created_at", "is_pending", "vote_up", "nick", "email", "link", "page_key"),
    waline.read: (
        "objectId",
        "pid",
        "comment",
        "insertedAt",
        "status",
        "like",
        "nick",
        "mail",
        "link",
        "url",
        "sticky",
    ),
}

TIMES = ["2021-10-28 20:50:15", "2021-10-28 20:50:15 +0800", "1970-01-01 00:00:00", "2038-01-19T03:14:08Z"]
CELLS: list[Any] = [
    *(None, 0, 1, -1, (1 << 63) - 1, -(1 << 63), 1.5, float("inf"), float("nan"), 1_600_000_000.5),
    *("", "/", "1", "小林", "a@b.example", "https://a.example", "\0", "x" * 30_000, "<p>a", "9" * 5_000),
    *(b"", b"\xff\xfe", b"1"),
]


def assert_sound(row: Row) -> None:
    """What comes out of an importer fits into the table and onto a page."""
    if isinstance(row, LeftOut):
        assert row.reason
        assert len(row.source_id) <= fields.LONGEST_ID
        return
    assert 0 < len(row.source_id) <= fields.LONGEST_ID
    assert 0 < len(row.page) <= fields.LONGEST_URL
    assert (row.text == "") == (row.status is Status.DELETED)
    assert len(row.text) <= fields.LONGEST_TEXT
    assert 0 <= row.created_at < 1 << 48
    assert 0 <= row.up <= fields.MOST_VOTES
    assert 0 <= row.down <= fields.MOST_VOTES
    assert row.nickname is None or 0 < len(row.nickname) <= fields.LONGEST_NICKNAME
    assert row.email is None or (0 < len(row.email) <= fields.LONGEST_EMAIL and "@" in row.email)
    assert row.website is None or row.website.startswith(("http://", "https://"))
    for each in (row.source_id, row.page, row.text, row.nickname, row.email, row.website, row.page_title):
        if each:
            each.encode()  # no half of a character is left
            assert "\0" not in each


def read_all(read: Reader, file: Path) -> list[Row]:
    """Every row up to where the import stops, if it does."""
    rows = []
    with suppress(ImportStopped):
        for row in read(file):
            assert_sound(row)
            rows.append(row)
    return rows


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_breaks_no_importer(name: str, tmp_path: Path) -> None:
    original, file = (EXPORTS / name).read_bytes(), tmp_path / name

    def check(data: bytes) -> None:
        file.write_bytes(data)
        read_all(READERS[name], file)

    fuzz(partial(damaged, original=original), check)


@pytest.mark.parametrize("read", ROW, ids=["artalk", "waline"])
def test_whatever_the_values_are_a_row_is_sound_or_left_out(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "export.json"

    def check(items: list[Any]) -> None:
        whole = {"data": {"Comment": items}} if read is waline.read else items
        file.write_text(json.dumps(whole), "ascii")
        assert len(read_all(read, file)) <= len(items)

    fuzz(partial(items_of, names=ROW[read]), check)


def items_of(random: Random, names: tuple[str, ...]) -> list[Any]:
    """Rows with some of the fields that there are, and what is no row."""
    return [row_of(random, names) if random.random() < 0.8 else value(random) for _ in range(random.randrange(5))]


def row_of(random: Random, names: tuple[str, ...]) -> dict[str, Any]:
    """A row whose values are now sound, now not."""
    row = {name: value(random) for name in some(random, names, 6)}
    likely = [str(random.randrange(7)), random.choice(TIMES)]
    return {name: random.choice(likely) for name in some(random, names, 8)} | row


def test_whatever_sqlite_holds_a_row_is_sound_or_left_out(tmp_path: Path) -> None:
    file = tmp_path / "isso.db"
    connection = sqlite3.connect(file)
    connection.executescript(
        # A file that is lost with the machine is no loss here, and a million commits are quick.
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;"
        "CREATE TABLE threads (id, uri, title); CREATE TABLE comments (tid, id, parent, created, modified, mode, text,"
        " author, email, website, likes, dislikes);"
    )

    def check(cells: list[Any]) -> None:
        thread, rows = cells[:2], [cells[each : each + 11] for each in range(2, len(cells), 11)]
        connection.execute("DELETE FROM threads")
        connection.execute("DELETE FROM comments")
        connection.execute("INSERT INTO threads VALUES (1, ?, ?)", thread)
        connection.executemany("INSERT INTO comments VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        assert len(read_all(isso.read, file)) == len(rows)

    fuzz(lambda random: [cell(random) for _ in range(2 + 11 * random.randrange(4))], check)
    connection.close()


def cell(random: Random) -> Any:
    """What SQLite keeps in a column of any type."""
    kind = random.random()
    if kind < 0.2:
        return random.randrange(6)
    return text(random, 20) if kind < 0.4 else random.choice(CELLS)


COLUMNS = sorted({column.name for table in exported_tables() for column in table.columns})


def test_whatever_a_line_of_our_own_export_says_it_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "redian.jsonl"

    def check(lines: list[Any]) -> None:
        texts = [json.dumps(each) for each in ({"redian": 1}, *lines, {"rows": len(lines)})]
        file.write_text("\n".join(texts) + "\n", "ascii")
        with suppress(ImportStopped):
            for each in redian.read(file):
                assert each.row.keys() == set(each.table.c.keys())

    fuzz(lambda random: [line_of(random) for _ in range(random.randrange(5))], check)


def line_of(random: Random) -> Any:
    """A row of some table, or what is none."""
    if random.random() < 0.1:
        return value(random)
    table = random.choice(exported_tables())
    names = table.c.keys() if random.random() < 0.7 else some(random, COLUMNS, 6)
    likely = ["A" * 26, 1, 0, None, "published", [], "zz"]
    return {
        "table": table.name,
        "row": {name: random.choice(likely) if random.random() < 0.8 else value(random) for name in names},
    }


Order = tuple[list[Record], set[str], dict[str, str | None]]


def test_whoever_answers_whom_the_order_is_sound() -> None:
    def check(made: Order) -> None:
        records, stored, left_out = made
        ordered = order(list(enumerate(records, 1)), stored, left_out.get)
        kept, empty = without_empty_places(ordered)

        assert sorted(each.record.source_id for each in ordered) == sorted(each.source_id for each in records)
        assert len(kept) + len(empty) == len(ordered)
        before = set(stored)
        for each in kept:
            assert each.parent is None or each.parent in before
            before.add(each.record.source_id)
        assert all(each.record.status is Status.DELETED for each in empty)

    fuzz(order_of, check)


def order_of(random: Random) -> Order:
    """Records that answer each other, what is stored already, and whom those answered that are left out."""
    numbers = random.sample(range(7), random.randrange(8))
    statuses = list(Status)
    records = [
        Record(
            source_id=str(number),
            page="/",
            text="x",
            status=random.choice(statuses),
            created_at=random.randrange(4),
            parent=random.choice([None, *map(str, range(10))]),
        )
        for number in numbers
    ]
    stored = {str(random.randrange(7, 10)) for _ in range(random.randrange(4))}
    left_out = {
        str(random.randrange(5, 10)): random.choice([None, *map(str, range(10))]) for _ in range(random.randrange(5))
    }
    return records, stored, left_out
