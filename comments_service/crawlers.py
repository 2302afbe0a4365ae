"""Crawlers: who reads for a search engine, a monitor or a model, and whose clicks are not readers'."""

import re
from functools import lru_cache

from crawlerdetect import CrawlerDetect

LONGEST_USER_AGENT = 300
"""Characters that are looked at. The time of the detector's patterns grows faster than the text they search, and real
crawlers name themselves within these."""

LIBRARIES = re.compile(
    r"(?:got|node-fetch/[\d.]+) \(\+?https://github\.com/[\w./-]+\)"
    r"|\b(?:aiohttp|apache-httpclient|axios|cpp-httplib|dart|faraday|go-http-client|guzzlehttp|httpie|insomnia|"
    r"java|java-http-client|jetty|ktor-client|libcurl|curl|libwww-perl|lwp-request|node-fetch|"
    r"node-superagent|node|okhttp|php|postmanruntime|python-httpx|python-requests|python-urllib3?|python|reqwest|"
    r"restsharp|rest-client|ruby|undici|wget|winhttp|wrk)\b(?:[/ -]?v?\d[\w.+-]*)?",
    re.IGNORECASE,
)
"""HTTP libraries and command line tools. The detector calls them crawlers, which is right for pages: few people read
with curl. But nobody crawls into an endpoint that has to be sent a JSON body with an article's id. Who calls it from a
library is an app or a server of the portal that reports clicks on purpose, so the library's name says nothing here."""


@lru_cache(maxsize=8_192)
def crawler_name(user_agent: str) -> str | None:
    """The name by which a User-Agent gives itself away as a crawler, or None."""
    rest = LIBRARIES.sub("", user_agent[:LONGEST_USER_AGENT])
    # The detector keeps its last answer in itself, so threads must not share one; its patterns are compiled once.
    detector = CrawlerDetect()
    return detector.get_matches() if detector.is_crawler(rest) else None
