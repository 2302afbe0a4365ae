"""Fragments: a channel's boards as HTML, for a page's server to put into the page; it needs no script.

Boards are `details` of one name, of which browsers open one at a time: tabs for readers without JavaScript. Text is
escaped and only web addresses become links, whoever wrote them.
"""

from collections.abc import Mapping
from typing import Any, Literal

from markupsafe import Markup, escape

Language = Literal["zh", "en"]
TEXTS = {
    "zh": {"updated": "统计至", "empty": "还没有点击", "none": "还没有评论", "talk": "评论"},
    "en": {"updated": "Counted up to", "empty": "No clicks yet", "none": "No comments yet", "talk": "comments"},
}
TAGS = {"zh": "zh-CN", "en": "en"}


def to_html(box: Mapping[str, Any], names: Mapping[str, Mapping[str, str]], language: Language) -> bytes:
    """A box as the API answers it, as a section; `names` are those of the boards in each language."""
    boards = Markup().join(
        _board(board, names[board["board"]][language], box["channel"], language, is_open=place == 0)
        for place, board in enumerate(box["boards"])
    )
    as_of = box["as_of"]
    counted = (
        Markup('<p class="redian-as-of">{} <time datetime="{}">{}</time></p>').format(
            TEXTS[language]["updated"], as_of, as_of[:16].replace("T", " ") + " UTC"
        )
        if as_of
        else ""
    )
    html = Markup('<section class="redian-hot" lang="{}">\n{}{}</section>\n').format(TAGS[language], boards, counted)
    return html.encode()


def _board(board: Mapping[str, Any], name: str, channel: str, language: Language, *, is_open: bool) -> Markup:
    is_talk = board["metric"] == "comments"
    title = f"{name} · {TEXTS[language]['talk']}" if is_talk else name
    lines = Markup().join(_line(entry) for entry in board["entries"])
    empty = Markup("<p>{}</p>").format(TEXTS[language]["none" if is_talk else "empty"])
    return Markup('<details name="redian-{}"{}><summary>{}</summary>{}</details>\n').format(
        channel, Markup(" open") if is_open else "", title, Markup("<ol>{}</ol>").format(lines) if lines else empty
    )


def _line(entry: Mapping[str, Any]) -> Markup:
    url, title = str(entry["url"]), entry["title"]
    is_web = url.startswith(("https://", "http://"))
    link = Markup('<a href="{}">{}</a>').format(url, title) if is_web else escape(title)
    return Markup('<li value="{}">{} <span class="redian-score">{}</span></li>').format(
        entry["rank"], link, round(entry["score"])
    )
