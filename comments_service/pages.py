"""Pages that are articles: the patterns that find them, and what a path tells of an article."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, unquote

LONGEST_ID = 128
LONGEST_TITLE = 200
LONGEST_URL = 2_048
GROUP = "article_id"
"""The group that names the article in a pattern with several."""

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._~-]")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_INDEX = re.compile(r"(?:index|default)(?:\.\w+)?")


def compile_pattern(text: str) -> re.Pattern[str]:
    """A pattern of the command line; raises ValueError with a sentence when it does not compile or names no article."""
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}.") from error
    if GROUP not in pattern.groupindex and len(pattern.groupindex) != 1:
        raise ValueError(f"{text!r} needs a named group such as (?P<{GROUP}>[^/]+).")
    return pattern


def article_id_of(path: str, patterns: Sequence[re.Pattern[str]]) -> str | None:
    """The article of a path by the first pattern that matches anywhere in it, or None."""
    for pattern in patterns:
        match = pattern.search(path)
        if match is not None:
            group = GROUP if GROUP in pattern.groupindex else next(iter(pattern.groupindex))
            return valid_id(match[group] or "")
    return None


def valid_id(captured: str) -> str | None:
    """The captured text as an article id: percent-decoded, without outer slashes, `-` for what an id cannot hold.

    When more than slashes had to be replaced, or the text was too long, eight digits of its hash follow, so that two
    articles with Chinese names do not become one. None when nothing is left.
    """
    text = unquote(captured).strip("/")
    plain = text.replace("/", "-")
    article_id = _NOT_IN_IDS.sub("-", plain)
    # A client or proxy would resolve "." and ".." as path segments.
    if article_id == plain and len(plain) <= LONGEST_ID and plain.strip("."):
        return article_id
    digits = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{article_id[: LONGEST_ID - 9]}-{digits}" if text else None


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article as the log shows it, for its registration."""

    article_id: str
    path: str
    first_seen_ms: int

    @property
    def title(self) -> str:
        """The path's last telling segment as words: /blog/ssl-latency.html is "Ssl latency"."""
        segments = [part for part in unquote(self.path).split("/") if part and not _INDEX.fullmatch(part)]
        words = re.split(r"[\s_+-]+", _EXTENSION.sub("", segments[-1])) if segments else []
        title = "".join(c for c in " ".join(words).strip() if c.isprintable())[:LONGEST_TITLE]
        return title[:1].upper() + title[1:] if title else self.article_id

    def url(self, site: str) -> str:
        """The address of the article on the site; a path beyond all sense is cut to what the system takes."""
        path = quote(self.path.lstrip("/"), safe="/%:@!$&'()*+,;=~")
        return f"{site.rstrip('/')}/{path}"[:LONGEST_URL]
