"""What Alembic runs for every command."""

from comments_service.tables import Base
from shared.schema import run_migrations

run_migrations(Base.metadata)
