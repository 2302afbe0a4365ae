"""`make screenshots`: the pictures of the READMEs, taken of a demo that is started for them, into docs/images.

They are WebP, made by the browser itself, and small enough to lie in the repository.
"""

import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, expect

from services.embedded.environment import ROOT
from tests.browser.chromium import chromium
from tests.browser.conftest import DESKTOP, PATIENCE_MS, PHONE
from tests.browser.desk import sign_in
from tests.e2e.running import KEY, Run, eventually

IMAGES = ROOT / "docs" / "images"
LARGEST_BYTES = 150_000
QUALITY = 0.85
TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


@contextmanager
def demo() -> Iterator[Run]:
    """A demo whose articles, comments and clicks are in place."""
    with tempfile.TemporaryDirectory(prefix="redian-screenshots-") as folder:
        run = Run(Path(folder) / "data", DEMO="1")
        try:
            run.until_ready()
            eventually((run.data_dir / "demo-seeded").exists, run.log)
            eventually(lambda: run.http.get("/v1/moderation/counts", headers=KEY).json()["waiting"], run.log)
            yield run
        finally:
            if run.process.poll() is None:
                run.stop()
            run.http.close()


@contextmanager
def visitor(browser: Browser, run: Run, viewport: dict[str, int], scheme: str = "light") -> Iterator[Page]:
    """A page of a browser that was never here, as wide as a desk or a phone."""
    is_phone = viewport == PHONE
    context = browser.new_context(
        base_url=str(run.http.base_url),
        viewport=viewport,  # type: ignore[arg-type]  # a width and a height
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
        has_touch=is_phone,
        device_scale_factor=2 if is_phone else 1,
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def article_of(run: Run) -> str:
    """The path of the article with the most comments."""
    found = run.http.get("/v1/rankings/zz/total?metric=comments&limit=1").json()["entries"][0]
    return f"/articles/{found['article_id']}"


def portal(page: Page, _: str) -> bytes:
    """The front page, once its boxes are filled."""
    page.goto("/")
    expect(page.locator("hot-news").first.get_by_role("listitem").first).to_be_visible()
    return page.screenshot()


def comments(page: Page, article: str) -> bytes:
    """An article's comments, with a reply and a nested quote."""
    page.goto(article)
    widget = page.locator("news-comments")
    expect(widget.get_by_role("article").first).to_be_visible()
    widget.evaluate("widget => widget.scrollIntoView()")
    return page.screenshot(clip=_top_of(page))


def phone(page: Page, article: str) -> bytes:
    """An article on a phone, in the dark."""
    page.goto(article)
    expect(page.locator("hot-news").get_by_role("listitem").first).to_be_visible()
    return page.screenshot()


def desk(page: Page, _: str) -> bytes:
    """The queue, with a comment in focus that a word has held."""
    sign_in(page, "/admin/queue")
    expect(page.locator(".card mark").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page.screenshot(clip={"x": 0, "y": 0, "width": DESKTOP["width"], "height": 620})


SHOTS = {"portal": portal, "comments": comments, "phone": phone, "desk": desk}


def main() -> None:
    """Take them all; ends with an error when one has grown too large."""
    with chromium() as browser, demo() as run:
        article = article_of(run)
        for name, take in SHOTS.items():
            is_phone = name == "phone"
            with visitor(browser, run, PHONE if is_phone else DESKTOP, "dark" if is_phone else "light") as page:
                picture = take(page, article)
                page.goto("about:blank")
                encoded = page.evaluate(TO_WEBP, [base64.b64encode(picture).decode(), QUALITY])
            content = base64.b64decode(encoded)
            if len(content) > LARGEST_BYTES:
                raise SystemExit(f"{name}.webp has {len(content)} bytes, more than {LARGEST_BYTES}.")
            (IMAGES / f"{name}.webp").write_bytes(content)
            print(f"docs/images/{name}.webp  {len(content):,} bytes")


def _top_of(page: Page) -> FloatRect:
    """The widget, as far down as a screen shows."""
    box = page.locator("news-comments").bounding_box()
    assert box is not None
    return {"x": box["x"], "y": max(box["y"], 0), "width": box["width"], "height": min(box["height"], 760)}


if __name__ == "__main__":
    main()
