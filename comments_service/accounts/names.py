"""What an account may be called."""

from typing import Annotated

from pydantic import AfterValidator, Field

from comments_service.routes.types import Line
from comments_service.text import one_line

AccountName = Annotated[Line, Field(min_length=1, max_length=64), AfterValidator(one_line)]
"""A name or a mail address, on one line with single spaces."""
