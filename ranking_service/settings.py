"""Settings of the ranking service and its worker."""

from pathlib import Path

from pydantic import Field

from ranking_service.boards import DEFAULT_FILE
from shared.settings import Settings


class RankingSettings(Settings):
    """The common settings and those of the boards."""

    database_url: str = Field("sqlite:///var/ranking.db", description="Archive, freezes and overlay.")
    boards_file: Path = Field(DEFAULT_FILE, description="What boards there are.")
    portal_url: str = Field("http://127.0.0.1:8000", description="Where the feeds say that they come from.")
