"""Markup: a comment's text as HTML that is safe to print, with paragraphs and links and nothing else.

Two walls stand between a reader and a page: everything is escaped here, and nh3 then lets only our own tags through.
"""

import re
from urllib.parse import urlsplit

import nh3
from markupsafe import Markup, escape

BLANK_LINES = re.compile(r"\n\s*\n")
LINK = re.compile(r"(?<![a-z0-9])https?://[^\s<>\"'`{}|\\^\u3000-\u303f\uff00-\uffef\u2018-\u201f]+", re.IGNORECASE)
"""A web address up to white space, a quote, a bracket of HTML or Chinese punctuation, which ends it in a sentence."""
TRAILING = ".,;:!?*_~"
PAIRS = (("(", ")"), ("[", "]"))
"""A closing bracket at the end belongs to the address only where its opening one does."""
REL = "nofollow ugc noopener"
"""No recommendation of ours, written by a reader, without a handle on the portal's window."""
TAGS = {"p", "br", "a"}
CLEANER = nh3.Cleaner(tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=REL)


def paragraphs(text: str) -> str:
    """Paragraphs and links of escaped text; blank lines part paragraphs, a single line break stays one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    parts = [_linked(part).replace("\n", Markup("<br>")) for part in BLANK_LINES.split(lines)]
    html = "".join(f"<p>{part}</p>" for part in parts)
    return CLEANER.clean(html)


def _linked(text: str) -> Markup:
    if "://" not in text:
        return escape(text)
    pieces, end = Markup(), 0
    for match in LINK.finditer(text):
        url = _without_tail(match.group())
        if not _is_address(url):
            continue
        pieces += escape(text[end : match.start()]) + Markup('<a href="{0}">{0}</a>').format(url)
        end = match.start() + len(url)
    return pieces + escape(text[end:])


def _is_address(url: str) -> bool:
    """Whether it leads to a host; what only begins like an address stays text."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _without_tail(url: str) -> str:
    """An address without the punctuation of the sentence that it ends."""
    url = url.rstrip(TRAILING)
    for opening, closing in PAIRS:
        while url.endswith(closing) and url.count(closing) > url.count(opening):
            url = url[:-1].rstrip(TRAILING)
    return url
