"""Typed settings (`RISKMON_...` in the environment), read once at the door and handed inwards."""

from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
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
    requests_per_minute: int = Field(600_000, ge=1, description="Most requests of one caller in a minute.")
    failed_sign_ins_per_minute: int = Field(
        30,
        ge=1,
        description="Failed sign-ins from one address in a minute, after which they are answered 429.",
    )
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

    waivers_file: Path | None = Field(
        None, description="TOML file of who may approve waivers of how much; without it nobody may."
    )

    earmark_hours_max: int = Field(720, ge=1, description="Most hours for which an earmark may stand.")

    oidc_issuer: str | None = Field(
        None, description="Issuer whose tokens sign in, as its `iss` has it; without it only keys do."
    )
    oidc_audience: str | None = Field(None, description="What tokens for this server name as their audience.")
    oidc_keys: str | None = Field(
        None, description="Address (https, or http on loopback) or file of the issuer's key set."
    )
    oidc_algorithms: frozenset[Literal["RS256", "PS256", "ES256", "ES384", "EdDSA"]] = Field(
        frozenset({"RS256", "ES256"}), description="Algorithms that a token may be signed with."
    )
    oidc_leeway_seconds: int = Field(
        30, ge=0, le=300, description="How far the issuer's clock and this one may differ."
    )
    oidc_name_claim: str = Field("sub", description="Claim with the name that is recorded of a caller.")
    oidc_roles_claim: str = Field(
        "roles", description="Claim with the roles, a list or text with blanks; dots lead into it."
    )
    oidc_roles: dict[str, str] = Field(
        {},
        description="The bank's own names of roles, each with the role it is here; empty: they are the same.",
    )
    oidc_branches_claim: str | None = Field(
        None, description="Claim with the branches that a caller sees; without it all, `*` in it is all."
    )

    @model_validator(mode="after")
    def _issuer_whole(self) -> Self:
        told = (self.oidc_issuer, self.oidc_audience, self.oidc_keys)
        if any(told) and not all(told):
            raise ValueError(
                "RISKMON_OIDC_ISSUER, RISKMON_OIDC_AUDIENCE and RISKMON_OIDC_KEYS are set together"
            )
        return self

    @field_validator("oidc_keys")
    @classmethod
    def _keys_unread_by_others(cls, place: str | None) -> str | None:
        """Keys that came over a line on which others write would let everybody in."""
        address = urlsplit(place or "")
        if address.scheme == "http" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("must be https, or a file: over http anybody on the way could name the keys")
        return place

    @field_validator("host")
    @classmethod
    def _loopback_only(cls, host: str) -> str:
        if host != "localhost" and not ip_address(host).is_loopback:
            raise ValueError(
                "must be a loopback address, since keys would travel for all to read; let a proxy speak TLS before it"
            )
        return host
