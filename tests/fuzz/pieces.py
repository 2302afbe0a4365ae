"""Pieces of hostile input, from which fuzzers put theirs together."""

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

Piece = TypeVar("Piece")

RANGES = ((0x20, 0x7E), (0x4E00, 0x9FFF), (0x00, 0x2FF), (0x300, 0x36F), (0x2000, 0x206F), (0xFF00, 0xFFEF))
"""Of code points: what people write, and what parsers stumble over."""
SURROGATES = range(0xD800, 0xE000)
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1 << 64, 10**4_000, -1e308, float("inf"), float("nan"), 1.5),
    *("", "0", "null", "-1", "9" * 5_000, "\0", "\ud800", "\u202e", "é\u0301" * 40, "=1+1", "\r\n", " ", "\x1b[31m"),
    *("javascript:alert(1)", "http://[", "http://a:99999/", "//x", "https://a.example/c", "a@b", "@", "a@b\nBcc: c@d"),
    *("2021-10-28 20:50:15", "2021-02-30 00:00:00", "9999-12-31T23:59:59-23:59", "0000-00-00 00:00:00", "2021-10-28Z"),
    *(
        "<script>alert(1)</script>",
        "<p>a<br>b",
        "&#0;&#x110000;&lt;",
        "](javascript:x)",
        "![a](b)",
        "```",
        "x" * 30_000,
    ),
]
"""What breaks parsers and tables."""


def character(random: Random) -> str:
    """A character of any kind, a half of one never."""
    low, high = random.choice(RANGES) if random.random() < 0.9 else (0, 0x10FFFF)
    point = random.randrange(low, high + 1)
    return "字" if point in SURROGATES else chr(point)


def text(random: Random, most: int) -> str:
    """Up to so many characters."""
    return "".join(character(random) for _ in range(random.randrange(most + 1)))


def mixture(random: Random, known: Sequence[str], most: int = 12) -> str:
    """Known pieces of text between others."""
    pieces = (
        random.choice(known) if random.random() < 0.7 else text(random, 4) for _ in range(random.randrange(most + 1))
    )
    return "".join(pieces)


def value(random: Random, depth: int = 3) -> Any:
    """A value of JSON, most of them bad ones."""
    kind = random.random()
    if depth and kind < 0.1:
        return [value(random, depth - 1) for _ in range(random.randrange(4))]
    if depth and kind < 0.2:
        return {text(random, 4): value(random, depth - 1) for _ in range(random.randrange(4))}
    if kind < 0.3:
        return random.randrange(-(1 << 40), 1 << 40)
    return text(random, 20) if kind < 0.5 else random.choice(VALUES)


def some(random: Random, of: Sequence[Piece], most: int) -> list[Piece]:
    """Up to so many of them, in any order and more than once."""
    return [random.choice(of) for _ in range(random.randrange(most + 1))]


def damaged(random: Random, original: bytes) -> bytes:
    """A file with some pieces cut out, doubled or written over."""
    data = bytearray(original)
    for _ in range(random.randrange(1, 5)):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.randrange(200))
        kind = random.randrange(3)
        data[start:end] = (
            b"" if kind == 0 else data[start:end] * 2 if kind == 1 else random.randbytes(random.randrange(20))
        )
    return bytes(data)
