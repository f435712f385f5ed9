"""Typed settings (`RISKMON_...` in the environment), read once at the door and handed inwards."""

from ipaddress import ip_address
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What differs between one installation and the next. Every value has a default that is safe."""

    model_config = SettingsConfigDict(env_prefix="RISKMON_", frozen=True, extra="forbid")

    data_dir: Path = Field(Path("riskmon-data"), description="Folder of the snapshots.")
    database_url: SecretStr | None = Field(
        None, description="Address of the database; an SQLite file in the data folder where it is not set."
    )
    key: SecretStr | None = Field(None, description="Key that the command line signs in with.")
    host: str = Field("127.0.0.1", description="Loopback address that `serve` listens on.")
    port: int = Field(8000, ge=1, le=65_535, description="Port that `serve` listens on.")
    allowed_hosts: frozenset[str] = Field(
        frozenset({"127.0.0.1", "localhost", "[::1]"}),
        description="Names a request may call this server by, without the port; other names are refused.",
    )
    max_body_bytes: int = Field(1_048_576, ge=0, description="Largest request body.")
    page_size_default: int = Field(
        50, ge=1, le=200, description="Items on a page where the caller names no number."
    )
    page_size_max: int = Field(
        200, ge=1, le=200, description="Most items on a page, whatever the caller asks for."
    )

    snapshot_max_age_days: int = Field(
        3, ge=0, description="Days after its date for which a snapshot may be decided on."
    )

    webhooks_file: Path | None = Field(
        None, description="TOML file of the webhook endpoints that are told what happens."
    )

    earmark_hours_max: int = Field(720, ge=1, description="Most hours for which an earmark may stand.")

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        if host != "localhost" and not ip_address(host).is_loopback:
            raise ValueError(
                "must be a loopback address, since keys would travel for all to read; let a proxy speak TLS before it"
            )
        return host
