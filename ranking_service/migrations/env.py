from ranking_service.tables import metadata
from shared.schema import run_migrations

run_migrations(metadata)
