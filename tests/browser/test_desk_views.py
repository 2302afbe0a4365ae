"""The desk beyond the queue: search, words, bans, articles, boards, the audit trail and the overview."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Complaints
from tests.browser.desk import focused, queue_of, sign_in, status_of, trail_of
from tests.browser.publishing import comment, new_channel, publish
from tests.e2e.running import KEY, Run, eventually


@pytest.fixture
def channel() -> str:
    return new_channel()


def get(system: Run, path: str) -> Any:
    """What a read answers a moderator."""
    answer = system.http.get(path, headers=KEY)
    assert answer.status_code == 200, answer.text
    return answer.json()


def row(page: Page, text: str) -> Locator:
    """The table's row with a text."""
    return page.get_by_role("row").filter(has_text=text)


def test_what_is_found_is_decided_on_where_it_stands(reader: Page, system: Run, channel: str) -> None:
    (comment_id,) = queue_of(system, channel, f"找得到的 {channel}")
    sign_in(reader, "/admin/queue")
    reader.keyboard.press("/")
    expect(reader.get_by_label("正文或昵称")).to_be_focused()

    reader.keyboard.type(channel)
    reader.keyboard.press("Enter")
    # The search without words has this comment, too, and stands until the other one is there: keys between the two
    # would be for nobody.
    expect(reader).to_have_url(re.compile(f"q={channel}"))
    expect(reader.locator("[aria-busy]")).to_have_count(0)
    expect(reader.locator("tbody tr")).to_have_count(1)
    found = row(reader, f"找得到的 {channel}").locator(".state")
    reader.keyboard.press("Escape")
    reader.keyboard.press("j")
    reader.keyboard.press("s")
    expect(found).to_have_text("垃圾")
    reader.keyboard.press("u")
    expect(found).to_have_text("待审")
    reader.keyboard.press("a")
    reader.keyboard.press("n")

    eventually(lambda: status_of(system, comment_id, channel) == "published", system.log)


def test_a_word_is_added_tried_and_removed(reader: Page, system: Run, channel: str) -> None:
    publish(system, channel)
    sign_in(reader, "/admin/words")
    adding = reader.locator("form").filter(has=reader.get_by_role("heading", name="添加词"))
    adding.get_by_label("词", exact=True).fill(f"赌{channel}")
    adding.get_by_label("处理").select_option("mask")
    adding.get_by_role("button").click()
    expect(row(reader, f"赌{channel}")).to_contain_text("打码")

    trying = reader.locator("form").filter(has=reader.get_by_role("heading", name="试一试"))
    trying.get_by_label("一段文字").fill(f"来 <b>赌{channel}</b> 吧")
    trying.get_by_role("button").click()
    expect(trying.locator("mark")).to_have_text(f"赌{channel}")
    expect(trying.get_by_text("会打码后发布。")).to_be_visible()

    row(reader, f"赌{channel}").get_by_role("button").click()
    expect(row(reader, f"赌{channel}")).to_have_count(0)
    words = [word["word"] for word in get(system, "/v1/moderation/words?limit=1000")["words"]]
    assert f"赌{channel}" not in words


def test_a_reader_is_banned_from_the_queue_and_let_in_again(reader: Page, system: Run, channel: str) -> None:
    article_id = publish(system, channel, comments="moderated")
    assert reader.request.post(f"/v1/articles/{article_id}/comments", data={"text": "骂人"}).status == 202
    sign_in(reader, f"/admin/queue?channel={channel}")
    focused(reader, "骂人")

    reader.keyboard.press("b")
    dialog = reader.get_by_role("dialog")
    expect(dialog.get_by_label("类别")).to_have_value("reader")
    dialog.get_by_label("理由").fill("辱骂")
    dialog.get_by_role("button", name="添加封禁").click()
    expect(dialog).to_have_count(0)
    refused = reader.request.post(f"/v1/articles/{article_id}/comments", data={"text": "再骂"})
    assert refused.status == 403

    reader.keyboard.press("4")
    ban = row(reader, "辱骂")
    expect(ban).to_contain_text("读者")
    ban.get_by_role("button").click()
    expect(ban).to_have_count(0)
    assert reader.request.post(f"/v1/articles/{article_id}/comments", data={"text": "道歉"}).status == 202


def test_a_faulty_ban_is_told_where_it_is_written(reader: Page, complaints: Complaints) -> None:
    complaints.expected.append("422")
    sign_in(reader, "/admin/bans")
    reader.get_by_role("button", name="添加封禁").click()
    dialog = reader.get_by_role("dialog")
    dialog.get_by_label("类别").select_option("prefix")
    dialog.get_by_label("对象").fill("not a network")

    dialog.get_by_role("button", name="添加封禁").click()

    expect(dialog.get_by_role("alert")).to_contain_text("value")
    expect(dialog.get_by_label("对象")).to_have_value("not a network")


def test_an_articles_comments_are_closed_and_the_article_is_withdrawn(reader: Page, system: Run, channel: str) -> None:
    article_id = publish(system, channel, f"灯会 {channel}")
    sign_in(reader, f"/admin/articles?channel={channel}")
    found = row(reader, f"灯会 {channel}")

    found.get_by_role("combobox").select_option("closed")
    expect(reader.get_by_text(f"「灯会 {channel}」：关闭").first).to_be_visible()
    answer = system.http.post(f"/v1/articles/{article_id}/comments", json={"text": "还能写吗"})
    assert answer.json()["code"] == "comments_closed"

    found.get_by_role("button", name="撤下").click()
    reader.get_by_role("alertdialog").get_by_role("button", name="撤下").click()
    expect(found).to_have_count(0)
    eventually(lambda: system.http.post("/v1/clicks", json={"article_id": article_id}).status_code == 404, system.log)


def test_pins_and_hidden_articles_reach_the_readers_board(reader: Page, system: Run, channel: str) -> None:
    ids = [publish(system, channel, title) for title in ("甲", "乙", "丙")]
    for place, article_id in enumerate(ids):
        system.click(article_id, 3 - place)

    def order() -> list[str]:
        answer = system.http.get(f"/v1/rankings/{channel}/total")
        return [entry["article_id"] for entry in answer.json().get("entries", [])]

    eventually(lambda: order() == ids, system.log)
    sign_in(reader, f"/admin/boards?channel={channel}&board=total")

    row(reader, "丙").get_by_role("button", name="置顶").click()
    expect(row(reader, "丙")).to_contain_text("置顶第 1 位")
    row(reader, "乙").get_by_role("button", name="隐藏").click()
    expect(reader.get_by_role("button", name="恢复显示: 乙")).to_be_visible()
    eventually(lambda: order() == [ids[2], ids[0]], system.log)

    reader.get_by_role("button", name="恢复显示: 乙").click()
    row(reader, "丙").get_by_role("button", name="取消置顶").click()
    expect(row(reader, "乙")).to_have_count(1)
    eventually(lambda: order() == ids, system.log)
    changes = get(system, f"/v1/rankings/{channel}/total/overlay")["changes"]
    assert [each["action"] for each in changes] == ["remove-pin", "remove-hidden", "put-hidden", "put-pin"]


def test_the_trail_tells_what_was_done_and_undoes_it(reader: Page, system: Run, channel: str) -> None:
    (comment_id,) = queue_of(system, channel, "误判")
    decision = {"comment_id": comment_id, "action": "spam", "reason": "看错了"}
    system.http.post("/v1/moderation/decisions", json={"decisions": [decision]}, headers=KEY)
    sign_in(reader, f"/admin/audit?channel={channel}")
    entry = row(reader, "看错了")
    for text in ("标为垃圾", "local", "待审 → 垃圾"):
        expect(entry).to_contain_text(text)

    entry.get_by_role("button", name="撤销").click()

    expect(row(reader, "看错了")).to_contain_text("已撤销")
    assert status_of(system, comment_id, channel) == "pending"
    assert [action for action, _ in trail_of(system, channel)] == ["undo", "spam"]


def test_the_trail_tells_of_the_boards_between_the_comments(reader: Page, system: Run, channel: str) -> None:
    article_id = publish(system, channel, "上榜的", comments="moderated")
    ids = [str(comment(system, article_id, text)["id"]) for text in ("先", "后")]
    path = f"/v1/rankings/{channel}/total"

    def decide(comment_id: str, action: str) -> None:
        decision = {"comment_id": comment_id, "action": action}
        system.http.post("/v1/moderation/decisions", json={"decisions": [decision]}, headers=KEY)

    eventually(lambda: system.http.get(path).status_code == 200, system.log)
    decide(ids[0], "publish")
    assert system.http.put(f"{path}/pins/{article_id}", json={"position": 2}, headers=KEY).status_code == 204
    decide(ids[1], "spam")
    assert system.http.put(f"{path}/hidden/{article_id}", headers=KEY).status_code == 204

    sign_in(reader, f"/admin/audit?channel={channel}")

    rows = reader.locator("tbody tr")
    expect(rows).to_have_count(4)
    for place, words in enumerate(["从榜单隐藏", "标为垃圾", "榜单置顶", "通过"]):
        expect(rows.nth(place)).to_contain_text(words)
        expect(rows.nth(place)).to_contain_text("local")
    expect(rows.nth(2)).to_contain_text("置顶第 2 位")
    rows.nth(2).get_by_role("link", name="点击排行").click()
    expect(reader.get_by_role("button", name="恢复显示: 上榜的")).to_be_visible()


def test_a_webhook_is_added_paused_given_another_secret_and_removed(reader: Page, system: Run, channel: str) -> None:
    url = f"https://{channel}.example/redian"
    sign_in(reader, "/admin/webhooks")
    adding = reader.locator("form").filter(has=reader.get_by_role("heading", name="添加推送"))
    adding.get_by_label("地址").fill(url)
    adding.get_by_label("评论发布").uncheck()
    adding.get_by_role("button").click()
    secret = reader.get_by_role("textbox", name="签名密钥")
    first = secret.input_value()
    reader.keyboard.press("Escape")

    hook = row(reader, url)
    expect(hook).to_contain_text("评论撤下")
    expect(hook).not_to_contain_text("评论发布")
    hook.get_by_role("button", name="暂停").click()
    expect(hook).to_contain_text("已暂停")
    hook.get_by_role("button", name="发送记录").click()
    expect(reader.get_by_text("还没有发送过。")).to_be_visible()
    hook.get_by_role("button", name="换密钥").click()
    reader.get_by_role("alertdialog").get_by_role("button", name="换密钥").click()
    expect(secret).to_be_visible()
    assert len({first, secret.input_value()} - {""}) == 2
    reader.keyboard.press("Escape")
    known = {each["url"]: each["active"] for each in get(system, "/v1/moderation/webhooks")["webhooks"]}
    assert known[url] is False

    hook.get_by_role("button", name="删除").click()
    reader.get_by_role("alertdialog").get_by_role("button", name="删除").click()
    expect(hook).to_have_count(0)


def test_the_overview_draws_the_hours_with_axes_and_units(reader: Page, system: Run, channel: str) -> None:
    article_id = publish(system, channel)
    comment(system, article_id, "概况")
    system.click(article_id, 5)
    eventually(lambda: get(system, "/v1/boards/health")["hours"][-1]["clicks"] >= 5, system.log)

    sign_in(reader, "/admin/overview")

    for name, unit in (
        ("每小时评论", "条"),
        ("每小时点击", "次"),
        ("待审评论等了多久", "条"),
        ("榜单滞后，打开本页以来", "条事件"),
    ):
        chart = reader.get_by_role("figure").filter(has_text=name)
        expect(chart.locator("svg text").filter(has_text=unit).first).to_be_visible()
    figures = reader.get_by_role("figure").filter(has_text="每小时点击")
    figures.get_by_text("数据表").click()
    expect(figures.get_by_role("row")).to_have_count(49)
    expect(reader.get_by_text("榜单工作进程 · 分区 0")).to_be_visible()


def test_the_desk_speaks_english_and_remembers_it(reader: Page) -> None:
    sign_in(reader, "/admin/words")

    reader.get_by_role("button", name="English").click()

    expect(reader.get_by_role("heading", name="Words of the filter")).to_be_visible()
    reader.get_by_label("Theme").select_option("dark")
    reader.reload()
    expect(reader.get_by_role("heading", name="Words of the filter")).to_be_visible()
    assert reader.evaluate("document.documentElement.lang + document.documentElement.dataset.theme") == "endark"


def test_single_keys_can_be_switched_off(reader: Page, system: Run, channel: str) -> None:
    (comment_id,) = queue_of(system, channel, "别动我")
    sign_in(reader, f"/admin/queue?channel={channel}")
    focused(reader, "别动我")

    reader.keyboard.press("?")
    reader.get_by_role("dialog").get_by_label("使用单键快捷键").uncheck()
    reader.keyboard.press("Escape")
    reader.keyboard.press("a")

    expect(reader.get_by_role("dialog")).to_have_count(0)
    focused(reader, "别动我")
    assert status_of(system, comment_id, channel) == "pending"
