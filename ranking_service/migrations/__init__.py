"""The migrations of the ranking tables."""

from pathlib import Path

FOLDER = Path(__file__).parent
VERSION_TABLE = "alembic_version_ranking"
