"""Batches: what is read is what was written, and it is written down as few events."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.batch import ARRAY, NDJSON, TimedClick, read_batch
from comments_service.grouping import offers_of
from shared.clock import to_rfc3339
from shared.errors import RedianError
from shared.events import ArticleClicked, decode_entry
from shared.offers import SentClicks, VisitorClick
from tests.conftest import NOON_MS

articles = st.sampled_from(["a", "b", "zz-20261123-1"])
times = st.integers(NOON_MS - 5, NOON_MS)
clicks = st.lists(st.tuples(articles, times, st.none() | st.sampled_from(["v", "w"])))


@given(clicks)
def test_no_click_is_lost_or_moved_by_the_grouping(given_clicks: list[TimedClick]) -> None:
    offers = offers_of(given_clicks, str.upper)

    sent = []
    for offer in offers:
        if isinstance(offer, SentClicks):
            events, poison = decode_entry(f"[{offer.events}]".encode())
            clicked = [event for event in events if isinstance(event, ArticleClicked)]
            assert (len(clicked), poison) == (len(events), [])
            assert offer.count == sum(event.count for event in clicked)
            for event in clicked:
                sent += [(event.article_id, event.occurred_at)] * event.count
    visits = [offer for offer in offers if isinstance(offer, VisitorClick)]
    assert sorted(sent) == sorted((article, time) for article, time, visitor in given_clicks if visitor is None)
    assert [(visit.article_id, visit.occurred_at, visit.visitor) for visit in visits] == [
        (article, time, visitor.upper()) for article, time, visitor in given_clicks if visitor
    ]
    assert len(offers) - len(visits) <= 3


@given(clicks)
def test_lines_and_arrays_read_the_same(given_clicks: list[TimedClick]) -> None:
    items = [
        {"article_id": article, "occurred_at": to_rfc3339(time), "visitor": visitor}
        for article, time, visitor in given_clicks
    ]

    assert read_batch(msgspec.json.Encoder().encode_lines(items), NDJSON, NOON_MS) == given_clicks
    assert read_batch(msgspec.json.encode(items), ARRAY, NOON_MS) == given_clicks


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
almost_clicks = st.fixed_dictionaries(
    {},
    optional={
        "article_id": articles | json_values,
        "occurred_at": st.just("2026-11-23T00:00:00Z") | json_values,
        "visitor": st.just("v") | json_values,
        "more": json_values,
    },
)


@given(st.lists(almost_clicks | json_values, max_size=4))
def test_whatever_is_refused_is_refused_for_a_reason(items: list[Any]) -> None:
    """The fast path and the path that explains never disagree."""
    refusal = None
    try:
        read_batch(msgspec.json.encode(items), ARRAY, NOON_MS)
    except RedianError as error:
        refusal = error

    assert refusal is None or (refusal.code == "invalid" and refusal.fields)


@pytest.mark.parametrize(
    "body", [b'{"article_id":"a"}\r\n{"article_id":"a"}\r\n', b'\n{"article_id":"a"}\n\n {"article_id":"a"}']
)
def test_line_ends_of_every_kind_part_clicks(body: bytes) -> None:
    assert len(read_batch(body, "Application/X-NDJSON; charset=utf-8", NOON_MS)) == 2
