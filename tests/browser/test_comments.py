"""<news-comments> in a browser: written, answered, quoted, voted on, changed, taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE
from tests.browser.publishing import comment, new_channel, publish, show
from tests.e2e.running import KEY, Run

VECTORS = [
    '<img src=x onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    '"><svg onload=window.hacked=1>',
    "javascript:window.hacked=1 [x](javascript:window.hacked=1)",
    "https://example.org/\"onmouseover='window.hacked=1'",
    "{{constructor.constructor('window.hacked=1')()}}",
]


@pytest.fixture
def article(system: Run) -> str:
    return publish(system, new_channel(), "可以评论的")


def read(page: Page, system: Run, article_id: str, attributes: str = "") -> None:
    """Open a page with the comments of an article, and wait for them."""
    show(page, system, f'<news-comments article="{article_id}" {attributes}></news-comments>', "news-comments.js")
    expect(page.get_by_role("textbox", name="我来说两句")).to_be_visible()


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="我来说两句").fill(text)
    page.get_by_role("button", name="发表").click()


def of(page: Page, text: str) -> Locator:
    """The comment with this text."""
    return page.get_by_role("article").filter(has=page.locator(".text", has_text=text))


def test_a_comment_is_written_and_still_there_after_a_reload(system: Run, reader: Page, article: str) -> None:
    read(reader, system, article)
    reader.get_by_role("textbox", name="我来说两句").fill("第一句")
    reader.get_by_role("textbox", name="昵称").fill("老街坊")

    reader.get_by_role("button", name="发表").click()

    expect(of(reader, "第一句")).to_contain_text("老街坊")
    expect(of(reader, "第一句")).to_be_focused()
    expect(reader.get_by_role("heading", name="相关评论 (1)")).to_be_visible()
    expect(reader.get_by_role("status")).to_have_text("已发表")
    reader.reload()
    expect(of(reader, "第一句")).to_contain_text("1楼")
    expect(reader.get_by_role("textbox", name="我来说两句")).to_have_value("")
    reader.get_by_role("textbox", name="我来说两句").focus()
    expect(reader.get_by_role("textbox", name="昵称")).to_have_value("老街坊")


def test_a_held_comment_is_its_authors_alone_until_it_is_approved(
    system: Run, reader: Page, new_reader: Callable[..., Page]
) -> None:
    article = publish(system, new_channel(), "先审后发", comments="moderated")
    other = new_reader()
    read(reader, system, article)
    read(other, system, article)

    write(reader, "等着的")
    expect(of(reader, "等着的")).to_contain_text("审核中，仅自己可见")
    reader.reload()
    expect(of(reader, "等着的")).to_contain_text("审核中，仅自己可见")
    expect(of(other, "等着的")).to_have_count(0)

    queue = system.http.get(f"/v1/moderation/queue?channel={article.split('-')[0]}", headers=KEY).json()
    decision = {"comment_id": queue["comments"][0]["id"], "action": "publish"}
    system.http.post("/v1/moderation/decisions", json={"decisions": [decision]}, headers=KEY)

    other.get_by_role("button", name="1 条新评论").click()
    expect(of(other, "等着的")).to_be_visible()
    expect(of(other, "等着的")).not_to_contain_text("审核中")


def test_new_comments_push_nothing_and_wait_behind_a_bar(system: Run, reader: Page, article: str) -> None:
    comment(system, article, "老的")
    read(reader, system, article)
    expect(of(reader, "老的")).to_be_visible()

    for number in range(3):
        comment(system, article, f"新的 {number}")

    bar = reader.get_by_role("button", name="3 条新评论")
    expect(bar).to_be_visible()
    expect(of(reader, "新的")).to_have_count(0)
    bar.click()
    expect(of(reader, "新的 2")).to_be_focused()
    expect(reader.get_by_role("article")).to_have_count(4)
    expect(bar).to_be_hidden()


def test_a_reply_stands_below_and_a_tower_is_quoted(system: Run, reader: Page, article: str) -> None:
    parent = comment(system, article, "一层")
    for text in ("二层", "三层", "四层", "五层", "六层", "七层"):
        parent = comment(system, article, text, parent_id=parent["id"])
    read(reader, system, article)
    reader.get_by_role("button", name="展开其余 1 条回复").click()

    seventh = of(reader, "七层")
    expect(seventh).to_be_visible()
    expect(seventh.locator("blockquote")).to_have_count(4)
    seventh.get_by_role("button", name="展开中间 2 层").click()
    expect(seventh.locator("blockquote")).to_have_count(5)
    expect(seventh.locator("blockquote blockquote blockquote blockquote blockquote")).to_contain_text("二层")

    seventh.get_by_role("button", name="回复").click()
    reader.get_by_role("textbox", name="回复 匿名网友").fill("八层")
    reader.keyboard.press("Control+Enter")

    expect(of(reader, "八层").last).to_be_focused()


def test_a_vote_is_given_and_taken_back(system: Run, reader: Page, article: str) -> None:
    comment(system, article, "好话")
    read(reader, system, article)

    of(reader, "好话").get_by_role("button", name="赞 0").click()
    like = of(reader, "好话").get_by_role("button", name="赞 1")
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_be_focused()
    reader.reload()
    expect(like).to_have_attribute("aria-pressed", "true")
    like.click()

    expect(of(reader, "好话").get_by_role("button", name="赞 0")).to_have_attribute("aria-pressed", "false")


def test_an_author_changes_and_deletes_what_he_wrote(system: Run, reader: Page, article: str) -> None:
    read(reader, system, article)
    write(reader, "写错了")
    own = reader.get_by_role("article")

    own.get_by_role("button", name="更多操作").click()
    own.get_by_role("button", name="修改").click()
    reader.get_by_role("textbox", name="修改").fill("写对了")
    reader.get_by_role("button", name="保存").click()
    expect(own).to_contain_text("写对了")
    expect(own).to_contain_text("已修改")
    reader.reload()
    own.get_by_role("button", name="更多操作").click()
    own.get_by_role("button", name="删除").click()
    own.get_by_role("button", name="删除").last.click()

    expect(own).to_contain_text("该评论已删除")
    expect(reader.get_by_role("heading", name="相关评论 (0)")).to_be_visible()
    assert system.http.get(f"/v1/articles/{article}/comments").json()["total"] == 0


def test_a_comment_is_reported(system: Run, reader: Page, article: str) -> None:
    comment(system, article, "广告广告")
    read(reader, system, article)

    reader.get_by_role("button", name="更多操作").click()
    reader.get_by_role("button", name="举报").click()
    reader.get_by_role("combobox", name="举报理由").select_option("spam")
    reader.get_by_role("button", name="举报").last.click()

    expect(reader.get_by_text("举报已收到，谢谢。")).to_be_visible()


def test_the_order_changes_and_more_is_loaded(system: Run, reader: Page, article: str) -> None:
    for number in range(25):
        comment(system, article, f"第{number:02d}句")
    read(reader, system, article)
    expect(reader.get_by_role("article")).to_have_count(20)
    expect(reader.get_by_role("article").first).to_contain_text("第24句")

    reader.get_by_role("button", name="加载更多").click()
    expect(reader.get_by_role("article")).to_have_count(25)
    expect(of(reader, "第04句")).to_be_focused()
    reader.get_by_role("button", name="最早").click()

    expect(reader.get_by_role("article").first).to_contain_text("第00句")
    expect(reader.get_by_role("button", name="最早")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("vector", VECTORS)
def test_whatever_readers_write_stays_text(system: Run, reader: Page, article: str, vector: str) -> None:
    first = comment(system, article, vector, nickname=vector[:40])
    second = comment(system, article, vector, nickname=vector[:40], parent_id=first["id"])
    comment(system, article, vector, nickname=vector[:40], parent_id=second["id"])

    read(reader, system, article)

    expect(reader.get_by_role("article")).to_have_count(3)
    assert reader.locator(".text").all_text_contents() == [vector] * 3
    reader.goto(f"/articles/{article}")
    expect(reader.locator("news-comments").get_by_role("article")).to_have_count(3)
    assert reader.evaluate("window.hacked") is None


def test_a_web_address_in_a_comment_is_a_link_that_recommends_nothing(system: Run, reader: Page, article: str) -> None:
    comment(system, article, "看这里：https://example.org/a?b=1。不错")

    read(reader, system, article)

    link = reader.get_by_role("link", name="https://example.org/a?b=1")
    expect(link).to_have_attribute("href", "https://example.org/a?b=1")
    expect(link).to_have_attribute("rel", "nofollow ugc noopener")


def test_a_text_that_is_too_long_or_blank_is_refused_under_the_field(system: Run, reader: Page, article: str) -> None:
    read(reader, system, article)

    write(reader, "字" * 2003)
    expect(reader.get_by_role("alert")).to_have_text("超出 3 个字，请删减后再发。")
    expect(reader.get_by_text("2003/2000")).to_be_visible()
    write(reader, "   ")
    expect(reader.get_by_role("alert")).to_have_text("请先写点什么。")

    expect(reader.get_by_role("textbox", name="我来说两句")).to_be_focused()


def test_a_closed_article_shows_its_comments_without_a_form(system: Run, reader: Page) -> None:
    article = publish(system, new_channel(), "可以评论的")
    comment(system, article, "之前写的")
    publish_again = {"comments": "closed", "channels": [article.split("-")[0]]}
    body = {"title": "关了", "url": "https://news.example.org/1", "published_at": "2026-01-01T00:00:00Z"}
    system.http.put(f"/v1/articles/{article}", json=body | publish_again, headers=KEY)

    show(reader, system, f'<news-comments article="{article}"></news-comments>', "news-comments.js")

    expect(of(reader, "之前写的")).to_be_visible()
    expect(reader.get_by_text("本文评论已关闭。")).to_be_visible()
    expect(reader.get_by_role("textbox")).to_have_count(0)
    expect(reader.get_by_role("button", name="回复")).to_have_count(0)


def test_the_keyboard_alone_does_everything(system: Run, reader: Page, article: str) -> None:
    comment(system, article, "键盘")
    read(reader, system, article)
    expect(of(reader, "键盘")).to_be_visible()

    reader.keyboard.press("Tab")
    reader.keyboard.type("用键盘写的")
    reader.keyboard.press("Tab")
    reader.keyboard.type("键盘手")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")

    expect(of(reader, "用键盘写的")).to_contain_text("键盘手")


def test_all_counts_of_a_page_come_in_one_call(system: Run, reader: Page) -> None:
    channel = new_channel()
    articles = [publish(system, channel, f"第{number}篇") for number in range(3)]
    comment(system, articles[1], "一句")
    calls = []
    reader.on("request", lambda request: calls.append(request.url) if request.url.endswith("/counts") else None)

    counts = "".join(f'<comment-count article="{each}">…</comment-count>' for each in articles)
    show(reader, system, counts, "comment-count.js")

    expect(reader.locator("comment-count")).to_have_text(["0", "1", "0"])
    assert len(calls) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}])
def test_axe_finds_nothing(
    system: Run, new_reader: Callable[..., Page], article: str, scheme: str, viewport: dict[str, int]
) -> None:
    first = comment(system, article, "一层")
    second = comment(system, article, "二层", parent_id=first["id"])
    comment(system, article, "三层", parent_id=second["id"])
    reader = new_reader(color_scheme=scheme, viewport=viewport, has_touch=viewport == PHONE)
    read(reader, system, article)
    reader.add_style_tag(content=":root { color-scheme: light dark }")
    reader.get_by_role("button", name="更多操作").first.click()
    reader.get_by_role("button", name="举报").first.click()
    of(reader, "二层").first.get_by_role("button", name="回复").click()

    assert violations(reader) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
