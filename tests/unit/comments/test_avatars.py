"""Avatars: one picture a reader, drawn from a hash that tells nothing of him."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.avatars import Avatars, draw
from comments_service.tables import Comment

SVG = "{http://www.w3.org/2000/svg}"


def comment(**values: str | None) -> Comment:
    return Comment(**({"id": "01", "reader": None, "nickname": None} | values))


def test_a_reader_has_one_avatar_whatever_he_calls_himself() -> None:
    avatars = Avatars("a secret of the tests")

    one = avatars.path_of(comment(reader="a" * 32, nickname="小林"))
    same = avatars.path_of(comment(reader="a" * 32, nickname="老林", id="02"))
    other = avatars.path_of(comment(reader="b" * 32, nickname="小林"))

    assert one == same != other
    assert "a" * 32 not in one


def test_without_a_reader_the_name_or_the_comment_stands_for_him() -> None:
    avatars = Avatars("a secret of the tests")

    assert avatars.path_of(comment(nickname="小林")) == avatars.path_of(comment(nickname="小林", id="02"))
    assert avatars.path_of(comment()) != avatars.path_of(comment(id="02"))


def test_another_house_draws_another_picture() -> None:
    assert Avatars("one secret").path_of(comment(reader="a")) != Avatars("another").path_of(comment(reader="a"))


@given(st.binary(min_size=16, max_size=16))
def test_every_picture_is_symmetric_inside_its_frame_and_never_empty(digest: bytes) -> None:
    root = ET.fromstring(draw(digest.hex()))  # our own picture

    assert root.tag == f"{SVG}svg"
    assert {child.tag for child in root} == {f"{SVG}path"}
    squares = {tuple(map(int, square.split("h")[0].split())) for square in root[1].attrib["d"].split("M") if square}
    assert squares
    assert all(0 <= x < 5 and 0 <= y < 5 for x, y in squares)
    assert squares == {(4 - x, y) for x, y in squares}


def test_the_same_hash_is_the_same_picture() -> None:
    assert draw("0f" * 16) == draw("0f" * 16) != draw("1e" * 16)


@pytest.mark.parametrize("hue_bytes", range(0, 360, 15))
def test_a_picture_stands_out_from_its_background(hue_bytes: int) -> None:
    """Non-text contrast of 3:1 (WCAG 2.2, 1.4.11) against the frame."""
    digest = hue_bytes.to_bytes(2) + bytes([20, 9]) + bytes(12)
    colour = draw(digest.hex()).decode().split("hsl(")[1].split(")")[0]
    hue, saturation, lightness = (float(part.rstrip("%")) for part in colour.split(","))

    assert (luminance((0xF2 / 255, 0xF3 / 255, 0xF5 / 255)) + 0.05) / (
        luminance(rgb(hue, saturation / 100, lightness / 100)) + 0.05
    ) >= 3


def rgb(hue: float, saturation: float, lightness: float) -> tuple[float, float, float]:
    import colorsys  # noqa: PLC0415  # for this one check

    return colorsys.hls_to_rgb(hue / 360, lightness, saturation)


def luminance(colour: tuple[float, float, float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
