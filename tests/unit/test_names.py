"""Names: many ids are told apart at once as each would be by itself."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shared.names import ARTICLE_ID, are_article_ids

almost_ids = st.from_regex(ARTICLE_ID, fullmatch=True) | st.text(st.sampled_from("a-~ \n\r/é"), max_size=3)


@given(st.sets(almost_ids, max_size=4))
def test_many_ids_are_told_as_each_is(texts: set[str]) -> None:
    one = re.compile(ARTICLE_ID)

    assert are_article_ids(texts) == all(one.fullmatch(text) for text in texts)


def test_two_ids_in_one_text_are_none() -> None:
    assert are_article_ids(["a", "b"])
    assert not are_article_ids(["a\nb"])
    assert not are_article_ids(["a\n"])
    assert not are_article_ids(["a" * 129])
