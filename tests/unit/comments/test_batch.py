"""Batches: what is read is what was written, and it is written down as few events."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.batch import ARRAY, NDJSON, read_batch
from comments_service.grouping import sent_clicks, time_of, visitor_clicks
from shared.clock import to_rfc3339
from shared.errors import RedianError
from shared.events import ArticleClicked, decode_entry
from tests.conftest import NOON_MS

Sent = tuple[str, int | None, str | None]
"""A click of a batch: its article, its time in milliseconds, its visitor."""

articles = st.sampled_from(["a", "b", "zz-20261123-1"])
times = st.none() | st.integers(NOON_MS - 5, NOON_MS)
visitors = st.none() | st.sampled_from(["v", "w"])
batches = st.lists(st.tuples(articles, times, visitors)) | st.lists(st.tuples(articles, st.none(), visitors))


def item(sent: Sent) -> dict[str, str | None]:
    """A click as a server writes it."""
    article, time_ms, visitor = sent
    return {
        "article_id": article,
        "occurred_at": None if time_ms is None else to_rfc3339(time_ms),
        "visitor": visitor,
    }


@given(batches)
def test_no_click_is_lost_or_moved_by_the_grouping(batch: list[Sent]) -> None:
    clicks = read_batch(msgspec.json.encode([item(sent) for sent in batch]), ARRAY, NOON_MS)

    columns, visits = sent_clicks(clicks, NOON_MS), visitor_clicks(clicks, NOON_MS, str.upper)

    counted = []
    for article_id, texts, count in columns.lines():
        events, poison = decode_entry(f"[{texts}]".encode())
        clicked = [event for event in events if isinstance(event, ArticleClicked)]
        assert (len(clicked), poison) == (len(events), [])
        assert {event.article_id for event in clicked} == {article_id}
        assert count == sum(event.count for event in clicked)
        for event in clicked:
            counted += [(article_id, event.occurred_at)] * event.count
    timed = [(article, NOON_MS if time_ms is None else time_ms, visitor) for article, time_ms, visitor in batch]
    assert sorted(counted) == sorted((article, time_ms) for article, time_ms, visitor in timed if visitor is None)
    assert [(visit.article_id, visit.occurred_at, visit.visitor) for visit in visits] == [
        (article, time_ms, visitor.upper()) for article, time_ms, visitor in timed if visitor
    ]
    assert len(columns) == len(set(columns.articles))


@given(batches)
def test_the_order_of_a_batchs_articles_is_the_same_when_it_is_sent_again(batch: list[Sent]) -> None:
    """What is remembered under an Idempotency-Key are letters in that order."""
    clicks = read_batch(msgspec.json.encode([item(sent) for sent in batch]), ARRAY, NOON_MS)

    again = sent_clicks(clicks, NOON_MS + 1)

    assert again.articles == sent_clicks(clicks, NOON_MS).articles
    assert again.counts == sent_clicks(clicks, NOON_MS).counts


@given(batches)
def test_lines_and_arrays_read_the_same(batch: list[Sent]) -> None:
    items = [item(sent) for sent in batch]

    for clicks in (
        read_batch(msgspec.json.Encoder().encode_lines(items), NDJSON, NOON_MS),
        read_batch(msgspec.json.encode(items), ARRAY, NOON_MS),
    ):
        read = [(click.article_id, click.occurred_at and time_of(click, NOON_MS), click.visitor) for click in clicks]
        assert read == batch


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
