"""Accounts in a browser: from an administrator's invitation to an editor's own decisions, and out again."""

import os
import subprocess
import sys
from collections.abc import Callable
from secrets import token_hex

import pytest
from playwright.sync_api import Page, expect

from comments_service.accounts.passwords import SHORTEST
from services.embedded.environment import ROOT
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Complaints
from tests.browser.desk import focused, queue_of, sign_in, status_of
from tests.browser.publishing import new_channel
from tests.e2e.running import KEY, Run, eventually

NewReader = Callable[..., Page]
ACCOUNTS = "/v1/moderation/accounts"
PASSWORD = "correct horse battery"
SESSION_OVER = "登录已过期，请重新登录。尚未提交的决定都还在。"


@pytest.fixture
def name() -> str:
    return f"林晓{token_hex(3)}"


def invite(system: Run, name: str, role: str = "editor", channels: list[str] | None = None) -> str:
    """The address of a one-time link, as the API makes it."""
    body = {"name": name, "role": role, "channels": channels}
    answer = system.http.post(ACCOUNTS, json=body, headers=KEY)
    assert answer.status_code == 201, answer.text
    return "/admin/invitation#" + str(answer.json()["link"]).partition("#")[2]


def take_up(page: Page, address: str, password: str = PASSWORD) -> None:
    """Choose a password by a one-time link."""
    page.goto(address)
    page.get_by_label("新密码").or_(page.get_by_label("New password")).fill(password)
    page.keyboard.press("Enter")


def enter(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign in with an account."""
    page.get_by_label("账号", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.keyboard.press("Enter")


def test_an_invited_editor_decides_in_his_channel_until_he_is_disabled(
    new_reader: NewReader, system: Run, complaints: Complaints, name: str
) -> None:
    complaints.expected.append("401")
    channel = new_channel()
    (comment_id,) = queue_of(system, channel, "归我管的")
    queue_of(system, new_channel(), "不归我管的")
    chief, editor = new_reader(), new_reader()
    sign_in(chief, "/admin/accounts")

    chief.get_by_role("button", name="邀请").click()
    dialog = chief.get_by_role("dialog")
    dialog.get_by_label("账号").fill(name)
    dialog.get_by_role("checkbox", name=channel).check()
    dialog.get_by_role("button", name="邀请").click()
    link = chief.get_by_role("textbox", name="一次性链接").input_value()
    chief.get_by_role("dialog").get_by_role("button", name="关闭").click()
    own = chief.get_by_role("row").filter(has_text=name)
    expect(own).to_contain_text("等待设密码")

    editor.goto(link)
    expect(editor.get_by_text(f"账号：{name}（编辑）")).to_be_visible()
    take_up(editor, link)
    focused(editor, "归我管的")
    expect(editor.get_by_role("list", name="接下来").get_by_role("listitem")).to_have_count(1)
    expect(editor.get_by_role("link", name="账号")).to_have_count(0)
    editor.keyboard.press("a")
    editor.keyboard.press("n")
    eventually(lambda: status_of(system, comment_id, channel) == "published", system.log)
    trail = system.http.get(f"/v1/moderation/audit?channel={channel}", headers=KEY).json()["entries"]
    assert [(each["who"], each["action"]) for each in trail] == [(name, "publish")]

    chief.reload()
    expect(own).to_contain_text("可用")
    own.get_by_role("button", name="停用").click()
    chief.get_by_role("alertdialog").get_by_role("button", name="停用").click()
    expect(own).to_contain_text("已停用")
    editor.keyboard.press("2")
    expect(editor.get_by_text(SESSION_OVER)).to_be_visible()
    enter(editor, name)
    expect(editor.get_by_role("alert").filter(has_text="账号或密码不对。")).to_be_visible()


def test_the_first_administrator_comes_in_by_the_link_that_the_command_prints(
    reader: Page, system: Run, name: str
) -> None:
    flask = [sys.executable, "-m", "flask", "--app", "comments_service"]
    printed = subprocess.run(
        [*flask, "administrator", "invite", name],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(system.data_dir)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    link = printed.split()[-1]
    assert link.startswith(f"http://localhost:{system.ports['GATEWAY_PORT']}/admin/invitation#")

    take_up(reader, link)

    expect(reader.locator("main > .view")).to_be_visible()
    reader.keyboard.press("9")
    expect(reader.get_by_role("row").filter(has_text=name)).to_contain_text("管理员")


def test_a_link_that_was_used_says_so_and_leads_to_the_sign_in(
    new_reader: NewReader, system: Run, complaints: Complaints, name: str
) -> None:
    complaints.expected.append("404")
    link = invite(system, name)
    first, second = new_reader(), new_reader()
    take_up(first, link)
    expect(first).to_have_url(f"{system.http.base_url}/admin/queue")

    second.goto(link)
    expect(second.get_by_role("alert").filter(has_text="已过期或已用过")).to_be_visible()
    assert violations(second) == []
    second.get_by_role("link", name="去登录").click()
    enter(second, name)

    expect(second.get_by_role("heading", name="待审评论")).to_be_visible()


def test_a_weak_password_is_told_what_is_asked(reader: Page, system: Run, complaints: Complaints, name: str) -> None:
    complaints.expected.append("422")

    take_up(reader, invite(system, name), name + "a" * SHORTEST)

    expect(reader.get_by_role("alert").filter(has_text="不能含有账号名")).to_be_visible()
    take_up(reader, reader.url)
    expect(reader.locator("main > .view")).to_be_visible()


def test_one_changes_ones_password_and_the_others_are_out(
    new_reader: NewReader, system: Run, complaints: Complaints, name: str
) -> None:
    complaints.expected.append("401")
    here, there = new_reader(), new_reader()
    take_up(here, invite(system, name))
    expect(here.locator("main > .view")).to_be_visible()
    there.goto("/admin/queue")
    enter(there, name)
    expect(there.locator("main > .view")).to_be_visible()

    here.get_by_role("button", name=name).click()
    dialog = here.get_by_role("dialog")
    dialog.get_by_label("现在的密码").fill("wrong")
    dialog.get_by_label("新密码").fill("another fine password")
    dialog.get_by_role("button", name="修改密码").click()
    expect(dialog.get_by_role("alert").filter(has_text="现在的密码不对。")).to_be_visible()
    dialog.get_by_label("现在的密码").fill(PASSWORD)
    dialog.get_by_role("button", name="修改密码").click()
    expect(dialog).to_have_count(0)

    there.keyboard.press("2")
    expect(there.get_by_text(SESSION_OVER)).to_be_visible()
    here.keyboard.press("3")
    expect(here.get_by_role("heading", name="过滤词表")).to_be_visible()
    enter(there, name, "another fine password")
    expect(there.locator("main > .view")).to_be_visible()


def test_what_one_decided_is_not_sent_under_anothers_name(
    reader: Page, system: Run, complaints: Complaints, name: str
) -> None:
    complaints.expected.append("401")
    channel = new_channel()
    (comment_id,) = queue_of(system, channel, "谁定的")
    sign_in(reader, f"/admin/queue?channel={channel}")
    focused(reader, "谁定的")
    reader.keyboard.press("a")
    reader.context.clear_cookies()
    reader.keyboard.press("n")
    expect(reader.get_by_text(SESSION_OVER)).to_be_visible()

    token = invite(system, name).partition("#")[2]
    accepted = reader.request.post(
        "/v1/moderation/invitations/accept",
        data={"token": token, "password": PASSWORD},
        headers={"Origin": str(system.http.base_url)},
    )
    assert accepted.status == 200
    enter(reader, name)

    focused(reader, "谁定的")
    expect(reader.get_by_role("region", name="撤销")).to_be_hidden()
    assert status_of(system, comment_id, channel) == "pending"


@pytest.mark.parametrize(
    "options",
    [
        {"locale": "zh-CN", "color_scheme": "light"},
        {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 320, "height": 640}, "has_touch": True},
        {"locale": "zh-CN", "color_scheme": "dark", "viewport": PHONE, "has_touch": True},
    ],
    ids=["desktop-light-zh", "narrow-dark-en", "phone-dark-zh"],
)
def test_no_page_of_an_account_has_anything_to_complain_of(
    new_reader: NewReader, system: Run, name: str, options: dict[str, object]
) -> None:
    page = new_reader(**options)

    def look(what: str) -> None:
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], what
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, what

    page.goto("/admin/queue")
    expect(page.get_by_role("textbox").first).to_be_focused()
    look("sign-in")
    page.goto(invite(system, name, "administrator"))
    expect(page.locator("#new-password")).to_be_focused()
    look("invitation")
    page.locator("#new-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main > .view")).to_be_visible()
    page.goto("/admin/accounts")
    expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()
    look("accounts")
    page.locator(".top button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("invite")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("own account")
