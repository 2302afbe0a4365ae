"""The schema's migrations, run by Alembic on a connection that is passed in."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from shared.database import writing

FOLDER = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version_comments"
"""Of this service alone, so that both services may share one database."""
MIGRATION_LOCK = 0x7265_6469
"""The advisory lock of whoever migrates, so that two containers that start together do it one after the other."""


def migrate(engine: Engine) -> None:
    """Bring the database to the newest schema; a database that is there already is left as it is."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Whoever comes second waits until the first is done, however long that takes.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
