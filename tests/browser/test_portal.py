"""The demo portal in a browser."""

import json
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from ranking_service.tables import freezes
from services.portal.moments import ZONE
from shared.clock import slot_of, slot_start_ms, system_clock
from shared.database import make_engine, writing
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Complaints
from tests.browser.publishing import comment, publish
from tests.e2e.running import Run, eventually


@pytest.fixture(scope="module")
def article(system: Run) -> str:
    """An article with all that an article can have, and two comments."""
    fields = {"source": "示例日报", "editor": "林晓", "tags": ["交通"]}
    article_id = publish(system, "zz", "漳州古城新增两条夜游步行线路", **fields)
    for channel in ("zz", "xm", "fj", "en"):
        publish(system, channel, f"One of {channel}")
    first = comment(system, article_id, "指示牌终于有英文了", nickname="圆山下")
    comment(system, article_id, "希望座椅再多几张", parent_id=first["id"])
    return article_id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}, {"width": 320, "height": 600}])
def test_no_page_has_anything_to_complain_of(
    article: str, new_reader: Callable[..., Page], complaints: Complaints, scheme: str, viewport: dict[str, int]
) -> None:
    complaints.expected.append("404")  # a channel that nobody has written for has no boards yet
    reader = new_reader(viewport=viewport, color_scheme=scheme)

    for path in ("/", "/channels/zz", f"/articles/{article}", f"/articles/{article}/comments", "/rankings/zz"):
        reader.goto(path)
        reader.wait_for_load_state("networkidle" if path in {"/", "/rankings/zz"} else "load")

        assert violations(reader) == []
        width = reader.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{path} is {width} wide"


def test_an_article_has_the_furniture_of_a_news_page(article: str, reader: Page) -> None:
    reader.goto(f"/articles/{article}")

    for text in ("来源：示例日报", "责任编辑：林晓", "交通", "打印", "收藏", "相关新闻"):
        expect(reader.get_by_text(text).first).to_be_visible()
    expect(reader.locator("hot-news")).to_be_visible()
    expect(reader.locator("news-comments").get_by_text("希望座椅再多几张").filter(visible=True)).to_have_count(1)


def test_the_text_grows_and_the_page_remembers(article: str, reader: Page) -> None:
    reader.goto(f"/articles/{article}")
    size = "getComputedStyle(document.querySelector('.body')).fontSize"
    assert reader.evaluate(size) == "17px"

    reader.get_by_role("button", name="大").click()
    reader.reload()

    assert reader.evaluate(size) == "20px"


def test_an_article_is_kept_for_the_front_page(article: str, reader: Page) -> None:
    reader.goto(f"/articles/{article}")
    reader.get_by_role("button", name="收藏").click()

    reader.goto("/")

    kept = reader.locator("[data-kept]")
    expect(kept.get_by_role("link", name="漳州古城新增两条夜游步行线路")).to_be_visible()


def test_everything_can_be_read_without_javascript(article: str, new_reader: Callable[..., Page]) -> None:
    reader = new_reader(java_script_enabled=False)

    reader.goto(f"/articles/{article}")

    expect(reader.get_by_text("指示牌终于有英文了")).to_be_visible()
    expect(reader.get_by_text("希望座椅再多几张")).to_be_visible()
    expect(reader.get_by_role("button", name="打印")).to_be_hidden()


def test_a_page_that_is_not_there_says_so(reader: Page, complaints: Complaints) -> None:
    complaints.expected.append("404")

    answer = reader.goto("/articles/nothing-of-this-name")

    assert answer is not None
    assert answer.status == 404
    expect(reader.get_by_role("heading", name="没有这个页面")).to_be_visible()


def test_reading_an_article_counts_a_click(system: Run, reader: Page) -> None:
    article_id = publish(system, "zz", "被读的")

    reader.goto(f"/articles/{article_id}")

    path = f"/v1/articles/{article_id}/stats"
    eventually(lambda: system.http.get(path).json()["counts"]["total"]["clicks"] == 1, system.log)


def test_the_board_of_an_hour_ago_is_a_page(article: str, system: Run, reader: Page) -> None:
    """The freeze is written where the worker would write it at the hour's end, for which a test cannot wait."""
    slot = slot_of(system_clock()) - 2
    engine = make_engine(f"sqlite:///{system.data_dir / 'ranking.db'}")
    row = {"slot": slot, "channel": "zz", "board": "total", "metric": "clicks"}
    with writing(engine) as connection:
        connection.execute(insert(freezes), row | {"entries": json.dumps([[article, 41]])})
    engine.dispose()
    ended = datetime.fromtimestamp(slot_start_ms(slot + 1) / 1_000, ZONE)

    reader.goto("/rankings/zz")
    reader.get_by_label("查看历史").fill(ended.strftime("%Y-%m-%dT%H:%M"))
    reader.get_by_role("button", name="查看", exact=True).click()

    expect(reader).to_have_url(re.compile(r"\bat="))
    expect(reader.get_by_role("row").nth(1)).to_contain_text("漳州古城新增两条夜游步行线路")
    expect(reader.get_by_role("row").nth(1)).to_contain_text("41")
    expect(reader.get_by_text(ended.strftime("%Y-%m-%d %H:%M"))).to_be_visible()
    assert violations(reader) == []
    reader.goto("/rankings/zz?board=total&at=2020-01-01T00:00")
    expect(reader.get_by_role("table")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_gets_the_article_and_nothing_around_it(
    article: str, new_reader: Callable[..., Page], scheme: str
) -> None:
    reader = new_reader(color_scheme=scheme)
    reader.goto(f"/articles/{article}")
    heading = reader.get_by_role("heading", name="漳州古城新增两条夜游步行线路")
    for around in (".masthead nav", "aside", "footer", "news-comments"):
        expect(reader.locator(around).first).to_be_visible()

    reader.emulate_media(media="print")

    expect(heading).to_be_visible()
    expect(reader.get_by_text("来源：示例日报")).to_be_visible()
    for around in (".masthead nav", "aside", "footer", "news-comments"):
        expect(reader.locator(around).first).to_be_hidden()
    colours = "getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor"
    assert reader.evaluate(colours) == "rgb(0, 0, 0)rgb(255, 255, 255)"
    sheet = reader.pdf(format="A4", print_background=True)
    assert sheet.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
