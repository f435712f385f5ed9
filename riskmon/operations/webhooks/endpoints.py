"""Endpoints: who is told of what, from a file of the bank's own. Their secrets stand in files beside it, never in it."""

import tomllib
from base64 import b64decode
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from standardwebhooks import Webhook

from riskmon.domain.errors import CallerError

LEAST_SECRET_BYTES: Final = 24
"""What Standard Webhooks asks of a secret."""

_PREFIX: Final = "whsec_"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Endpoint(BaseModel):
    """One receiver of events.

    Attributes:
        id: a short name, under which its deliveries are kept.
        url: where they are sent; https, or http to this machine itself.
        types: what it is told: event types, or their beginning before the dot. Everything where it is empty.
        secret_files: files with one secret each, `whsec_` and base64. Each delivery is signed with all of them, so that a
            receiver can go over to a new one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    url: str
    types: tuple[str, ...] = ()
    secret_files: Annotated[tuple[Path, ...], Field(min_length=1)]

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or is_here):
            raise ValueError("must be an https address, or http to this machine")
        if parts.username or parts.password:
            raise ValueError("must hold no user and no password: a delivery is signed instead")
        return url

    def wants(self, event_type: str) -> bool:
        """Whether it is told of events of this type."""
        return not self.types or event_type in self.types or event_type.split(".")[0] in self.types

    def signers(self) -> list[Webhook]:
        """What signs its deliveries, one for each secret.

        Raises:
            CallerError: a secret cannot be read.
        """
        return [_signer(file) for file in self.secret_files]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: tuple[Endpoint, ...] = ()

    @field_validator("endpoint")
    @classmethod
    def _differ(cls, endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
        ids = [each.id for each in endpoints]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands in it twice")
        return endpoints

    def beside(self, folder: Path) -> Self:
        """The same with the secrets' paths taken from a folder."""
        moved = [
            each.model_copy(update={"secret_files": tuple(folder / file for file in each.secret_files)})
            for each in self.endpoint
        ]
        return self.model_copy(update={"endpoint": tuple(moved)})


def read_endpoints(file: Path | None) -> tuple[Endpoint, ...]:
    """The endpoints of a TOML file with one `[[endpoint]]` each; none where there is no file to read.

    Raises:
        CallerError: the file or a secret cannot be used.
    """
    if file is None:
        return ()
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        found = _File.model_validate(said).beside(file.parent).endpoint
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _unusable(file, f"{place}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(file, str(error)) from error
    for each in found:
        each.signers()
    return found


def _unusable(file: Path, what: str) -> CallerError:
    return CallerError(
        f"The webhook endpoints in {file} cannot be used: {what}.",
        why="A receiver that is left out would not hear of what happens.",
        remedy='Each [[endpoint]] has id, url and secret_files, such as ["core.secret"], and may have types.',
    )


def _signer(file: Path) -> Webhook:
    try:
        said = file.read_text(encoding="ascii").strip()
        key = b64decode(said.removeprefix(_PREFIX), validate=True)
    except (OSError, ValueError) as error:
        raise _unfit(file) from error
    if not said.startswith(_PREFIX) or len(key) < LEAST_SECRET_BYTES:
        raise _unfit(file)
    return Webhook(key)


def _unfit(file: Path) -> CallerError:
    return CallerError(
        f"The webhook secret {file} cannot be used.",
        why="A delivery without a signature could be forged by anybody.",
        remedy=f"The file holds whsec_ and the base64 of at least {LEAST_SECRET_BYTES} random bytes, on one line.",
    )
