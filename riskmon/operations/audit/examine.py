"""Looking at the chain of the audit again, and at the heads that were taken out of the house."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from riskmon.domain.errors import CallerError
from riskmon.operations.assessments import reading
from riskmon.store.audit import GENESIS, Head
from riskmon.store.audit_chain import Broken, Examined, Fault, examine
from riskmon.store.database import Place


class ExportedHead(BaseModel):
    """The end of the chain at an instant, as it is kept where nobody who can write to the database can."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: Annotated[int, Field(ge=0)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    taken_at: AwareDatetime


def examine_audit(place: Place, heads: Sequence[ExportedHead] = ()) -> Examined:
    """Look at every entry of the audit. Nothing is written, and nothing is sealed on the way.

    Without a head the end of the chain can be taken off, or all of it be made anew, and nobody could tell; with one,
    everything up to it is held.

    Raises:
        StoreError: the database cannot be read.
    """
    exported = [Head(head.position, head.hash) for head in heads]
    with reading(place) as database:
        if database is None:
            gone = [head for head in exported if head.position > 0]
            missing = [Broken(Fault.HEAD_MISSING, head.position, head.position) for head in gone]
            return Examined(0, (), Head(0, GENESIS), missing)
        with database.reading() as connection:
            return examine(connection, exported)


def read_head(file: Path) -> ExportedHead:
    """A head as `riskmon audit head` wrote it.

    Raises:
        CallerError: the file cannot be read as one.
    """
    try:
        return ExportedHead.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise CallerError(
            f"{file} cannot be read as the head of an audit.",
            why="Without it nobody can tell whether the end of the audit is there.",
            remedy="Name a file that `riskmon audit head --out` wrote.",
        ) from error


def exported(head: Head, taken_at: datetime) -> ExportedHead:
    """A head with the instant at which it was the end of the chain."""
    return ExportedHead(position=head.position, hash=head.hash, taken_at=taken_at)
