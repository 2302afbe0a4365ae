"""Articles for browser tests, each in a channel of its own, so that tests on one system do not meet."""

from secrets import token_hex
from typing import Any

from playwright.sync_api import Page

from services.embed.modules import current
from tests.e2e.running import KEY, Run


def new_channel() -> str:
    """A channel that no other test uses."""
    return f"c{token_hex(4)}"


def publish(system: Run, channel: str, title: str = "Lanterns", **fields: Any) -> str:
    """Publish an article; answers its id."""
    article_id = f"{channel}-{token_hex(4)}"
    body = {
        "title": title,
        "url": f"{system.http.base_url}/articles/{article_id}",
        "channels": [channel],
        "published_at": "2026-01-01T00:00:00Z",
        **fields,
    }
    assert system.http.put(f"/v1/articles/{article_id}", json=body, headers=KEY).status_code == 201
    return article_id


def comment(system: Run, article_id: str, text: str, **fields: Any) -> dict[str, Any]:
    """Post a comment as a reader whom nobody knows; answers what the API says."""
    answer = system.http.post(f"/v1/articles/{article_id}/comments", json={"text": text, **fields})
    system.http.cookies.clear()
    assert answer.status_code in {201, 202}, answer.text
    return dict(answer.json())


def widget_url(system: Run, name: str) -> str:
    """The address of a module of the widgets on a running system."""
    return f"{system.http.base_url}/embed/{current().version}/{name}"


def show(page: Page, system: Run, html: str, *modules: str) -> None:
    """A page on the gateway's own origin with some of the widgets' modules and this in its body."""
    scripts = "".join(f'<script type="module" src="{widget_url(system, name)}"></script>' for name in modules)
    body = f'<!doctype html><html lang="zh-CN"><title>A page</title>{scripts}<main><h1>A page</h1>{html}</main></html>'
    page.route("**/a-page", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto("/a-page")
