"""From the address of a page to an article: by the newsroom's own map, else by the addresses that the articles have."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from comments_service.pages import article_id_of, valid_id


class Resolver:
    """Finds articles; `guess` makes an id of an address that no map and no article knows."""

    def __init__(
        self,
        patterns: Sequence[re.Pattern[str]],
        table: Mapping[str, str],
        articles: Iterable[tuple[str, str]],
        *,
        guess: bool,
    ) -> None:
        self._patterns = patterns
        self._guess = guess
        self._by_address: dict[str, str | None] = {}
        for article_id, url in articles:
            self._know(url, article_id)
        # What the newsroom says itself goes before what its articles say.
        for url, article_id in table.items():
            for key in _keys(url):
                self._by_address[key] = article_id

    def find(self, page: str) -> str | None:
        """The article of a page; None for one that is none, or that several articles claim."""
        keys = _keys(page)
        for key in keys:
            if found := self._by_address.get(key):
                return found
        path = keys[-1] if keys else ""
        found = article_id_of(path, self._patterns)
        return valid_id(path) if found is None and self._guess and not self._patterns else found

    def _know(self, url: str, article_id: str) -> None:
        keys = _keys(url)
        self._by_address.setdefault(keys[0], article_id) if keys else None
        for key in keys[1:]:
            # A path that two sites have is nobody's.
            self._by_address[key] = article_id if self._by_address.get(key, article_id) == article_id else None


def _keys(address: str) -> list[str]:
    """What an address is known by: with its host, when it has one, then without; the slash at its end is no matter."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return []
    path = "/" + unquote(parts.path).strip("/")
    path = f"{path}?{parts.query}" if parts.query else path
    return [host + path, path] if host else [path]
