"""Links: how many web addresses a text leads to, those among them that no browser would make a link of."""

import re
from unicodedata import normalize

LINK = re.compile(
    r"(?:https?://|www\.)[^\s]+"
    r"|(?<![a-z0-9.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|info|top|xyz|vip|cc|shop|site|club|online|live)(?![a-z0-9-])",
    re.IGNORECASE,
)
"""An address with its scheme or `www.`, or a bare name under one of the endings that comment spam uses most."""


def count_links(text: str) -> int:
    """How many links a reader would see in a text; full-width letters are read as plain ones."""
    return sum(1 for _ in LINK.finditer(normalize("NFKC", text)))
