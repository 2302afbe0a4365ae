"""Types of input that several routes share."""

import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from comments_service.gate import HEADER as SOLUTION_HEADER
from comments_service.text import LONGEST_GRAPHEME, count_characters, has_towers, is_blank, one_line, tidy
from shared.web import Described, Input, PlainText

ULID = "^[0-9A-HJKMNP-TV-Z]{26}$"
"""What new_id makes."""
COMMENT_ID = ULID
ROW_NUMBER = "^[0-9]{1,18}$"
"""What SQL counts by itself, as text: JavaScript rounds numbers that large."""
LONGEST_COMMENT = 2_000
"""Characters, as a reader counts them."""


def _one_line(text: str) -> str:
    plain = tidy(text)
    if any(unicodedata.category(character) == "Cc" for character in plain):
        raise ValueError("control characters and line breaks are not allowed")
    return _visible(plain)


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("must not be blank")
    return text


def _without_towers(text: str) -> str:
    if has_towers(text):
        raise ValueError(f"a character must not be piled up of more than {LONGEST_GRAPHEME} code points")
    return text


def _of_comment_length(text: str) -> str:
    if not 1 <= count_characters(text) <= LONGEST_COMMENT:
        raise ValueError(f"must have 1 to {LONGEST_COMMENT} characters")
    return text


def _web_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        has_host = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        has_host = False
    if not has_host or any(character.isspace() for character in text):
        raise ValueError("must be an http or https URL")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
"""Text on one line, not blank."""

WebUrl = Annotated[str, Field(max_length=2048), AfterValidator(_web_url), AfterValidator(_one_line)]
"""An http or https URL, kept as it was written."""


Nickname = Annotated[Line, Field(max_length=40), AfterValidator(_without_towers), AfterValidator(one_line)]
"""A reader's name, with single spaces."""

CommentText = Annotated[
    PlainText,
    AfterValidator(tidy),
    AfterValidator(_of_comment_length),
    AfterValidator(_without_towers),
    AfterValidator(_visible),
    # No minLength and maxLength: JSON Schema counts code points.
    Field(description=f"1 to {LONGEST_COMMENT} characters; an emoji or a Chinese character is one."),
]
"""A comment's text."""


class ResendHeader(Described):
    """What makes a resend safe; the request's other headers are not looked at."""

    key: str | None = Field(
        None,
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="The same key with the same body is answered as before for 24 hours; another body is 409.",
    )


class PostHeader(ResendHeader):
    """A resend's key, and the solution of a challenge."""

    solution: str | None = Field(
        None,
        alias=SOLUTION_HEADER,
        max_length=256,
        description="`token:n` of the challenge that a 428 brought, where SHA-256 of it begins with its zero bits.",
    )


class NoQuery(Input):
    """A query string without any field."""


class LimitQuery(Input):
    """How many at most."""

    limit: int = Field(20, ge=1, le=100)
