"""axe-core on a page: the rules of WCAG 2.2 A and AA and of good practice."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, context: str | None = None) -> list[str]:
    """What axe finds wrong in a page or in what a selector names, one line for each element; it sees shadow roots."""
    found = Axe().run(page, context).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
