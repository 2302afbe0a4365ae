"""A channel's boards as HTML for readers without JavaScript."""

from typing import Any
from xml.etree import ElementTree as ET

from ranking_service.fragment import to_html

NAMES = {"total": {"zh": "点击排行", "en": "Most read"}}


def box(**entry: object) -> dict[str, Any]:
    line = {"rank": 1, "title": "水仙花开了", "url": "https://news.example.org/1", "score": 12.0} | entry
    board = {"board": "total", "metric": "clicks", "entries": [line]}
    return {"channel": "zz", "as_of": "2026-11-23T12:20:00.000Z", "boards": [board]}


def test_a_box_is_a_section_with_a_list_for_each_board() -> None:
    section = ET.fromstring(to_html(box(), NAMES, "zh").replace(b" open>", b">"))

    assert section.find("details/summary").text == "点击排行"  # type: ignore[union-attr]
    link = section.find("details/ol/li/a")
    assert link is not None
    assert (link.get("href"), link.text) == ("https://news.example.org/1", "水仙花开了")
    assert "统计至" in "".join(section.itertext())


def test_a_title_stays_text() -> None:
    html = to_html(box(title="<script>alert(1)</script>"), NAMES, "en").decode()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    html = to_html(box(url="javascript:alert(1)"), NAMES, "en").decode()

    assert "javascript:" not in html


def test_an_address_cannot_leave_its_attribute() -> None:
    html = to_html(box(url='https://x.example/"onmouseover="alert(1)'), NAMES, "en").decode()

    assert '"onmouseover' not in html


def test_an_empty_board_says_so() -> None:
    empty = box()
    empty["boards"][0]["entries"] = []

    assert "还没有点击" in to_html(empty, NAMES, "zh").decode()
