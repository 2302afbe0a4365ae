"""The moderators' desk in a browser: a queue worked off by keys alone, undone, and refused to whoever has no key."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from comments_service.desk.pages import VIEWS
from tests.browser.axe import violations
from tests.browser.conftest import Complaints
from tests.browser.desk import SHORTLY_MS, focused, queue_of, sign_in, status_of, trail_of
from tests.browser.publishing import comment, new_channel, publish
from tests.browser.test_comments import of, write
from tests.e2e.running import KEY, Run, eventually

NewReader = Callable[..., Page]


def test_a_queue_is_worked_off_by_keys_alone(reader: Page, system: Run) -> None:
    ids = queue_of(system, "desk-a", "第一条", "第二条", "第三条", "第四条", "第五条")
    sign_in(reader, "/admin/queue?channel=desk-a")
    focused(reader, "第一条")

    for key, following in (
        ("a", "第二条"),
        ("j", "第三条"),
        ("r", "第四条"),
        ("s", "第五条"),
        ("k", "第二条"),
        ("d", "第五条"),
    ):
        reader.keyboard.press(key)
        focused(reader, following)
    expect(reader.get_by_role("status")).to_contain_text("已删除")
    assert status_of(system, ids[0], "desk-a") == "pending"
    reader.keyboard.press("n")

    expected = ["published", "deleted", "rejected", "spam", "pending"]
    eventually(lambda: [status_of(system, each, "desk-a") for each in ids] == expected, system.log)
    assert [action for action, _ in trail_of(system, "desk-a")] == ["delete", "spam", "reject", "publish"]


def test_a_decision_goes_out_by_itself_after_ten_seconds(reader: Page, system: Run) -> None:
    (comment_id,) = queue_of(system, "desk-b", "等一会儿")
    sign_in(reader, "/admin/queue?channel=desk-b")
    focused(reader, "等一会儿")

    reader.keyboard.press("a")

    expect(reader.get_by_text("没有要处理的评论。", exact=True)).to_be_visible()
    expect(reader.get_by_role("region", name="撤销")).to_be_hidden(timeout=SHORTLY_MS)
    assert status_of(system, comment_id, "desk-b") == "published"


def test_an_undone_decision_was_never_made(reader: Page, system: Run) -> None:
    first, second = queue_of(system, "desk-c", "先来的", "后到的")
    sign_in(reader, "/admin/queue?channel=desk-c")
    focused(reader, "先来的")
    reader.keyboard.press("s")
    reader.keyboard.press("a")

    reader.keyboard.press("u")
    focused(reader, "后到的")
    reader.keyboard.press("u")
    focused(reader, "先来的")

    expect(reader.get_by_role("region", name="撤销")).to_be_hidden()
    assert [status_of(system, each, "desk-c") for each in (first, second)] == ["pending", "pending"]
    assert trail_of(system, "desk-c") == []


def test_what_was_sent_can_still_be_undone(reader: Page, system: Run) -> None:
    (comment_id,) = queue_of(system, "desk-d", "发了再撤")
    sign_in(reader, "/admin/queue?channel=desk-d")
    focused(reader, "发了再撤")
    reader.keyboard.press("a")
    reader.keyboard.press("n")
    eventually(lambda: status_of(system, comment_id, "desk-d") == "published", system.log)
    expect(reader.get_by_role("region", name="撤销")).to_be_hidden()

    reader.keyboard.press("u")

    focused(reader, "发了再撤")
    assert status_of(system, comment_id, "desk-d") == "pending"


def test_many_are_decided_at_once_and_taken_back_at_once(reader: Page, system: Run) -> None:
    ids = queue_of(system, "desk-e", *(f"第 {number} 条" for number in range(1, 6)))
    sign_in(reader, "/admin/queue?channel=desk-e")
    focused(reader, "第 1 条")

    for key in ("x", "j", "j", "x", "s"):
        reader.keyboard.press(key)
    focused(reader, "第 4 条")
    reader.keyboard.press("u")
    focused(reader, "第 1 条")
    for key in ("x", "j", "x", "r", "n"):
        reader.keyboard.press(key)

    eventually(lambda: status_of(system, ids[1], "desk-e") == "rejected", system.log)
    assert [status_of(system, each, "desk-e") for each in ids] == ["rejected", "rejected", *["pending"] * 3]


def test_the_reason_goes_into_the_audit_trail(reader: Page, system: Run) -> None:
    queue_of(system, "desk-f", "说人坏话")
    sign_in(reader, "/admin/queue?channel=desk-f")
    focused(reader, "说人坏话")

    reader.keyboard.press("m")
    reader.keyboard.type("人身攻击 asr")
    reader.keyboard.press("Escape")
    reader.keyboard.press("r")
    reader.keyboard.press("n")

    def entries() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = system.http.get("/v1/moderation/audit?channel=desk-f", headers=KEY).json()[
            "entries"
        ]
        return found

    eventually(entries, system.log)
    assert [(entry["action"], entry["reason"]) for entry in entries()] == [("reject", "人身攻击 asr")]


def test_the_comment_in_focus_comes_with_its_context(reader: Page, system: Run) -> None:
    channel = new_channel()
    article_id = publish(system, channel, "灯会今晚亮灯")
    system.http.post("/v1/moderation/words", json={"word": "加微信", "tier": "hold", "channel": channel}, headers=KEY)
    parent = comment(system, article_id, "门票多少钱？", nickname="老陈")["id"]
    # One reader writes both.
    path = f"/v1/articles/{article_id}/comments"
    assert reader.request.post(path, data={"text": "我以前写的"}).status == 201
    held = {"text": "先<b>加 微 信</b>再说", "nickname": "小林", "parent_id": parent}
    assert reader.request.post(path, data=held).status == 202

    sign_in(reader, f"/admin/queue?channel={channel}")

    focused(reader, "先<b>加 微 信</b>再说")
    card = reader.get_by_role("article")
    expect(card.locator("mark")).to_have_text("加 微 信")
    expect(card.get_by_role("region", name="为什么在这里")).to_contain_text("含有关注词")
    for text in ("灯会今晚亮灯", "门票多少钱？", "我以前写的"):
        expect(card.get_by_text(text)).to_be_visible()
    expect(reader).to_have_title(re.compile(r"^\(\d+\) 待审 · 审核台 · Redian$"))


def test_a_wrong_key_is_told_so_and_opens_nothing(reader: Page, complaints: Complaints) -> None:
    complaints.expected.append("401")

    reader.goto("/admin/queue")
    reader.get_by_label("密钥", exact=True).fill("guessed")
    reader.keyboard.press("Enter")

    expect(reader.get_by_role("alert").filter(has_text="没有这个密钥")).to_be_visible()
    expect(reader.get_by_role("navigation")).to_have_count(0)
    expect(reader.get_by_role("banner")).not_to_contain_text("null")
    assert violations(reader) == []


def test_signing_out_ends_it_here_and_keeps_no_decision_back(reader: Page, system: Run) -> None:
    (comment_id,) = queue_of(system, "desk-h", "最后一条")
    sign_in(reader, "/admin/queue?channel=desk-h")
    focused(reader, "最后一条")
    reader.keyboard.press("a")

    reader.get_by_role("button", name="退出").click()

    expect(reader.get_by_label("密钥", exact=True)).to_be_visible()
    assert status_of(system, comment_id, "desk-h") == "published"
    assert [cookie["name"] for cookie in reader.context.cookies()] == []


def test_a_session_that_ends_meanwhile_loses_no_decision(reader: Page, system: Run, complaints: Complaints) -> None:
    complaints.expected.append("401")
    (comment_id,) = queue_of(system, "desk-i", "还没提交")
    sign_in(reader, "/admin/queue?channel=desk-i")
    focused(reader, "还没提交")
    reader.keyboard.press("a")
    reader.context.clear_cookies()
    reader.keyboard.press("n")

    reader.get_by_label("密钥", exact=True).fill("test-key")
    reader.keyboard.press("Enter")

    eventually(lambda: status_of(system, comment_id, "desk-i") == "published", system.log)


@pytest.mark.parametrize(
    "options",
    [
        {"locale": "zh-CN", "color_scheme": "light"},
        {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 320, "height": 640}, "has_touch": True},
    ],
    ids=["desktop-light-zh", "phone-dark-en"],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(new_reader: NewReader, system: Run, options: dict[str, Any]) -> None:
    queue_of(system, "desk-j", "一二三" * 60, "https://a.example/" + "x" * 200)
    system.http.post("/v1/moderation/words", json={"word": "赌场", "tier": "hold"}, headers=KEY)
    page = new_reader(**options)
    sign_in(page)

    for view in VIEWS:
        page.goto(f"/admin/{view}?channel=desk-j" if view == "queue" else f"/admin/{view}")
        expect(page.locator("main > .view")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], view
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, view


def test_posted_then_held_then_approved_it_is_seen_live_by_another_reader(new_reader: NewReader, system: Run) -> None:
    channel = new_channel()
    article_id = publish(system, channel, comments="moderated")
    author, reader, moderator = new_reader(), new_reader(), new_reader()
    for page in (author, reader):
        page.goto(f"/articles/{article_id}")
        expect(page.get_by_role("textbox", name="我来说两句")).to_be_visible()
    write(author, "等编辑点头")
    expect(of(author, "等编辑点头")).to_contain_text("审核中，仅自己可见")
    expect(reader.get_by_text("等编辑点头")).to_have_count(0)

    sign_in(moderator, f"/admin/queue?channel={channel}")
    focused(moderator, "等编辑点头")
    moderator.keyboard.press("a")
    moderator.keyboard.press("n")

    reader.get_by_role("button", name="1 条新评论").click(timeout=SHORTLY_MS)
    expect(of(reader, "等编辑点头")).to_be_visible()
    author.reload()
    expect(of(author, "等编辑点头")).not_to_contain_text("审核中")


@pytest.mark.parametrize(
    "leave",
    [lambda page: page.close(run_before_unload=True), lambda page: page.goto("about:blank")],
    ids=["closed", "left"],
)
def test_a_tab_that_goes_away_sends_what_waits(reader: Page, system: Run, leave: Callable[[Page], object]) -> None:
    channel = new_channel()
    first, second = queue_of(system, channel, "关页之前", "关页之后")
    sign_in(reader, f"/admin/queue?channel={channel}")
    focused(reader, "关页之前")
    reader.keyboard.press("s")
    focused(reader, "关页之后")
    assert status_of(system, first, channel) == "pending"

    leave(reader)

    eventually(lambda: status_of(system, first, channel) == "spam", system.log)
    assert status_of(system, second, channel) == "pending"


@pytest.mark.parametrize(("key", "status"), [("a", "published"), ("r", "rejected"), ("s", "spam")])
def test_each_key_decides_and_u_takes_it_back(reader: Page, system: Run, key: str, status: str) -> None:
    channel = new_channel()
    first, second = queue_of(system, channel, "上一条", "下一条")
    sign_in(reader, f"/admin/queue?channel={channel}")
    focused(reader, "上一条")
    reader.keyboard.press("j")
    focused(reader, "下一条")
    reader.keyboard.press("k")
    focused(reader, "上一条")

    reader.keyboard.press(key)
    focused(reader, "下一条")
    reader.keyboard.press("u")
    focused(reader, "上一条")
    reader.keyboard.press(key)
    reader.keyboard.press("n")

    eventually(lambda: status_of(system, first, channel) == status, system.log)
    assert status_of(system, second, channel) == "pending"
    assert len(trail_of(system, channel)) == 1


def test_what_is_decided_elsewhere_leaves_the_line(new_reader: NewReader, system: Run) -> None:
    first, second = queue_of(system, "desk-k", "我在看的", "别人处理的")
    page = new_reader()
    sign_in(page, "/admin/queue?channel=desk-k")
    focused(page, "我在看的")
    expect(page.get_by_role("list", name="接下来").get_by_role("listitem")).to_have_count(2)

    decisions = [{"comment_id": second, "action": "spam"}]
    system.http.post("/v1/moderation/decisions", json={"decisions": decisions}, headers=KEY)

    expect(page.get_by_role("list", name="接下来").get_by_role("listitem")).to_have_count(1, timeout=SHORTLY_MS)
    focused(page, "我在看的")
    assert status_of(system, first, "desk-k") == "pending"


def test_the_page_loads_nothing_that_its_policy_does_not_name(system: Run) -> None:
    answer = system.http.get("/admin/queue")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in answer.text
    assert "onclick" not in answer.text
    assert answer.text.count("<script") == answer.text.count('<script type="module" src="/admin/assets/') == 1
    assert system.http.get("/admin/elsewhere").status_code == 404
    assert system.http.get("/admin/assets/0000000000000000/main.js").status_code == 404
