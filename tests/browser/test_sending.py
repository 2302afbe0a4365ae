"""<news-comments> on a bad network: nothing that was typed is lost, and nothing is published twice."""

import json
from hashlib import sha256

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints
from tests.browser.publishing import comment, new_channel, publish
from tests.browser.test_comments import of, read, write
from tests.e2e.running import Run

POSTS = "**/v1/articles/*/comments"
NETWORK = ["Failed to load resource", "net::"]


@pytest.fixture
def article(system: Run) -> str:
    return publish(system, new_channel(), "可以评论的")


def total(system: Run, article: str) -> int:
    return int(system.http.get(f"/v1/articles/{article}/comments").json()["total"])


def test_a_draft_is_kept_on_reload(system: Run, reader: Page, article: str) -> None:
    read(reader, system, article)

    reader.get_by_role("textbox", name="我来说两句").fill("还没写完")
    reader.reload()

    expect(reader.get_by_role("textbox", name="我来说两句")).to_have_value("还没写完")


def test_a_comment_goes_out_by_itself_when_the_network_is_back(
    system: Run, reader: Page, article: str, complaints: Complaints
) -> None:
    complaints.expected += NETWORK
    read(reader, system, article)

    reader.context.set_offline(True)
    write(reader, "离线写的")
    expect(reader.get_by_role("alert")).to_contain_text("没有发出去，文字已保存")
    expect(reader.get_by_role("textbox", name="我来说两句")).to_have_value("离线写的")
    reader.context.set_offline(False)

    expect(of(reader, "离线写的")).to_be_visible()
    assert total(system, article) == 1


def test_an_answer_that_was_lost_does_not_publish_twice(
    system: Run, reader: Page, article: str, complaints: Complaints
) -> None:
    complaints.expected += NETWORK
    read(reader, system, article)
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
        else:
            route.fetch()
            route.abort()

    reader.route(POSTS, lambda route: lose_the_first(route) if route.request.method == "POST" else route.continue_())
    write(reader, "只此一次")

    expect(of(reader, "只此一次")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert total(system, article) == 1


def test_a_reader_who_was_too_quick_is_told_when_it_goes_out(
    system: Run, reader: Page, article: str, complaints: Complaints
) -> None:
    complaints.expected.append("429")
    read(reader, system, article)
    refusals = [{"status": 429, "headers": {"Retry-After": "1"}, "json": {"code": "rate_limited", "status": 429}}]

    def refuse_once(route: Route) -> None:
        if route.request.method == "POST" and refusals:
            route.fulfill(**refusals.pop())  # type: ignore[arg-type]
        else:
            route.continue_()

    reader.route(POSTS, refuse_once)
    write(reader, "急性子")

    expect(reader.get_by_role("alert")).to_contain_text("发得太快了，1 秒后自动重发。")
    expect(of(reader, "急性子")).to_be_visible()


def test_a_proof_of_work_is_done_in_the_background(
    system: Run, reader: Page, article: str, complaints: Complaints
) -> None:
    complaints.expected.append("428")
    read(reader, system, article)
    token, difficulty = "dG9rZW4." * 12, 14
    solutions: list[str] = []

    def demand(route: Route) -> None:
        solution = route.request.headers.get("x-challenge-solution")
        if route.request.method != "POST":
            route.continue_()
        elif solution is None:
            challenge = {"algorithm": "sha256", "token": token, "difficulty": difficulty, "expires_at": "2099-01-01"}
            body = {"status": 428, "code": "challenge_required", "challenge": challenge}
            route.fulfill(status=428, content_type="application/problem+json", body=json.dumps(body))
        else:
            solutions.append(solution)
            route.continue_(headers={k: v for k, v in route.request.headers.items() if k != "x-challenge-solution"})

    reader.route(POSTS, demand)
    write(reader, "不是机器")

    expect(of(reader, "不是机器")).to_be_visible(timeout=30_000)
    assert solutions[0].startswith(f"{token}:")
    assert int.from_bytes(sha256(solutions[0].encode()).digest()) >> (256 - difficulty) == 0


def test_without_a_live_stream_the_widget_asks_now_and_then(
    system: Run, reader: Page, article: str, complaints: Complaints
) -> None:
    complaints.expected += ["503", "EventSource"]
    reader.clock.install()
    reader.route("**/comments/live", lambda route: route.fulfill(status=503))
    read(reader, system, article)
    comment(system, article, "来了")

    reader.clock.run_for(20_000)

    expect(reader.get_by_role("button", name="1 条新评论")).to_be_visible()


def test_comments_that_cannot_be_read_are_read_again_on_demand(
    system: Run, reader: Page, article: str, complaints: Complaints
) -> None:
    complaints.expected += NETWORK
    comment(system, article, "在的")
    reader.route("**/comments?*", lambda route: route.abort(), times=1)
    reader.goto(f"/articles/{article}")

    expect(reader.get_by_text("在的").first).to_be_visible()
    reader.get_by_role("button", name="重试").click()

    expect(of(reader, "在的")).to_be_visible()
