"""The settings of the live streams beyond those of comments_service."""

from typing import Annotated

from pydantic import Field

from comments_service.settings import CommentsSettings


class LiveSettings(CommentsSettings):
    """What the streams' app reads from its environment."""

    live_streams: Annotated[int, Field(ge=1, le=50_000)] = Field(2_000, description="So many streams at a time.")
    live_streams_per_address: Annotated[int, Field(ge=1, le=50_000)] = Field(
        50, description="So many of them from one address; a school or an office has one."
    )
