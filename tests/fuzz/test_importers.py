"""Importers on files that nobody wrote by hand: every row is a sound record or left out, or the import stops."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.exports.selection import exported_tables
from comments_service.imports import artalk, disqus, fields, isso, redian, waline, wordpress
from comments_service.imports.errors import ImportStopped
from comments_service.imports.order import order, without_empty_places
from comments_service.imports.record import LeftOut, Record, Row
from comments_service.status import Status

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

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
times = st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%d %H:%M:%S"))
ids = st.integers(0, 6).map(str)


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
    for text in (row.source_id, row.page, row.text, row.nickname, row.email, row.website, row.page_title):
        if text:
            text.encode()  # no half of a character is left
            assert "\0" not in text


def read_all(read: Reader, file: Path) -> list[Row]:
    """Every row up to where the import stops, if it does."""
    rows = []
    with suppress(ImportStopped):
        for row in read(file):
            assert_sound(row)
            rows.append(row)
    return rows


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """A file with some pieces cut out, doubled or written over."""
    data = original
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 200)))
        piece = draw(st.sampled_from([b"", data[start:end] * 2]) | st.binary(max_size=20))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_breaks_no_importer(name: str, tmp_path: Path) -> None:
    original, file = (EXPORTS / name).read_bytes(), tmp_path / name

    @given(damaged(original))
    def check(data: bytes) -> None:
        file.write_bytes(data)
        read_all(READERS[name], file)

    check()


@pytest.mark.parametrize("read", ROW, ids=["artalk", "waline"])
def test_whatever_the_values_are_a_row_is_sound_or_left_out(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(ROW[read], values | times | ids))

    @given(st.lists(known | values, max_size=4))
    def check(items: list[Any]) -> None:
        whole = {"data": {"Comment": items}} if read is waline.read else items
        file.write_text(json.dumps(whole), "ascii")
        assert len(read_all(read, file)) <= len(items)

    check()


def test_whatever_sqlite_holds_a_row_is_sound_or_left_out(tmp_path: Path) -> None:
    file = tmp_path / "isso.db"
    number = st.integers(-(1 << 63), (1 << 63) - 1)
    cell = st.none() | number | st.floats() | st.text(max_size=30).filter(_is_whole) | st.binary(max_size=30)
    connection = sqlite3.connect(file)
    connection.executescript(
        "CREATE TABLE threads (id, uri, title); CREATE TABLE comments (tid, id, parent, created, modified, mode, text,"
        " author, email, website, likes, dislikes);"
    )

    @given(cell, cell, st.lists(st.tuples(*[cell] * 4, st.integers(0, 5), *[cell] * 6), max_size=3))
    def check(uri: Any, title: Any, rows: list[tuple[Any, ...]]) -> None:
        connection.execute("DELETE FROM threads")
        connection.execute("DELETE FROM comments")
        connection.execute("INSERT INTO threads VALUES (1, ?, ?)", (uri, title))
        connection.executemany("INSERT INTO comments VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        assert len(read_all(isso.read, file)) == len(rows)

    check()
    connection.close()


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text)


def test_whatever_a_line_of_our_own_export_says_it_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "redian.jsonl"
    names = [table.name for table in exported_tables()]
    columns = st.sampled_from(sorted({column.name for table in exported_tables() for column in table.columns}))
    line = st.fixed_dictionaries(
        {"table": st.sampled_from(names), "row": st.dictionaries(columns, values | ids, max_size=6)}
    )

    @given(st.lists(line | values, max_size=4))
    def check(lines: list[Any]) -> None:
        texts = [json.dumps(each) for each in ({"redian": 1}, *lines, {"rows": len(lines)})]
        file.write_text("\n".join(texts) + "\n", "ascii")
        with suppress(ImportStopped):
            for each in redian.read(file):
                assert each.row.keys() == set(each.table.c.keys())

    check()


record = st.builds(
    Record,
    source_id=ids,
    page=st.just("/"),
    text=st.just("x"),
    status=st.sampled_from(Status),
    created_at=st.integers(0, 3),
    parent=st.none() | st.integers(0, 9).map(str),
)


@given(
    st.lists(record, max_size=7, unique_by=lambda each: each.source_id),
    st.sets(st.integers(7, 9).map(str)),
    st.dictionaries(st.integers(5, 9).map(str), st.none() | st.integers(0, 9).map(str)),
)
def test_whoever_answers_whom_the_order_is_sound(
    records: list[Record], stored: set[str], left_out: dict[str, str | None]
) -> None:
    ordered = order(list(enumerate(records, 1)), stored, left_out.get)
    kept, empty = without_empty_places(ordered)

    assert sorted(each.record.source_id for each in ordered) == sorted(each.source_id for each in records)
    assert len(kept) + len(empty) == len(ordered)
    before = set(stored)
    for each in kept:
        assert each.parent is None or each.parent in before
        before.add(each.record.source_id)
    assert all(each.record.status is Status.DELETED for each in empty)
