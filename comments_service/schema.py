"""The schema of comments_service, brought up to date by its migrations."""

from pathlib import Path

from sqlalchemy import Engine

from shared import schema

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version_comments"


def migrate(engine: Engine) -> None:
    """Bring the database to the newest schema; a database that is there already is left as it is."""
    schema.migrate(engine, FOLDER, VERSION_TABLE)
