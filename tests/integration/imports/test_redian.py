"""Our own export: it holds everything, and an import of it gives the same database."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from comments_service.exports.selection import LEFT_OUT, exported_tables
from comments_service.tables import Ban, Base, OutboxRow, Word
from shared.database import make_engine
from shared.events import ArticlePublished, ArticleWithdrawn, CommentPublished, Event, decode_event
from shared.store import Store
from tests.conftest import FakeClock
from tests.integration.comments.conftest import CMS, MODERATOR, Service, make_service
from tests.integration.imports.conftest import EXPORTS
from tests.integration.imports.test_imports import assert_counts_hold

Rows = dict[str, list[tuple[Any, ...]]]


def command(service: Service, *arguments: Any) -> Result:
    return service.app.test_cli_runner().invoke(args=[*map(str, arguments)])


def contents(service: Service) -> Rows:
    """Every row of every table that an export holds."""
    with service.database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in exported_tables()
        }


def recorded(service: Service) -> list[Event]:
    with service.database.reading() as session:
        return [decode_event(row.event.encode()) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]


@pytest.fixture
def full(service: Service) -> Service:
    """A service in which everything has happened."""
    for number in range(3):
        service.put(f"zz-{number}", tags=["灯会"], comments="moderated" if number == 2 else "open")
    own = {"nickname": "小林", "email": "l@example.org"}
    roots = [service.comment("zz-0", f"评论 {number}", **own).json for number in range(4)]
    ids = [root["id"] for root in roots if root]
    for above in (ids[0], ids[0], ids[1]):
        service.comment("zz-0", "回复", parent_id=above)
    service.comment("zz-2", "等")
    service.client.put(f"/v1/comments/{ids[0]}/vote", json={"value": 1})
    service.client.post(f"/v1/comments/{ids[1]}/reports", json={"reason": "spam", "note": "广告"})
    service.decide("delete", ids[1])
    service.decide("spam", ids[2], reason="ad")
    service.decide("pin", ids[3])
    service.client.post("/v1/moderation/words", json={"word": "坏词", "tier": "hold"}, headers=MODERATOR)
    values = {"kind": "nickname", "value": "坏*", "channel": "", "is_shadow": False, "added_by": "小编"}
    with service.database.writing() as session:
        session.add(Ban(**values, created_at=service.clock()))
    service.put("gone", url="https://portal.example/gone")
    service.client.delete("/v1/articles/gone", headers=CMS)
    command(service, "import", "disqus", EXPORTS / "disqus.xml", "--register", "--channel", "zz")
    return service


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path, store: Store, clock: FakeClock) -> Iterator[Service]:
    """An empty service on a database of the other kind."""
    template = request.getfixturevalue("sqlite_template")
    path = tmp_path / "other.db"
    path.write_bytes(template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    yield make_service(engine, store, clock)
    engine.dispose()


def export(service: Service, file: Path) -> Path:
    result = command(service, "export", file)
    assert result.exit_code == 0, result.output
    return file


def test_an_export_and_back_gives_the_same_database(full: Service, other: Service, tmp_path: Path) -> None:
    file = export(full, tmp_path / "redian.jsonl")

    result = command(other, "import", "redian", file)

    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    before, after = contents(full), contents(other)
    assert before == after
    empty = {name for name, rows in before.items() if not rows}
    assert {"articles", "article_labels", "comments", "votes", "audit", "words", "bans"}.isdisjoint(empty)
    assert export(other, tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


def test_the_boards_are_told_of_what_came_back(full: Service, other: Service, tmp_path: Path) -> None:
    command(other, "import", "redian", export(full, tmp_path / "redian.jsonl"))

    events = recorded(other)
    published = {event.comment_id: event.occurred_at for event in events if isinstance(event, CommentPublished)}
    columns = [column.name for column in Base.metadata.tables["comments"].columns]
    expected = {
        row["id"]: row["published_at"]
        for row in (dict(zip(columns, each, strict=True)) for each in contents(full)["comments"])
        if row["status"] == "published"
    }
    assert published == expected
    assert {event.article_id for event in events if isinstance(event, ArticleWithdrawn)} == {"gone"}
    assert sum(isinstance(event, ArticlePublished) for event in events) == 5


def test_boards_that_have_it_all_need_not_be_told(full: Service, other: Service, tmp_path: Path) -> None:
    command(other, "import", "redian", export(full, tmp_path / "redian.jsonl"), "--no-events")

    assert recorded(other) == []


def test_the_same_export_again_changes_nothing(full: Service, tmp_path: Path) -> None:
    file = export(full, tmp_path / "redian.jsonl")
    before, events = contents(full), len(recorded(full))

    result = command(full, "import", "redian", file)

    assert result.exit_code == 0, result.output
    assert "rows were there" in result.stdout
    assert contents(full) == before
    assert len(recorded(full)) == events


def test_rows_are_numbered_on_behind_what_came_back(service: Service, other: Service, tmp_path: Path) -> None:
    add = {"word": "坏词", "tier": "hold"}
    other.client.post("/v1/moderation/words", json=add, headers=MODERATOR)
    command(service, "import", "redian", export(other, tmp_path / "redian.jsonl"))

    answer = service.client.post("/v1/moderation/words", json=add | {"word": "另一个"}, headers=MODERATOR)

    assert answer.status_code in {200, 201}, answer.text
    with service.database.reading() as session:
        assert [word.word for word in session.scalars(select(Word).order_by(Word.id))] == ["坏词", "另一个"]


def test_words_that_came_back_are_looked_for(full: Service, other: Service, tmp_path: Path) -> None:
    other.put("new")
    assert other.comment("new", "坏词").status_code == 201

    command(other, "import", "redian", export(full, tmp_path / "redian.jsonl"))

    other.clock.forward(seconds=5)
    assert other.comment("new", "还是坏词").status_code == 202


def test_an_article_that_readers_commented_meanwhile_keeps_their_comments(
    full: Service, other: Service, tmp_path: Path
) -> None:
    other.put("zz-0", channels=["xm"])
    own = other.comment("zz-0", "先来的").json
    assert own is not None

    result = command(other, "import", "redian", export(full, tmp_path / "redian.jsonl"))

    assert result.exit_code == 0, result.output
    assert "another row has its article_id and floor" in result.stderr
    assert "what it belongs to is left out" in result.stderr
    assert [each["id"] for each in other.get("/v1/articles/zz-0/comments")["comments"]].count(own["id"]) == 1
    assert_counts_hold(other, "zz-0")
    ids = [each["id"] for each in other.get("/v1/comments/latest?channel=xm")["comments"]]
    assert own["id"] in ids
    assert len(ids) == other.get("/v1/articles/zz-0/comments")["total"]


def test_a_dry_run_of_an_export_stores_nothing(full: Service, other: Service, tmp_path: Path) -> None:
    file = export(full, tmp_path / "redian.jsonl")
    before = contents(other)

    dry = command(other, "import", "redian", file, "--dry-run")

    assert contents(other) == before
    assert command(other, "import", "redian", file).stdout == dry.stdout.replace("would be imported", "imported")


def changed(**values: Any) -> Callable[[list[str]], list[str]]:
    """Lines in which the row of a comment has other values."""

    def change(lines: list[str]) -> list[str]:
        place = next(index for index, line in enumerate(lines) if '"comments"' in line)
        line = json.loads(lines[place])
        line["row"] |= values
        return [*lines[:place], json.dumps(line), *lines[place + 1 :]]

    return change


BROKEN: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "cut": (lambda lines: lines[:-1], "incomplete"),
    "missing a row": (lambda lines: [*lines[:-2], lines[-1]], "incomplete"),
    "no header": (lambda lines: lines[1:], "no export of ours"),
    "a later version": (lambda lines: ['{"redian": 2}', *lines[1:]], "of version 2"),
    "only a header": (lambda lines: lines[:1], "incomplete"),
    "no JSON": (lambda lines: [lines[0], "{", *lines[1:]], "is no line of an export"),
    "deep": (lambda lines: [lines[0], "[" * 100_000, *lines[1:]], "is no line of an export"),
    "long": (lambda lines: [lines[0], " " * 2_000_000, *lines[1:]], "is longer than any line"),
    "another table": (
        lambda lines: [lines[0], '{"table": "sqlite_master", "row": {}}', *lines[1:]],
        "there is no such table",
    ),
    "another column": (changed(is_admin=True), "no such column"),
    "a missing value": (changed(text=None), "text is missing"),
    "a wrong type": (changed(floor="1"), "floor is not what it has to be"),
    "too long": (changed(nickname="x" * 41), "nickname is not what it has to be"),
    "a NUL": (changed(text="a\0b"), "text is not what it has to be"),
    "nobody's reply": (changed(parent_id="0" * 26), "neither in it nor here"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_of_a_broken_export_nothing_is_stored(
    sqlite_service: Service, other: Service, tmp_path: Path, name: str
) -> None:
    sqlite_service.put("zz-1")
    sqlite_service.comment("zz-1")
    file = export(sqlite_service, tmp_path / "redian.jsonl")
    make_broken, sentence = BROKEN[name]
    file.write_text("\n".join(make_broken(file.read_text("utf-8").splitlines())) + "\n", "utf-8")
    before = contents(other)

    result = command(other, "import", "redian", file)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert contents(other) == before
    assert recorded(other) == []


def test_an_export_is_its_owners_alone_and_replaces_no_file(service: Service, tmp_path: Path) -> None:
    file = export(service, tmp_path / "redian.jsonl")

    again = command(service, "export", file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert again.exit_code == 1
    assert "cannot be written" in again.stderr
    assert command(service, "export", "-").stdout.encode() == file.read_bytes()


def test_what_an_export_leaves_out_is_there_to_be_left_out() -> None:
    assert LEFT_OUT.keys() <= Base.metadata.tables.keys()
