"""Crawlers: known ones are named, readers and integrations are not."""

import time

import pytest

from comments_service.crawlers import crawler_name


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
        "facebookexternalhit/1.1",
        "Scrapy/2.11.0 (+https://scrapy.org)",
        "Apache-HttpClient/4.5 (Java/1.8) Nutch/1.19",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
    ],
)
def test_a_crawler_is_named(user_agent: str) -> None:
    assert crawler_name(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "",
        "-",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 14; CUBOT X18) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) MicroMessenger/8.0",
    ],
)
def test_a_reader_is_not(user_agent: str) -> None:
    assert crawler_name(user_agent) is None


@pytest.mark.parametrize(
    "user_agent",
    [
        "curl/8.9.1",
        "libcurl/8.9.1",
        "Wget/1.21.4",
        "python-requests/2.32.3",
        "python-httpx/0.28.1",
        "Python-urllib/3.11",
        "python-urllib3/2.2",
        "Python/3.11 aiohttp/3.10.0",
        "Go-http-client/2.0",
        "okhttp/4.12.0",
        "Java/17.0.2",
        "Java-http-client/21",
        "Apache-HttpClient/4.5.14 (Java/1.8.0_402)",
        "wrk/4.2.0",
        "axios/1.7.2",
        "undici",
        "node",
        "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "got (https://github.com/sindresorhus/got)",
        "GuzzleHttp/7",
        "PHP/8.3",
        "Ruby",
        "Faraday v2.9.0",
        "reqwest/0.12",
        "Dart/3.4 (dart:io)",
        "PostmanRuntime/7.39.0",
        "HTTPie/3.2.2",
        "libwww-perl/6.77",
    ],
)
def test_a_library_is_an_integration_and_no_crawler(user_agent: str) -> None:
    assert crawler_name(user_agent) is None


def test_a_forged_user_agent_cannot_hold_the_service_up() -> None:
    """The detector alone takes seconds for this one."""
    started = time.perf_counter()

    crawler_name("Mozilla/5.0 " + "a" * 60_000)

    assert time.perf_counter() - started < 0.25
