"""Cells that a spreadsheet must not run, and characters that XML cannot carry."""

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ranking_service.feeds import to_atom, to_csv


def answer(title: str) -> dict[str, Any]:
    entry = {
        "rank": 1,
        "article_id": "a",
        "title": title,
        "url": "https://portal.example/a",
        "published_at": "2026-11-23T12:00:00.000Z",
        "score": 3,
        "change": -2,
        "peak_rank": 1,
        "pinned": False,
    }
    return {"as_of": None, "entries": [entry]}


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"]
)
def test_a_title_that_begins_like_a_formula_is_text(title: str) -> None:
    (row,) = csv.DictReader(io.StringIO(to_csv(answer(title)).decode("utf-8-sig"), newline=""))

    assert row["title"] == "'" + title
    assert row["change"] == "-2"


def test_commas_quotes_and_line_breaks_stay_in_their_cell() -> None:
    title = 'one, "two"\nthree，四'
    (row,) = csv.DictReader(io.StringIO(to_csv(answer(title)).decode("utf-8-sig"), newline=""))

    assert row["title"] == title


@pytest.mark.parametrize("title", ["\x00\x1b[31m", "a\ufffeb\uffff", "]]>&lt;<x>", "𠮷野家"])
def test_any_title_is_well_formed_xml(title: str) -> None:
    body = to_atom(answer(title), name="热", feed_url="https://portal.example/feed", now_ms=0)

    feed = ET.fromstring(body)
    assert feed.findtext("{http://www.w3.org/2005/Atom}updated") == "1970-01-01T00:00:00.000Z"
