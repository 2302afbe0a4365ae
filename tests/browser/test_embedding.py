"""The widgets in a page of another origin, under the policy that the documentation gives."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from services.embed.modules import current
from services.embedded.environment import ROOT
from tests.browser.conftest import Complaints
from tests.browser.elsewhere import Elsewhere
from tests.browser.publishing import comment, new_channel, publish, widget_url
from tests.browser.test_comments import of
from tests.e2e.running import Run, eventually


def documented_policy(system: Run) -> str:
    """The policy of docs/embed.md, for this system."""
    text = (ROOT / "docs/embed.md").read_text()
    policy = re.search(r"```\nContent-Security-Policy: (.*?)\n```", text, re.DOTALL)
    assert policy
    return " ".join(policy[1].split()).replace("https://redian.example.org", str(system.http.base_url))


def page_of(system: Run, channel: str, article: str, integrity: str | None = None) -> str:
    """A portal's page with both widgets, each script held to its digest."""
    modules = current()
    tags = "".join(
        f'<script type="module" src="{widget_url(system, name)}" crossorigin '
        f'integrity="{integrity or modules.integrity(name)}"></script>'
        for name in ("hot-news.js", "news-comments.js", "comment-count.js")
    )
    return (
        f'<!doctype html><html lang="en"><title>Elsewhere</title>{tags}<main><h1>Elsewhere</h1>'
        f'<comment-count article="{article}"></comment-count>'
        f'<hot-news channel="{channel}"></hot-news><news-comments article="{article}"></news-comments></main></html>'
    )


@pytest.fixture
def article(system: Run, elsewhere: Elsewhere) -> str:
    """An article with a click and a comment, on the other site's page."""
    channel = new_channel()
    article_id = publish(system, channel, "Lanterns over the river")
    comment(system, article_id, "Seen from the bridge")
    system.click(article_id, 1)
    eventually(lambda: article_id in system.http.get(f"/v1/rankings/{channel}/total").text, system.log)
    elsewhere.body = page_of(system, channel, article_id)
    elsewhere.policy = documented_policy(system)
    return article_id


def cookies(context: BrowserContext) -> list[str]:
    return [str(cookie.get("name")) for cookie in context.cookies()]


def test_both_widgets_work_in_a_page_of_another_origin(article: str, elsewhere: Elsewhere, reader: Page) -> None:
    assert article
    reader.goto(elsewhere.origin)

    expect(reader.get_by_role("link", name="Lanterns over the river")).to_be_visible()
    expect(of(reader, "Seen from the bridge")).to_be_visible()
    expect(reader.locator("comment-count")).to_have_text("1")

    reader.get_by_role("textbox", name="Have your say").fill("From far away")
    reader.get_by_role("button", name="Send").click()
    own = of(reader, "From far away")
    expect(own).to_be_visible()
    own.get_by_role("button", name="More actions").click()
    own.get_by_role("button", name="Delete").click()
    own.get_by_role("button", name="Delete").last.click()

    expect(reader.get_by_text("This comment was deleted")).to_be_visible()
    assert cookies(reader.context) == []


def test_the_live_count_reaches_a_page_of_another_origin(
    article: str, system: Run, elsewhere: Elsewhere, reader: Page
) -> None:
    reader.goto(elsewhere.origin)
    expect(of(reader, "Seen from the bridge")).to_be_visible()

    comment(system, article, "And from the boat")

    expect(reader.get_by_role("button", name="1 new comment")).to_be_visible()


def test_a_page_of_an_origin_that_is_not_listed_reads_rankings_and_no_comments(
    article: str, elsewhere: Elsewhere, reader: Page, complaints: Complaints
) -> None:
    assert article
    complaints.expected += ["CORS", "net::ERR_FAILED"]

    # The same site by its other name is another origin, which nobody has listed.
    reader.goto(elsewhere.origin.replace("localhost", "news.localhost"))

    expect(reader.get_by_role("link", name="Lanterns over the river")).to_be_visible()
    expect(reader.get_by_text("This cannot be read just now.")).to_be_visible()


def test_a_module_that_is_not_what_its_page_expects_does_not_run(
    article: str, system: Run, elsewhere: Elsewhere, reader: Page, complaints: Complaints
) -> None:
    complaints.expected.append("integrity")
    elsewhere.body = page_of(system, "zz", article, integrity=f"sha384-{'A' * 64}")

    reader.goto(elsewhere.origin)
    reader.wait_for_load_state("networkidle")

    assert reader.evaluate("customElements.get('news-comments') === undefined")


def test_a_page_restyles_them_by_custom_properties_and_parts(article: str, elsewhere: Elsewhere, reader: Page) -> None:
    assert article
    elsewhere.policy = ""
    style = "<style>main { --redian-accent: rgb(0, 90, 60) } hot-news::part(title) { font-style: italic }</style>"
    elsewhere.body = elsewhere.body.replace("<main>", f"{style}<main>")

    reader.goto(elsewhere.origin)

    expect(reader.get_by_role("tab", selected=True)).to_have_css("color", "rgb(0, 90, 60)")
    expect(reader.get_by_role("link", name="Lanterns over the river")).to_have_css("font-style", "italic")


def test_a_member_is_known_by_the_portals_token(
    article: str, elsewhere: Elsewhere, reader: Page, complaints: Complaints
) -> None:
    complaints.expected.append("401")
    assert article
    reader.goto(elsewhere.origin)
    expect(of(reader, "Seen from the bridge")).to_be_visible()
    sent: list[str | None] = []
    reader.on("request", lambda request: sent.append(request.headers.get("authorization")))

    reader.evaluate("document.querySelector('news-comments').token = 'a.member.token'")
    reader.get_by_role("textbox", name="Have your say").fill("From a member")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_role("alert")).not_to_be_empty()

    assert "Bearer a.member.token" in sent
