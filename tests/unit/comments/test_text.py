"""Text: counted as readers count, and freed of what would turn or cover a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from comments_service.routes.types import CommentText, Nickname
from comments_service.text import BIDI_CONTROLS, count_characters, is_blank, tidy

text_type: TypeAdapter[str] = TypeAdapter(CommentText)
nickname_type: TypeAdapter[str] = TypeAdapter(Nickname)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("写得好", 3),
        ("e\u0301", 1),
        ("👍🏽", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("🇨🇳🇬🇧", 2),
        ("각", 1),
        ("a\r\nb", 3),
        ("☀️好", 2),
    ],
)
def test_a_character_is_what_a_reader_sees_as_one(text: str, count: int) -> None:
    assert count_characters(tidy(text)) == count


@pytest.mark.parametrize("character", ["字", "a", "👍🏽", "👩🏽‍❤️‍💋‍👨🏿", "e\u0301"])
def test_two_thousand_characters_are_taken_and_no_more(character: str) -> None:
    assert text_type.validate_python(character * 2_000) == character * 2_000
    with pytest.raises(ValidationError, match="1 to 2000 characters"):
        text_type.validate_python(character * 2_001)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000", "\u200b\u200d", "\u2800", "\u3164\u115f", "\u0301"])
def test_nothing_to_see_is_nothing_written(text: str) -> None:
    assert is_blank(text)
    for kind in (text_type, nickname_type):
        with pytest.raises(ValidationError):
            kind.validate_python(text)


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\x85"])
def test_control_characters_are_refused(control: str) -> None:
    with pytest.raises(ValidationError, match="control characters"):
        text_type.validate_python(f"a{control}b")


@pytest.mark.parametrize("control", BIDI_CONTROLS + "\ufeff")
def test_what_turns_the_direction_is_taken_out(control: str) -> None:
    assert text_type.validate_python(f"a{control}b") == "ab"
    assert nickname_type.validate_python(f"a{control}b") == "ab"


def test_hebrew_and_arabic_stay_as_they_are() -> None:
    text = "שלום \u200fعالم\u200e!"

    assert text_type.validate_python(text) == text


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\u2028", "\u2029"])
def test_there_is_one_kind_of_line_break_and_none_in_a_name(line_break: str) -> None:
    assert text_type.validate_python(f"a{line_break}b") == "a\nb"
    with pytest.raises(ValidationError):
        nickname_type.validate_python(f"a{line_break}b")


def test_towers_of_marks_are_refused() -> None:
    for kind in (text_type, nickname_type):
        with pytest.raises(ValidationError, match="piled up"):
            kind.validate_python("H" + "\u0301\u0316" * 16)


def test_a_name_has_single_spaces() -> None:
    assert nickname_type.validate_python(" 小\u3000\u00a0林 ") == "小 林"


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_ascii_and_clusters_count_alike(text: str) -> None:
    """The short way for ASCII counts as the long one does, and no character is less than a code point."""
    assert count_characters(tidy(text)) <= len(tidy(text))
