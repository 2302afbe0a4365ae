"""What `make run` can be told, by environment or as `make run NAME=value`."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65_535)]


def _absolute(folder: object) -> object:
    # The processes are told this path, and a relative one would mean something else wherever they stand.
    return Path(folder).expanduser().resolve() if isinstance(folder, str | Path) else folder


class EmbeddedSettings(BaseSettings):
    """Each is the variable of the same name in capitals; every default works."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, validate_default=True)

    gateway_port: Port = 8000
    comments_port: Port = 8001
    ranking_port: Port = 8002
    data_dir: Annotated[Path, BeforeValidator(_absolute)] = Path("var")
    api_key: str = Field("dev-key", pattern=r"^[A-Za-z0-9._~+/=-]{1,128}$", description="A key with every scope.")
    rate_limits: Literal["on", "off"] = "on"
    demo: bool = Field(True, description="Demo articles and a trickle of clicks.")

    redis_appendfsync: Literal["everysec", "always"] = Field(
        "everysec", description="When Redis has a click on disk: within a second, or before it answers."
    )

    broker_url: str = Field("", description="A broker that runs already, such as RabbitMQ; empty means Redis.")

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        if len(set(self.ports.values())) < len(self.ports):
            raise ValueError("GATEWAY_PORT, COMMENTS_PORT and RANKING_PORT must be three different ports")
        return self

    @property
    def ports(self) -> dict[str, int]:
        """The public ports by the variable that sets each."""
        return {
            "GATEWAY_PORT": self.gateway_port,
            "COMMENTS_PORT": self.comments_port,
            "RANKING_PORT": self.ranking_port,
        }

    @property
    def portal(self) -> str:
        """The address of the gateway."""
        return f"http://localhost:{self.gateway_port}"
