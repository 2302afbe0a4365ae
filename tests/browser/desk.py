"""The desk as tests use it: signed in, with comments to decide on."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.running import ARTICLE, KEY, Run

SHORTLY_MS = 20_000
"""The ten seconds in which a decision can be undone, and the call after them."""


def put_article(system: Run, article_id: str, channel: str, **changes: Any) -> None:
    """An article in a channel of the test's own."""
    body = ARTICLE | {"channels": [channel]} | changes
    assert system.http.put(f"/v1/articles/{article_id}", json=body, headers=KEY).status_code in {200, 201}


def post_comment(system: Run, article_id: str, text: str, **fields: Any) -> str:
    """The id of a new comment."""
    answer = system.http.post(f"/v1/articles/{article_id}/comments", json={"text": text} | fields)
    assert answer.status_code in {201, 202}, answer.text
    comment_id: str = answer.json()["id"]
    # The next comment is another reader's.
    system.http.cookies.clear()
    return comment_id


def status_of(system: Run, comment_id: str, channel: str) -> str:
    """A comment's state, as the API tells moderators."""
    path = f"/v1/moderation/comments?channel={channel}&limit=100"
    found = system.http.get(path, headers=KEY).json()["comments"]
    return next(str(each["status"]) for each in found if each["id"] == comment_id)


def sign_in(page: Page, address: str = "/admin/queue") -> None:
    """Go to a view of the desk, signing in on the way."""
    page.goto(address)
    page.get_by_label("密钥", exact=True).or_(page.get_by_label("Key", exact=True)).fill("test-key")
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation")).to_be_visible()
