"""What Alembic runs for every command; the connection comes from `comments_service.schema`."""

from alembic import context

from comments_service.schema import VERSION_TABLE
from comments_service.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite cannot alter most of a table; Alembic then copies it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
