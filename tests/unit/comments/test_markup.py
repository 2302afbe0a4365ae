"""Markup: whatever a reader writes is text, never HTML."""

import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.markup import REL, paragraphs
from tests.integration.comments.test_hostile_text import strange_in

LINK = '<a href="{0}" rel="nofollow ugc noopener">{0}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("写得好", "<p>写得好</p>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
        ("\n a \n\n\n \n b\n", "<p>a </p><p> b</p>"),
        ("<script>'\"&", "<p>&lt;script&gt;'\"&amp;</p>"),
        ("看https://a.example/x?b=1&c=2。好", f"<p>看{LINK.format('https://a.example/x?b=1&amp;c=2')}。好</p>"),
        ("(https://a.example/b_(c)).", f"<p>({LINK.format('https://a.example/b_(c)')}).</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        # What only begins like an address leads nowhere, and parsers differ in what they make of it.
        ("http://[@ɢ", "<p>http://[@ɢ</p>"),
        ("http://javascript:&;", "<p>http://javascript:&amp;;</p>"),
        ("https://a.example:99999/ https://", "<p>https://a.example:99999/ https://</p>"),
    ],
)
def test_lines_and_paragraphs_stay_and_everything_else_is_escaped(text: str, html: str) -> None:
    assert paragraphs(text) == html


@given(st.text())
def test_no_tag_but_ours_comes_out(text: str) -> None:
    html = paragraphs(text)

    html = re.sub('<a href="https?://[^"<>]*" rel="nofollow ugc noopener">|</a>', "", html)
    for tag in ("<p>", "</p>", "<br>"):
        html = html.replace(tag, "")
    assert "<" not in html
    assert ">" not in html


@given(st.text() | st.from_regex(r"(https?://[^ ]{0,20}|[<>&\"' a/=(\n])*", fullmatch=True))
def test_a_second_sanitiser_changes_nothing(text: str) -> None:
    """Neither the same one run again, nor the parser of another make, finds anything left to take away."""
    html = paragraphs(text)

    again = nh3.clean(
        html, tags={"p", "br", "a"}, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=REL
    )

    assert again == html
    assert strange_in(html) == []
