"""The desk as tests use it: signed in, with comments to decide on."""

from playwright.sync_api import Page, expect

from tests.browser.publishing import comment, publish
from tests.e2e.running import KEY, Run

SHORTLY_MS = 20_000
"""The ten seconds in which a decision can be undone, and the call after them."""


def queue_of(system: Run, channel: str, *texts: str) -> list[str]:
    """Comments that wait on an article of a channel, and their ids."""
    article_id = publish(system, channel, comments="moderated")
    return [str(comment(system, article_id, text)["id"]) for text in texts]


def status_of(system: Run, comment_id: str, channel: str) -> str:
    """A comment's state, as the API tells moderators."""
    path = f"/v1/moderation/comments?channel={channel}&limit=100"
    found = system.http.get(path, headers=KEY).json()["comments"]
    return next(str(each["status"]) for each in found if each["id"] == comment_id)


def trail_of(system: Run, channel: str) -> list[tuple[str, str | None]]:
    """The channel's audit trail as (action, reason), the newest first."""
    entries = system.http.get(f"/v1/moderation/audit?channel={channel}", headers=KEY).json()["entries"]
    return [(entry["action"], entry["reason"]) for entry in entries]


def focused(page: Page, text: str) -> None:
    """The comment in focus has this text."""
    expect(page.locator(".card .text")).to_have_text(text)
    expect(page.get_by_role("article")).to_be_visible()


def sign_in(page: Page, address: str = "/admin/queue") -> None:
    """Go to a view of the desk, signing in on the way."""
    page.goto(address)
    page.get_by_label("密钥", exact=True).or_(page.get_by_label("Key", exact=True)).fill("test-key")
    page.keyboard.press("Enter")
    # Its first view takes the place of the form.
    expect(page.locator("main > .view")).to_be_visible()
