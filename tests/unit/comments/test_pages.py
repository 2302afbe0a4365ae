"""From a path to an article: its id, its title, its address."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.pages import FoundArticle, article_id_of, compile_pattern, valid_id
from shared.names import ARTICLE_ID


@pytest.mark.parametrize(
    ("captured", "article_id"),
    [
        ("ssl-latency", "ssl-latency"),
        ("2015/05/ssl-latency.html", "2015-05-ssl-latency.html"),
        ("/articles/ssh-security/", "articles-ssh-security"),
        ("a%2Fb", "a-b"),
        ("%7Euser", "~user"),
    ],
)
def test_slashes_become_dashes(captured: str, article_id: str) -> None:
    assert valid_id(captured) == article_id


@pytest.mark.parametrize("captured", ["", "/", "%2F"])
def test_nothing_is_no_article(captured: str) -> None:
    assert valid_id(captured) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("%E6%BC%B3%E5%B7%9E", "%E5%8E%A6%E9%97%A8"),  # 漳州, 厦门
        ("a b", "a+b"),
        ("x" * 200, "x" * 201),
        ("%FF", "%FE%FE"),
        (".", ".."),
    ],
)
def test_articles_with_names_that_no_id_can_hold_stay_two(one: str, other: str) -> None:
    assert valid_id(one) != valid_id(other)


@given(st.text())
def test_every_id_is_valid_and_made_the_same_again(captured: str) -> None:
    article_id = valid_id(captured)

    assert article_id is None or re.fullmatch(ARTICLE_ID, article_id)
    assert article_id is None or article_id.strip(".")
    assert valid_id(captured) == article_id


def test_the_first_pattern_that_matches_wins() -> None:
    patterns = (compile_pattern(r"^/blog/(?P<article_id>[^/]+)$"), compile_pattern(r"^/(?P<article_id>.+)$"))

    assert article_id_of("/blog/one", patterns) == "one"
    assert article_id_of("/blog/one/two", patterns) == "blog-one-two"
    assert article_id_of("/", patterns) is None


def test_the_only_named_group_names_the_article_whatever_it_is_called() -> None:
    assert article_id_of("/blog/one", (compile_pattern("^/blog/(?P<slug>.+)$"),)) == "one"
    assert article_id_of("/2015/one", (compile_pattern("^/(?P<year>\\d+)/(?P<article_id>.+)$"),)) == "one"


def test_a_group_that_took_no_part_is_no_article() -> None:
    assert article_id_of("/about", (compile_pattern("^/(?:about|(?P<article_id>.+))$"),)) is None


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("^/blog/(?P<year>\\d+)/(?P<name>.+)$", "needs a named group"),
        ("^/blog/", "needs a named group"),
        ("^/blog/(", "is not a regular expression"),
    ],
)
def test_a_pattern_that_cannot_find_articles_is_refused(pattern: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/blog/geekery/ssl-latency.html", "Ssl latency"),
        ("/articles/dynamic_dns+with-dhcp/", "Dynamic dns with dhcp"),
        ("/news/%E6%BC%B3%E5%B7%9E%E4%BB%8A%E6%97%A5.shtml", "漳州今日"),
        ("/projects/grok/index.html", "Grok"),
        ("/", "the-id"),
        ("/%00%0a.html", "the-id"),
    ],
)
def test_a_title_is_made_of_the_last_telling_segment(path: str, title: str) -> None:
    assert FoundArticle("the-id", path, 0).title == title


def test_an_address_is_escaped_once() -> None:
    article = FoundArticle("the-id", "/a%20b/中 文", 0)

    assert article.url("https://news.example/") == "https://news.example/a%20b/%E4%B8%AD%20%E6%96%87"
