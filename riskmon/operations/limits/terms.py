"""What a limit says, as a person declares it: the cells of the input table `bank_limits`, or that a limit ends."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riskmon.domain.declared_limit import WHO
from riskmon.domain.errors import CallerError
from riskmon.domain.finding import FINDING_KINDS
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.cells import typed_rows
from riskmon.ingest.files import read_rows
from riskmon.store.limits import Declared
from riskmon.store.proposals import Proposal
from riskmon.validate.sieve import Sieve

_TABLE: Final = INPUT_TABLES["bank_limits"]
_CELLS: Final = tuple(column.name for column in _TABLE.columns)
_MOST_LIMITS: Final = 1_000

Bp = Annotated[int | None, Field(ge=0, le=1_000_000, description="Basis points.")]
Code = Annotated[str | None, Field(max_length=200)]


class LimitTerms(BaseModel):
    """One limit of the bank's own. What is left out is empty, as in the table `bank_limits`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit_id: Annotated[str, Field(min_length=1, max_length=200, examples=["LIM-STEEL"])]
    is_ended: Annotated[
        bool,
        Field(
            description="The limit of this id ends: the day before `valid_from` is its last. No more is said."
        ),
    ] = False
    subject_kind: Annotated[Code, Field(examples=["industry"])] = None
    subject_id: Annotated[Code, Field(examples=["C31"])] = None
    book_id: Code = None
    product: Code = None
    measure: Code = None
    parent_limit_id: Code = None
    is_shared: Annotated[
        bool | None, Field(description="One amount for all; otherwise each obligor has it.")
    ] = None
    amount: Annotated[
        str | None, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$", examples=["500000000.00"])
    ] = None
    currency: Annotated[str | None, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])] = None
    capital_bp: Bp = None
    capital_base: Code = None
    blue_bp: Bp = None
    yellow_bp: Bp = None
    orange_bp: Bp = None
    red_bp: Bp = None
    is_hard: bool | None = None
    is_frozen: bool | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def read_terms(said: Sequence[dict[str, object]]) -> tuple[LimitTerms, ...]:
    """The limits that a caller says, cell by cell; an empty cell is left out.

    Raises:
        CallerError: nothing is said, a limit is said twice, or a cell cannot be used.
    """
    try:
        found = tuple(
            LimitTerms.model_validate({name: cell for name, cell in row.items() if cell not in (None, "")})
            for row in said
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _unreadable(f"{place}: {first['msg']}") from error
    refuse_unreadable(found)
    return found


def read_file(path: Path) -> tuple[LimitTerms, ...]:
    """The limits of a file in the shape of the table `bank_limits`, which may have the column `is_ended`.

    Raises:
        CallerError: the file or a cell of it cannot be used.
    """
    return read_terms(read_rows(path, None).to_dicts())


def refuse_unreadable(limits: Sequence[LimitTerms]) -> None:
    """Refuse what no run could read.

    Raises:
        CallerError: nothing is said, too much, a limit twice, a code outside its vocabulary, an amount without currency.
    """
    ids = [each.limit_id for each in limits]
    if not ids or len(ids) > _MOST_LIMITS:
        raise _unreadable(f"a proposal has 1 to {_MOST_LIMITS} limits, this one {len(ids)}")
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise _unreadable(f"{twice[0]} is there twice")
    for each in limits:
        if each.is_ended and each.valid_from is None:
            raise _unreadable(f"the end of {each.limit_id} has no valid_from, the first day without it")
    said = [each for each in limits if not each.is_ended]
    rows = _typed([_cells(each) for each in said])
    refusals = Sieve({"bank_limits": rows}).refusals()
    if refusals.height:
        first = refusals.row(0, named=True)
        what = FINDING_KINDS[first["code"]].message
        raise _unreadable(f"{said[first['row_number']].limit_id}: {what}")


def as_content(limits: Sequence[LimitTerms]) -> str:
    """The limits as canonical JSON."""
    said = [each.model_dump(mode="json", exclude_none=True) for each in limits]
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def of_content(limits: str) -> tuple[LimitTerms, ...]:
    """The limits of canonical JSON."""
    return tuple(LimitTerms.model_validate(each) for each in json.loads(limits))


def declared_rows(proposals: Sequence[Proposal[Declared]]) -> pl.DataFrame:
    """The table `declared_limits`: what the proposals say, in their order, as `domain.declared_limit` reads it."""
    said = [(proposal, each) for proposal in proposals for each in of_content(proposal.content.limits)]
    rows = _typed([_cells(each) | {"approved_by": proposal.decided_by} for proposal, each in said])
    beside = [
        {
            "is_ended": each.is_ended,
            "proposal_id": proposal.proposal_id,
            "declared_by": proposal.proposed_by,
            "declaration_reason": proposal.content.reason,
        }
        for proposal, each in said
    ]
    return pl.concat([rows, pl.DataFrame(beside, schema={"is_ended": pl.Boolean, **WHO})], how="horizontal")


def _cells(limit: LimitTerms) -> dict[str, str | None]:
    """The cells as a file would hold them."""
    said = limit.model_dump(mode="json", exclude={"is_ended"})
    return {
        name: None
        if (cell := said.get(name)) is None
        else str(cell).lower()
        if isinstance(cell, bool)
        else str(cell)
        for name in _CELLS
    }


def _typed(rows: Sequence[dict[str, str | None]]) -> pl.DataFrame:
    cells = pl.DataFrame(rows, schema=dict.fromkeys(_CELLS, pl.String))
    return typed_rows(cells, _TABLE)


def _unreadable(what: str) -> CallerError:
    return CallerError(
        f"The limits cannot be used: {what}.",
        why="A limit that is read wrongly would hold what it should not, or nothing.",
        remedy="Write them as in the table bank_limits; riskmon limit propose --help says more.",
    )
