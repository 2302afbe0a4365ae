"""The demo portal in a browser."""

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Complaints


def test_the_front_page_has_its_channels(reader: Page, complaints: Complaints) -> None:
    complaints.expected.append("404")  # a channel that no article was ever put into

    reader.goto("/")

    expect(reader.get_by_role("heading", name="漳州")).to_be_visible()
    assert violations(reader) == []
