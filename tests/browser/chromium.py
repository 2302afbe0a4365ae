"""Debian's Chromium, driven by Playwright: found on this machine, and started so that it speaks to the test alone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    # As root, which containers and CI machines run as, the sandbox does not start.
    "--no-sandbox",
    "--disable-gpu",
    # A small /dev/shm, as containers have it, would crash a tab.
    "--disable-dev-shm-usage",
    # Without these Chromium looks its maker's hosts up at every start.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """The browser's path (`CHROMIUM`, or the one on the PATH); skips the test without one, and fails it in CI."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        reason = "no chromium on the PATH; install it, for example: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running headless browser."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
