"""The settings of the portal."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PortalSettings(BaseSettings):
    """Each is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    gateway_url: str = Field("http://127.0.0.1:8000", description="Where the public API answers.")
    most_wait_ms: Annotated[int, Field(ge=1)] = Field(500, description="A page that waited longer for a thread is 503.")
    log_format: str = Field("json", pattern="^(json|line)$")
