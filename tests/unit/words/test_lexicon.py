"""The lexicon: tiers, channels, exceptions, positions and masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.words import Lexicon, Tier
from comments_service.words.folding import FoldTable
from comments_service.words.lexicon import Entry
from shared.errors import RedianError
from tests.unit.words.conftest import MakeLexicon
from tests.unit.words.evaluation import ALLOWED, EVASIONS, WORDS

TABLE = FoldTable()
EVALUATED = Lexicon(
    TABLE, [*(Entry(word, Tier.MASK) for word in WORDS), *(Entry(word, Tier.ALLOW) for word in ALLOWED)]
)
PIECES = [
    *WORDS,
    *ALLOWED,
    *(text for text, _ in EVASIONS),
    " ",
    "\u200b",
    "\u0301",
    "😀",
    "ﷺ",
    "㍿",
    "ß",
    "İ",
    "$",
    "1",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8))).map("".join))
def test_any_text_is_judged_with_positions_inside_it_and_a_mask_of_its_length(text: str) -> None:
    verdict = EVALUATED.judge({"text": text, "nickname": text, "website": text}, ("zz",))

    masked = verdict.masked["text"]
    assert masked is not None
    assert len(masked) == len(text)
    covered: set[int] = set()
    for hit in verdict.hits:
        assert 0 <= hit.start < hit.end <= len(text)
        covered.update(range(hit.start, hit.end) if hit.field == "text" else ())
    assert all(masked[at] == ("*" if at in covered else text[at]) for at in range(len(text)))


@given(st.lists(st.text(min_size=1, max_size=6), max_size=20), st.text())
def test_any_words_make_a_lexicon(words: list[str], text: str) -> None:
    usable = [Entry(word, Tier.HOLD) for word in words if any(TABLE.letters(word).replace("$", "").replace("@", ""))]

    Lexicon(TABLE, usable).judge({"text": text + "".join(words)}, ())


def test_the_stretch_is_masked_with_all_that_was_put_between(lexicon: MakeLexicon) -> None:
    verdict = lexicon(("坏词", "mask"), ("spam", "mask")).judge({"text": "一壞 😀詞二 s-p-a-m, SPÁM\u0301!"}, ())

    assert verdict.tier is Tier.MASK
    assert verdict.masked == {"text": "一****二 *******, *****!"}


def test_a_character_that_folds_to_several_keeps_its_position(lexicon: MakeLexicon) -> None:
    (hit,) = lexicon(("会社", "hold")).judge({"text": "ß㍿!"}, ()).hits

    assert (hit.start, hit.end) == (1, 2)


def test_the_strictest_tier_decides(lexicon: MakeLexicon) -> None:
    judged = lexicon(("甲乙", "mask"), ("丙丁", "hold"), ("戊己", "block"))

    assert judged.judge({"text": "甲乙"}, ()).tier is Tier.MASK
    assert judged.judge({"text": "甲乙丙丁"}, ()).tier is Tier.HOLD
    assert judged.judge({"text": "甲乙丙丁戊己"}, ()).tier is Tier.BLOCK
    assert judged.judge({"text": "无"}, ()).tier is None


@pytest.mark.parametrize("text", ["遮-遮 住住", "遮遮住住", "遮" * 5 + "住" * 5, "遮" * 30 + "住" * 30])
def test_a_masked_word_within_itself_is_masked_whole(lexicon: MakeLexicon, text: str) -> None:
    verdict = lexicon(("遮住", "mask")).judge({"text": f"看{text}"}, ())

    assert set(str(verdict.masked["text"])) <= {"看", "*"}


def test_a_masked_word_does_not_hide_a_worse_one_around_it(lexicon: MakeLexicon) -> None:
    verdict = lexicon(("遮住", "mask"), ("坏词", "block")).judge({"text": "坏遮住词"}, ())

    assert verdict.tier is Tier.BLOCK
    assert [(hit.word, hit.start, hit.end) for hit in verdict.hits] == [("坏词", 0, 4), ("遮住", 1, 3)]


def test_a_channels_word_counts_in_that_channel_alone(lexicon: MakeLexicon) -> None:
    judged = lexicon(("甲乙", "mask"), ("甲乙", "block", "zz"), ("丙丁", "hold", "fj"))

    assert judged.judge({"text": "甲乙丙丁"}, ()).tier is Tier.MASK
    assert judged.judge({"text": "甲乙丙丁"}, ("sports", "zz")).tier is Tier.BLOCK
    assert judged.judge({"text": "甲乙丙丁"}, ("fj",)).tier is Tier.HOLD


def test_a_channel_can_allow_what_is_forbidden_everywhere(lexicon: MakeLexicon) -> None:
    judged = lexicon(("甲乙", "block"), ("甲乙", "allow", "zz"))

    assert judged.judge({"text": "甲乙"}, ("fj",)).tier is Tier.BLOCK
    assert judged.judge({"text": "甲乙"}, ("zz",)).tier is None


def test_an_allowed_phrase_excuses_only_the_word_inside_it(lexicon: MakeLexicon) -> None:
    judged = lexicon(("坏词", "block"), ("坏词典", "allow"))

    verdict = judged.judge({"text": "坏词典里的坏词"}, ())

    assert [(hit.start, hit.end) for hit in verdict.hits] == [(5, 7)]


def test_every_field_is_judged_by_itself(lexicon: MakeLexicon) -> None:
    verdict = lexicon(("坏词", "mask")).judge(
        {"text": "坏", "nickname": "词 坏词", "website": "https://x.example/%E5%9D%8F%E8%AF%8D", "email": None}, ()
    )

    assert [hit.field for hit in verdict.hits] == ["nickname", "website"]
    assert verdict.masked == {"text": "坏", "nickname": "词 **", "website": None, "email": None}


def test_a_blocked_word_is_refused_with_the_fields_and_not_the_word(lexicon: MakeLexicon) -> None:
    verdict = lexicon(("坏词", "block")).judge({"text": "坏词坏词", "nickname": "坏词"}, ())

    with pytest.raises(RedianError) as refused:
        verdict.refuse_blocked()

    assert (refused.value.code, refused.value.status) == ("word_blocked", 422)
    assert [bad.field for bad in refused.value.fields] == ["text", "nickname"]
    assert "坏词" not in refused.value.detail


def test_an_empty_lexicon_says_nothing(lexicon: MakeLexicon) -> None:
    assert lexicon().judge({"text": "坏词 4"}, ()).hits == ()
