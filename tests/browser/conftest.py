"""What browser tests stand on: one Chromium and one whole system for all of them, one fresh reader a test.

`system` is a run of everything (tests/e2e/running.py) without demo content and without rate limits; `reader` is a page
of a browser that was never here before, and `new_reader()` gives more of them. A test fails on whatever its pages threw
or wrote to the console as an error, violations of a content security policy among it, unless it says beforehand that it
expects it.

The browser is of this package's scope, not of the session's: Playwright holds the event loop as long as it runs.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.chromium import chromium
from tests.browser.elsewhere import Elsewhere
from tests.e2e.running import Run

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 760}
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
"""A browser with somebody before it: one that calls itself headless is a crawler, whose clicks do not count."""
PATIENCE_MS = 10_000
"""How long an action or an expectation waits before it fails."""


class Complaints:
    """What pages complained of; `expected` are parts of complaints that a test provokes on purpose."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.expected: list[str] = []

    def listen(self, page: Page) -> None:
        """Collect what a page throws and writes to its console as an error."""
        page.on("pageerror", lambda error: self.made.append(f"thrown: {error}"))
        page.on("console", self._hear)

    def unexpected(self) -> list[str]:
        """What no test foresaw."""
        return [made for made in self.made if not any(part in made for part in self.expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.made.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def elsewhere() -> Iterator[Elsewhere]:
    """A site of another origin, whose pages may use the readers' API."""
    site = Elsewhere()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture(scope="package")
def system(
    browser: Browser,  # noqa: ARG001  # without one the test is skipped before anything starts
    elsewhere: Elsewhere,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Run]:
    """Everything, running; shared by all browser tests, so that each uses articles and channels of its own."""
    run = Run(tmp_path_factory.mktemp("browser") / "data", EMBED_ORIGINS=json.dumps([elsewhere.origin]))
    try:
        run.until_ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()
        run.http.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """The complaints of this test's pages; a test that provokes one names it in `complaints.expected`."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []


@pytest.fixture
def new_reader(browser: Browser, system: Run, complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """Makes a page of a browser that was never here; options are those of Playwright's `new_context`."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        defaults = {"base_url": str(system.http.base_url), "viewport": DESKTOP, "locale": "zh-CN"}
        defaults["user_agent"] = PERSON
        context = browser.new_context(**(defaults | options))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def reader(new_reader: Callable[..., Page]) -> Page:
    """A reader at a desk."""
    return new_reader()
