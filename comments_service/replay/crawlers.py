"""Crawlers by name: what crawlerdetect finds in a User-Agent, scripts such as curl among them.

A page that a script fetched was read by nobody.
"""

from functools import lru_cache

from crawlerdetect import CrawlerDetect

LONGEST_AGENT = 512
"""Names stand at the front; the thousand patterns on a forged header of 64 KiB would hold the replay up."""


class CrawlerNames:
    """Tells crawlers from readers; each User-Agent is looked at once."""

    def __init__(self) -> None:
        self._detect = CrawlerDetect()
        self.name_of = lru_cache(maxsize=65_536)(self._name_of)

    def _name_of(self, user_agent: str) -> str | None:
        """The crawler's name in a User-Agent, or None for a reader's browser."""
        if not user_agent or not self._detect.isCrawler(user_agent[:LONGEST_AGENT]):
            return None
        found: str = self._detect.getMatches() or ""
        return "".join(c for c in found if c.isprintable()).strip()[:40] or "unnamed"
