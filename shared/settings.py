"""Settings that both services read, once, at the start: from the environment or from files in /run/secrets."""

import os
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.api_keys import ApiKey
from shared.partitions import MAX_PARTITIONS
from shared.store import is_cluster
from shared.tracing import TracingSettings

SECRETS_DIR = Path("/run/secrets")
SHORTEST_SECRET = 16


class Settings(TracingSettings):
    """The common settings. Each is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None, extra="ignore", frozen=True
    )

    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", description="Event log and boards; redis+cluster://host:port,… names a cluster."
    )
    broker_url: str = Field("", description="Nudges; empty means the Redis of redis_url.")
    database_url: str = Field("sqlite:///var/redian.db", description="SQLite or PostgreSQL.")
    database_answer_seconds: Annotated[float, Field(gt=0)] | None = Field(
        None, description="How long a web process waits for one answer of PostgreSQL; none waits for ever."
    )
    most_wait_ms: Annotated[int, Field(ge=1)] = Field(
        200, description="A reader's request that waited longer for a thread is refused: 503 `overloaded`."
    )
    partitions: Annotated[int, Field(ge=1, le=MAX_PARTITIONS)] = 1
    secret_key: SecretStr = Field(description="Keys the private hashes of visitors; at least 16 characters.")
    api_keys: list[ApiKey] = Field(default_factory=list, description="JSON list of keys.")
    health_file: Path | None = Field(None, description="A worker touches this file while its backlog goes down.")
    worker_niceness: Annotated[int, Field(ge=0, le=19)] = Field(
        0, description="So much the workers give way to what else wants the processors (nice)."
    )
    log_format: str = Field("json", pattern="^(json|line)$", description="json, or one plain line an entry.")

    @model_validator(mode="after")
    def _secret_is_long(self) -> Self:
        if len(self.secret_key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"SECRET_KEY must have at least {SHORTEST_SECRET} characters")
        return self

    @model_validator(mode="after")
    def _cluster_is_no_broker(self) -> Self:
        if is_cluster(self.redis_url) and not self.broker_url:
            raise ValueError("BROKER_URL must name a Redis or RabbitMQ of its own: a Redis Cluster carries no messages")
        return self

    @property
    def broker(self) -> str:
        """The broker's URL."""
        return self.broker_url or self.redis_url


def _local_file(service: str) -> Path:
    return Path(os.environ.get("DATA_DIR", "var")) / f"{service}.env"


SettingsKind = TypeVar("SettingsKind", bound=BaseSettings)


def load(kind: type[SettingsKind], service: str | None = None) -> SettingsKind:
    """Read settings; ends the process with a sentence for each that is wrong.

    What the environment leaves open of a service's settings is looked up in the file that `make run` writes for its
    processes, so that the commands of a service find the system that runs in this folder.
    """
    try:
        # A process of that system has all of it in its environment; elsewhere the file is not there.
        return kind(_env_file=_local_file(service) if service else None)
    except ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, each['loc'])).upper() or 'settings'}: {each['msg']}"
            for each in error.errors(include_input=False)
        ]
        raise SystemExit("These settings are missing or wrong:\n" + "\n".join(lines)) from None
