"""Base types of what callers send: unknown fields are refused, text carries no control characters."""

import unicodedata
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from shared.names import ARTICLE_ID

LINE_BREAKS_AND_TABS = "\n\r\t"


class Described(BaseModel):
    """What a request brings, by a schema that is made once."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The JSON schema: flask-openapi3 asks for it at every request with a query or headers, which took two thirds
        of a read's time.
        """
        return super().model_json_schema(*args, **kwargs) if args or kwargs else _schema_of(cls)


class Input(Described):
    """A body, query or path; a field that it does not name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="validation")


class ArticleIdPath(Input):
    """The `{id}` of an article in a path."""

    article_id: str = Field(pattern=ARTICLE_ID)


def _without_controls(text: str) -> str:
    bad = {c for c in text if unicodedata.category(c) == "Cc" and c not in LINE_BREAKS_AND_TABS}
    if bad:
        names = ", ".join(sorted(f"U+{ord(c):04X}" for c in bad))
        raise ValueError(f"control characters are not allowed: {names}")
    return text


def _as_text(value: object) -> object:
    if isinstance(value, str) and "-" in value:
        return value
    raise ValueError("must be an RFC 3339 time such as 2026-11-21T09:12:00Z")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


PlainText = Annotated[str, AfterValidator(_without_controls)]
"""Text without NUL or other control characters (line breaks and tabs stand); lone surrogates never parse."""

Rfc3339 = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_in_utc)]
"""A time with its offset, turned to UTC; a bare number is no time."""
