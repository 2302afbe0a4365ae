"""Each format, from a file in its own shape to the comments that readers see."""

from pathlib import Path
from typing import Any

import pytest

from comments_service.status import Status
from comments_service.tables import Comment
from shared.clock import to_rfc3339
from tests.integration.comments.conftest import Service
from tests.integration.imports.conftest import EXPORTS, Import, comments, make_isso


def shown(comment: Comment, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(comment, name) for name in names)


def answered(found: list[Comment]) -> list[int | None]:
    """The floors that the comments answer."""
    floors = {comment.id: comment.floor for comment in found}
    return [floors[comment.parent_id] if comment.parent_id else None for comment in found]


def test_disqus(service: Service, run: Import) -> None:
    result = run("disqus", EXPORTS / "disqus.xml")

    assert result.exit_code == 0, result.output
    found = comments(service)
    assert [comment.status for comment in found] == ["published", "published", "spam", "deleted", "published"]
    assert answered(found) == [None, 1, None, None, 4]
    assert shown(found[0], "nickname", "email", "text") == ("Lin", "lin@example.org", "Is it open on Sunday?")
    assert found[1].text == ("Yes, see the map (https://maps.example/x) & come early.\n\nBring a coat.\nIt is cold.")
    assert to_rfc3339(found[0].created_at) == "2019-02-02T09:00:00.000Z"
    assert shown(found[3], "text", "nickname", "is_shown") == ("", None, True)
    assert result.stderr.splitlines() == [
        "row 7 (107) is left out: its page is no article",
        "row 8 (108) is left out: its text is empty",
        "row 6 (106) is left out: it was deleted, and nobody answered it",
    ]
    assert "5 of 8 comments imported (1 deleted, 3 published, 1 spam) under 1 articles." in result.stdout


def test_wordpress(service: Service, run: Import) -> None:
    result = run("wordpress", EXPORTS / "wordpress.xml")

    assert result.exit_code == 0, result.output
    found = comments(service)
    assert [comment.status for comment in found] == ["published", "pending", "spam", "rejected"]
    assert answered(found) == [None, 1, None, None]
    assert shown(found[0], "nickname", "email", "website") == ("小林", "lin@example.org", "https://lin.example")
    assert found[0].text == "第一行\n第二行 & 粗"
    assert to_rfc3339(found[0].created_at) == "2024-05-01T08:00:00.000Z"
    assert result.stderr.splitlines() == [
        "row 4 (8) is left out: it is no comment but a pingback",
        "row 5 (9) stands at the top: what it answered is not imported",
    ]


def test_isso(service: Service, run: Import, tmp_path: Path) -> None:
    result = run("isso", make_isso(tmp_path / "isso.db"))

    assert result.exit_code == 0, result.output
    found = comments(service)
    assert [comment.status for comment in found] == ["published", "pending", "deleted", "published"]
    assert answered(found) == [None, 1, None, 3]
    assert shown(found[0], "text", "up", "down", "created_at", "edited_at") == (
        "A *first* comment",
        5,
        2,
        1_500_000_000_250,
        1_500_000_100_500,
    )
    assert found[2].email is None
    assert result.stderr == "row 5 (5) is left out: it names no page\n"


def test_artalk(service: Service, run: Import) -> None:
    result = run("artalk", EXPORTS / "artalk.json")

    assert result.exit_code == 0, result.output
    found = comments(service)
    assert [comment.status for comment in found] == ["published", "published", "pending"]
    assert answered(found) == [None, 1, None]
    assert shown(found[0], "text", "up", "down", "is_pinned") == (
        "**灯会** <https://map.example> 真好看\n\n去看看",
        666,
        0,
        True,
    )
    assert shown(found[1], "text", "up", "down", "website") == ("回复 [ok]", 3, 1, None)
    assert to_rfc3339(found[0].created_at) == "2021-10-28T12:50:15.000Z"
    assert result.stderr.splitlines() == [
        "row 4 (4) is left out: its time is missing or cannot be read",
        "row 5 (no id) is left out: it has no id",
    ]


@pytest.mark.parametrize("wrapping", ["{}", '{{"errno": 0, "errmsg": "", "data": {}}}'], ids=["page", "api"])
def test_waline(service: Service, run: Import, tmp_path: Path, wrapping: str) -> None:
    file = tmp_path / "waline.json"
    file.write_text(wrapping.format((EXPORTS / "waline.json").read_text("utf-8")), "utf-8")

    result = run("waline", file)

    assert result.exit_code == 0, result.output
    found = comments(service)
    assert [comment.status for comment in found] == ["published", "pending", "published", "spam"]
    assert answered(found) == [None, 1, 2, None]
    assert [comment.text for comment in found] == ["好文章", "同感", "回复二楼", "spam"]
    assert shown(found[0], "nickname", "email", "up", "is_pinned") == ("小林", "lin@example.org", 4, True)
    assert to_rfc3339(found[0].created_at) == "2022-12-20T02:00:00.000Z"
    assert result.stderr == ""


@pytest.mark.parametrize("format_name", ["disqus", "wordpress", "artalk", "waline"])
def test_an_import_is_what_readers_and_moderators_see(service: Service, run: Import, format_name: str) -> None:
    file = next(EXPORTS.glob(f"{format_name}.*"))

    run(format_name, file)

    page = service.get("/v1/articles/fair/comments?sort=oldest")
    published = [comment for comment in comments(service) if comment.status == Status.PUBLISHED]
    pending = [comment for comment in comments(service) if comment.status == Status.PENDING]
    queue = service.get("/v1/moderation/queue")["comments"]
    assert page["total"] == len(published)
    assert [each["id"] for each in queue] == [comment.id for comment in pending]
    assert all(each["held_for"] == ["imported"] for each in queue)
