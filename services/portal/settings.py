"""The settings of the portal."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PortalSettings(BaseSettings):
    """Each is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    gateway_url: str = Field("http://127.0.0.1:8000", description="Where the public API answers.")
    log_format: str = Field("json", pattern="^(json|line)$")
