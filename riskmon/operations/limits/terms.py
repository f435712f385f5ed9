"""What a limit says, as a person declares it: the cells of the input table `bank_limits`, or that a limit ends."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

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


def _code(description: str, example: str) -> Any:  # noqa: ANN401  as Field itself
    return Field(max_length=200, description=description, examples=[example])


def _bp(description: str, example: int) -> Any:  # noqa: ANN401  as Field itself
    return Field(ge=0, le=1_000_000, description=f"{description}, in basis points.", examples=[example])


class LimitTerms(BaseModel):
    """One limit of the bank's own. What is left out is empty, as in the table `bank_limits`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit_id: Annotated[
        str, Field(min_length=1, max_length=200, description="The limit's id.", examples=["LIM-STEEL"])
    ]
    is_ended: Annotated[
        bool,
        Field(
            description="The limit of this id ends: the day before `valid_from` is its last. No more is said.",
            examples=[False],
        ),
    ] = False
    subject_kind: Annotated[str | None, _code("What kind of subject it is on.", "industry")] = None
    subject_id: Annotated[str | None, _code("The party, group or code that it is on.", "C31")] = None
    book_id: Annotated[str | None, _code("The book whose groups and exposures count.", "cn_group_credit")] = (
        None
    )
    product: Annotated[str | None, _code("Only this product counts.", "loan")] = None
    measure: Annotated[str | None, _code("What counts.", "exposure")] = None
    parent_limit_id: Annotated[str | None, _code("The limit that it is a part of.", "LIM-ALL")] = None
    is_shared: Annotated[
        bool | None,
        Field(description="One amount for all; otherwise each obligor has it.", examples=[True]),
    ] = None
    amount: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$",
            description="The most that may be owed, in major units of `currency`.",
            examples=["500000000.00"],
        ),
    ] = None
    currency: Annotated[
        str | None,
        Field(pattern=r"^[A-Z]{3}$", description="Currency of the amount, ISO 4217.", examples=["CNY"]),
    ] = None
    capital_bp: Annotated[int | None, _bp("The most that may be owed as a share of capital", 1500)] = None
    capital_base: Annotated[str | None, _code("The capital that it is a share of.", "net_capital")] = None
    blue_bp: Annotated[int | None, _bp("Use from which it warns blue", 7000)] = None
    yellow_bp: Annotated[int | None, _bp("Use from which it warns yellow", 8000)] = None
    orange_bp: Annotated[int | None, _bp("Use from which it warns orange", 9000)] = None
    red_bp: Annotated[int | None, _bp("Use from which it warns red", 9500)] = None
    is_hard: Annotated[
        bool | None, Field(description="It may not be broken; otherwise it warns.", examples=[True])
    ] = None
    is_frozen: Annotated[bool | None, Field(description="It is held at what is used.", examples=[False])] = (
        None
    )
    valid_from: Annotated[
        date | None, Field(description="The first day on which it counts.", examples=["2026-07-01"])
    ] = None
    valid_to: Annotated[
        date | None, Field(description="The last day on which it counts.", examples=["2027-06-30"])
    ] = None


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
