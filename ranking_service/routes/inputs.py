"""What callers of the ranking API send."""

from typing import Literal

from pydantic import Field, model_validator

from ranking_service.boards import CountedMetric
from shared.names import ARTICLE_ID, CHANNEL
from shared.web import Input, Rfc3339

BOARD = "^[A-Za-z0-9-]{1,32}$"


class NoQuery(Input):
    """A read that takes no parameter refuses every one."""


class ChannelPath(Input):
    """A channel."""

    channel: str = Field(pattern=CHANNEL)


class BoardPath(ChannelPath):
    """A board of a channel; `click` is another name of `total`."""

    board: str = Field(pattern=BOARD)


class MarkPath(BoardPath):
    """An article on a board."""

    article_id: str = Field(pattern=ARTICLE_ID)


class BoxQuery(Input):
    """Which boards, and how many lines of each."""

    metric: CountedMetric | None = Field(None, description="Boards of one metric only, with the decaying ones.")
    limit: int = Field(10, ge=1, le=100)


class FragmentQuery(Input):
    """Which boards stand in a fragment, in which language."""

    boards: str = Field(
        "total three-day weekly monthly",
        pattern=r"^[a-z0-9-]{1,32}(:(clicks|comments))?([ ,]+[a-z0-9-]{1,32}(:(clicks|comments))?){0,11}$",
        description="Boards as `<hot-news>` names them: `total three-day weekly:comments`.",
    )
    limit: int = Field(10, ge=1, le=100)
    lang: Literal["zh", "en"] = "zh"

    @property
    def wanted(self) -> list[tuple[str, CountedMetric]]:
        """Each board with its metric."""
        parts = [name.partition(":") for name in self.boards.replace(",", " ").split()]
        return [(board, CountedMetric(metric or "clicks")) for board, _, metric in parts]


class BoardQuery(Input):
    """Which lines of a board, and when."""

    metric: CountedMetric = CountedMetric.CLICKS
    limit: int = Field(10, ge=1, le=100)
    offset: int = Field(0, ge=0, le=10_000)
    at: Rfc3339 | None = Field(None, description="The board as frozen at the last hour's end before this time.")


class Pin(Input):
    """Where an article is pinned; without a body at the top."""

    position: int = Field(1, ge=1, le=100)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_top(cls, body: object) -> object:
        return {} if body is None else body


class GreatestAge(Input):
    """The greatest age of a board's entries."""

    hours: int = Field(ge=1, le=24 * 366)
