"""Plain text of HTML: what a reader of another system saw, as our comments keep it.

nh3 makes well-formed HTML of whatever was stored, in linear time; only that is taken apart here.
"""

import re
from html.parser import HTMLParser

import nh3

from comments_service.imports.errors import RefusedError
from comments_service.imports.fields import LONGEST_TEXT

LONGEST_HTML = 4 * LONGEST_TEXT
BLOCKS = {"p", "div", "blockquote", "ul", "ol", "pre", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
TAGS = BLOCKS | {"br", "li", "img", "a"}
SILENT = {"script", "style"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}

_TAG = re.compile(
    r"</?(?:p|br|a|img|div|span|b|i|u|s|em|strong|del|blockquote|ul|ol|li|pre|code|h[1-6]|script|style|iframe|table)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")
_BREAKS = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[ \t\r\f\n]+")


def plain_text(html: str) -> str:
    """HTML as text: paragraphs apart by a blank line, links with their address, list items with a dash.

    Raises RefusedError when it is too long to be taken apart.
    """
    return _read(html, keeps_breaks=False) if "<" in html or "&" in html else html


def plain_markdown(source: str) -> str:
    """Markdown as it was written, with the HTML in it as text; raises RefusedError as above."""
    return _read(_AUTOLINK.sub(r"\1", source), keeps_breaks=True) if _TAG.search(source) else source


def _read(html: str, *, keeps_breaks: bool) -> str:
    if len(html) > LONGEST_HTML:
        raise RefusedError(f"its text is longer than {LONGEST_TEXT:,} characters")
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, clean_content_tags=SILENT, link_rel=None)
    reader = _Reader(keeps_breaks=keeps_breaks)
    reader.feed(clean)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self, *, keeps_breaks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._keeps_breaks = keeps_breaks
        self._address = ""
        self._start = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "img":
            self.parts.append(given.get("alt") or given.get("src") or "")
        elif tag == "a":
            self._address, self._start = given.get("href") or "", len(self.parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._address.startswith(("http://", "https://")):
            shown = "".join(self.parts[self._start :])
            if self._address not in shown:
                self.parts.append(f" ({self._address})" if shown.strip() else self._address)
            self._address = ""

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self._keeps_breaks else _SPACES.sub(" ", data))
