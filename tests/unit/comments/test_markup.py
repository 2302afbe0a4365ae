"""Markup: whatever a reader writes is text, never HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.markup import paragraphs


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("写得好", "<p>写得好</p>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("a\r\n\r\nb", "<p>a</p><p>b</p>"),
        ("\n a \n\n\n \n b\n", "<p>a </p><p> b</p>"),
        ("<script>'\"&", "<p>&lt;script&gt;&#39;&#34;&amp;</p>"),
    ],
)
def test_lines_and_paragraphs_stay_and_everything_else_is_escaped(text: str, html: str) -> None:
    assert paragraphs(text) == html


@given(st.text())
def test_no_tag_but_ours_comes_out(text: str) -> None:
    html = paragraphs(text)

    for tag in ("<p>", "</p>", "<br>"):
        html = html.replace(tag, "")
    assert "<" not in html
    assert ">" not in html
