"""Markup: a comment's text as HTML that is safe to print."""

import re

from markupsafe import Markup, escape

BLANK_LINES = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> str:
    """Escaped paragraphs; blank lines part them, a single line break stays one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    parts = [escape(part).replace("\n", Markup("<br>")) for part in BLANK_LINES.split(lines)]
    return "".join(f"<p>{part}</p>" for part in parts)
