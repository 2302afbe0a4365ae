"""Who changed the word list: each change stands in the audit trail, and a key for channels changes these alone."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.comments.conftest import FJ_MODERATOR
from tests.integration.words.conftest import KEYS, MODERATOR, PATH, Desk


def trail(desk: Desk) -> list[tuple[Any, ...]]:
    entries = desk.service.get("/v1/moderation/audit")["entries"]
    return [(each["who"], each["action"], each["subject"], each["channel"]) for each in entries]


def test_words_put_moved_and_removed_stand_in_the_trail(desk: Desk) -> None:
    desk.put("坏词", "hold", channel="fj")
    desk.put("坏 词", "hold", channel="fj")
    desk.put("坏词", "block", channel="fj")
    desk.remove("壞詞", channel="fj")
    desk.remove("没有")

    assert trail(desk) == [
        ("desk", "remove-word", "壞詞: block", "fj"),
        ("desk", "put-word", "坏词: block", "fj"),
        ("desk", "put-word", "坏词: hold", "fj"),
    ]


def test_an_imported_file_is_one_entry(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("坏词\n绿苹果\n", "utf-8")
    run = desk.service.app.test_cli_runner().invoke
    command = ["words-import", str(file), "--tier", "mask"]

    assert run(args=command).exit_code == 0
    assert run(args=command).exit_code == 0

    assert trail(desk) == [("words.txt", "import-words", "2 words: mask", None)]


def test_a_key_for_channels_changes_their_words_and_sees_what_holds_everywhere(desk: Desk) -> None:
    desk.put("处处", "hold")
    desk.put("厦门词", "hold", channel="xm")
    client = desk.service.client

    def status(method: str, **fields: str) -> int:
        body = {"word": "福建词"} | ({"tier": "hold"} if method == "POST" else {}) | fields
        return client.open(PATH, method=method, json=body, headers=FJ_MODERATOR).status_code

    assert [status("POST"), status("POST", channel="xm"), status("POST", channel="fj")] == [403, 403, 201]
    seen = client.get(PATH, headers=FJ_MODERATOR).get_json()["words"]
    assert [each["word"] for each in seen] == ["处处", "福建词"]
    assert client.get(f"{PATH}?channel=xm", headers=FJ_MODERATOR).status_code == 403
    assert [status("DELETE", word="处处"), status("DELETE", channel="fj")] == [403, 204]


def test_the_command_tells_which_word_hits_and_where(desk: Desk) -> None:
    desk.put("坏词", "block")
    desk.put("傻", "mask", channel="zz")
    run = desk.service.app.test_cli_runner().invoke

    everywhere = run(args=["words-test", "真 壞 詞 傻"])
    there = run(args=["words-test", "--channel", "zz", "真傻"])
    nothing = run(args=["words-test", "真好"])

    assert everywhere.output == "block: 坏词 at 2-5 (壞 詞)\n"
    assert there.output == "mask: 傻 at 1-2 (傻)\nmasked: 真*\n"
    assert (nothing.output, nothing.exit_code) == ("No word was found.\n", 0)


@pytest.mark.parametrize("key", [None, KEYS[0]["key"]])
def test_the_list_needs_a_moderators_key(desk: Desk, key: str | None) -> None:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    assert desk.service.client.get(PATH, headers=headers).status_code == (401 if key is None else 403)
    assert desk.service.client.get(PATH, headers=MODERATOR).status_code == 200
