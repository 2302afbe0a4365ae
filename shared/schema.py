"""The schema: a service's migrations, run by Alembic on an engine that is passed in."""

from pathlib import Path

from sqlalchemy import Engine, MetaData, text

from shared.database import writing

MIGRATION_LOCK = 0x7265_6469
"""The advisory lock of whoever migrates, so that two containers that start together do it one after the other."""


def migrate(engine: Engine, folder: Path, version_table: str) -> None:
    """Bring the database to the newest schema of a service; what is there already is left as it is.

    Each service has its own version table, so that both may share one database.
    """
    # Only who migrates pays for the import, which each process of a service would pay for at its start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Whoever comes second waits until the first is done, however long that takes.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        config.attributes["version_table"] = version_table
        command.upgrade(config, "head")


def run_migrations(metadata: MetaData) -> None:
    """What a service's `env.py` runs: Alembic loads that file by its path, without arguments."""
    from alembic import context  # noqa: PLC0415  # as above

    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        target_metadata=metadata,
        version_table=attributes["version_table"],
        # SQLite cannot alter most of a table; Alembic then copies it.
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
