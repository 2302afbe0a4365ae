"""What the portal's editors wrote: the text and the picture of its own articles, by the key in an article's id."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).resolve().parent / "content"


@dataclass(frozen=True)
class Story:
    """An article's text; the API knows its title, its times and its counts."""

    summary: str
    body: tuple[str, ...]
    picture: str | None


EMPTY = Story("", (), None)


def story_of(article_id: str) -> Story:
    """The text of an article: `zz-20261121-001` was written as `zz-001`. Another CMS' article has none here."""
    channel, _, number = [*article_id.split("-"), "", ""][:3]
    return _stories().get(f"{channel}-{number}", EMPTY)


@cache
def _stories() -> dict[str, Story]:
    entries = json.loads((CONTENT / "articles.json").read_text("utf-8"))
    return {e["key"]: Story(e["summary"], tuple(e.get("body", ())), e.get("picture")) for e in entries}
