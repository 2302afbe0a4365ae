"""Events on the wire: what is written by hand for speed is what the encoder writes."""

from hypothesis import given
from hypothesis import strategies as st

from shared.events import ArticleClicked, decode_event, encode_click, encode_clicks, encode_event
from shared.names import ARTICLE_ID


@given(st.from_regex(ARTICLE_ID, fullmatch=True), st.integers(0, 2**48 - 1), st.integers(1, 2**32))
def test_a_click_written_by_hand_is_the_encoders(article_id: str, at: int, count: int) -> None:
    click = ArticleClicked(article_id, at, count)

    text = encode_click(article_id, at, count)

    assert text == encode_event(click)
    assert encode_clicks({article_id: count}, at) == [text]
    assert decode_event(text.encode()) == click
