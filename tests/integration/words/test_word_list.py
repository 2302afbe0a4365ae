"""The word list over HTTP and by file."""

from pathlib import Path

import pytest

from tests.integration.words.conftest import MODERATOR, PATH, Desk


def test_a_word_is_put_once_however_it_is_spelt(desk: Desk) -> None:
    first = desk.put("壞詞", "hold")

    assert (first.status_code, desk.put("壞詞", "hold").status_code, desk.put("坏 词", "hold").status_code) == (
        201,
        200,
        200,
    )
    assert first.get_json() == {
        "word": "壞詞",
        "tier": "hold",
        "channel": None,
        "added_by": "desk",
        "created_at": "2026-11-23T12:20:00.000Z",
    }
    assert desk.words() == ["壞詞"]


def test_a_word_moves_to_another_tier(desk: Desk) -> None:
    desk.put("坏词", "hold")

    moved = desk.put("坏词", "block")

    assert (moved.status_code, moved.get_json()["tier"]) == (200, "block")
    assert desk.judge("坏词")["tier"] == "block"


def test_channels_have_words_of_their_own(desk: Desk) -> None:
    desk.put("坏词", "hold")
    desk.put("坏词", "block", channel="zz")

    assert desk.judge("坏词")["tier"] == "hold"
    assert desk.judge("坏词", channel="zz")["tier"] == "block"
    assert len(desk.words("?channel=zz")) == 1
    assert desk.remove("坏词", channel="zz").status_code == 204
    assert desk.judge("坏词", channel="zz")["tier"] == "hold"


def test_a_removed_word_is_gone_and_cannot_be_removed_again(desk: Desk) -> None:
    desk.put("坏词", "hold")

    assert desk.remove("壞詞").status_code == 204
    assert desk.judge("坏词") == {"tier": None, "hits": [], "masked": "坏词"}
    again = desk.remove("坏词")
    assert (again.status_code, again.get_json()["code"]) == (404, "word_unknown")


def test_pages_follow_each_other(desk: Desk) -> None:
    for number in range(5):
        desk.put(f"词{number}", "mask" if number else "allow")

    first = desk.listed("?limit=2")
    second = desk.listed(f"?limit=2&cursor={first['next_cursor']}")
    third = desk.listed(f"?limit=2&cursor={second['next_cursor']}")

    pages = [[word["word"] for word in page["words"]] for page in (first, second, third)]
    assert pages == [["词0", "词1"], ["词2", "词3"], ["词4"]]
    assert third["next_cursor"] is None
    assert desk.words("?tier=allow") == ["词0"]


def test_the_test_tells_which_word_hit_and_where(desk: Desk) -> None:
    desk.put("坏词", "mask")

    assert desk.judge("这 壞😀詞!") == {
        "tier": "mask",
        "hits": [{"word": "坏词", "tier": "mask", "start": 2, "end": 5}],
        "masked": "这 ***!",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"word": "坏词"},
        {"word": "坏词", "tier": "shout"},
        {"word": "", "tier": "hold"},
        {"word": "。！", "tier": "hold"},
        {"word": "$$", "tier": "hold"},
        {"word": "坏\n词", "tier": "hold"},
        {"word": "词" * 101, "tier": "hold"},
        {"word": "ﷺ" * 100, "tier": "hold"},
        {"word": "坏词", "tier": "hold", "channel": "all"},
        {"word": "坏词", "tier": "hold", "colour": "red"},
    ],
)
def test_what_cannot_be_a_word_is_refused(desk: Desk, body: dict[str, str]) -> None:
    answer = desk.service.client.post(PATH, json=body, headers=MODERATOR)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")


def test_the_list_is_the_moderators_alone(desk: Desk) -> None:
    client = desk.service.client

    assert client.get(PATH).status_code == 401
    assert client.post(PATH, json={"word": "坏词", "tier": "hold"}).status_code == 401
    assert client.delete(PATH, json={"word": "坏词"}, headers={"Authorization": "Bearer cms-key"}).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"word": 1}'])
def test_a_body_that_names_no_word_removes_none(desk: Desk, body: bytes) -> None:
    answer = desk.service.client.delete(PATH, data=body, content_type="application/json", headers=MODERATOR)

    assert answer.status_code in {400, 422}


def test_a_file_is_imported_and_importing_it_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("\ufeff# a remark\n坏词\r\n\n壞詞\nspam\n。。\n".encode())
    run = desk.service.app.test_cli_runner().invoke

    first = run(args=["words-import", str(file), "--tier", "block", "--channel", "zz"])
    again = run(args=["words-import", str(file), "--tier", "block", "--channel", "zz"])
    moved = run(args=["words-import", str(file), "--tier", "mask", "--channel", "zz"])

    assert first.exit_code == 0
    assert "2 words added, 0 moved to block, 0 were there, 1 lines left out." in first.output
    assert "line 6: must contain a letter or a digit" in first.output
    assert "0 words added, 0 moved to block, 2 were there" in again.output
    assert "0 words added, 2 moved to mask, 0 were there" in moved.output
    assert set(desk.words("?channel=zz")) == {"坏词", "spam"}


def test_a_file_of_another_encoding_is_refused_whole_and_read_when_it_is_named(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("好\n坏词\n".encode("gb18030"))
    run = desk.service.app.test_cli_runner().invoke

    refused = run(args=["words-import", str(file), "--tier", "hold"])
    read = run(args=["words-import", str(file), "--tier", "hold", "--encoding", "gb18030"])

    assert refused.exit_code == 1
    assert "cannot be read as utf-8-sig" in refused.output
    assert read.exit_code == 0
    assert set(desk.words()) == {"好", "坏词"}
