"""Types of input that several routes share."""

import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from shared.web import Input

ULID = "^[0-9A-HJKMNP-TV-Z]{26}$"
"""What new_id makes."""
COMMENT_ID = ULID
ROW_NUMBER = "^[0-9]{1,18}$"
"""What SQL counts by itself, as text: JavaScript rounds numbers that large."""


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("control characters and line breaks are not allowed")
    if not text.strip():
        raise ValueError("must not be blank")
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


class ResendHeader(BaseModel):
    """What makes a resend safe; the request's other headers are not looked at."""

    key: str | None = Field(
        None,
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="The same key with the same body is answered as before for 24 hours; another body is 409.",
    )


class NoQuery(Input):
    """A query string without any field."""


class LimitQuery(Input):
    """How many at most."""

    limit: int = Field(20, ge=1, le=100)
