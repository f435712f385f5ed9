"""A check as the API answers it. Its request is `riskmon.operations.checks.request.CheckRequest`."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f
from riskmon.domain.terms import Severity
from riskmon.operations.checks import Receipt
from riskmon.operations.checks.deal import Deal


class CheckedLimit(f.Answer):
    """One limit that the deals concern, before and after."""

    book_id: f.BookId
    limit_id: f.LimitId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    before: Annotated[f.MaybeAmount, Field(description="What it counts today.")]
    after: Annotated[f.MaybeAmount, Field(description="What it would count with the deals.")]
    limit: Annotated[f.MaybeAmount, Field(description="The most allowed; null where it is unknown.")]
    headroom_before: Annotated[f.MaybeAmount, Field(description="Limit less `before`.")]
    headroom_after: Annotated[
        f.MaybeAmount, Field(description="Limit less `after`; negative where it would be broken.")
    ]
    clause: f.Clause
    is_hard: f.IsHard
    is_complete: Annotated[
        bool,
        Field(
            description="Whether all of it is measured; otherwise `before` and `after` are lower bounds.",
            examples=[True],
        ),
    ]


class Option(f.Answer):
    """A way to make the deal fit: sent back as a check, it passes."""

    kind: Annotated[
        Literal["collateral", "guarantor", "another_line", "maturity", "smaller_amount"],
        Field(description="What is changed.", examples=["collateral"]),
    ]
    deal: Annotated[Deal, Field(description="The changed deal.")]


class Veto(f.Answer):
    """A raised signal that forbids new credit."""

    signal_id: Annotated[str, Field(description="The catalogue's id of the signal.", examples=["D10"])]
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    severity: Annotated[Severity | None, Field(description="How grave it is.", examples=["red"])]
    evidence: Annotated[str, Field(description="The facts behind it.", examples=["90 days past due"])]
    evidence_zh: Annotated[str, Field(description="The same in Chinese.", examples=["逾期90天"])]
    clause: f.Clause


class CheckAnswer(f.Answer):
    """Whether deals may be done, and what they do to every limit that they concern. Nothing is stored."""

    check_id: Annotated[str, Field(description="The hash of the receipt.", examples=["0f5c" + "0" * 28])]
    verdict: Annotated[
        Literal["pass", "warn", "refuse"], Field(description="The answer.", examples=["refuse"])
    ]
    reason: Annotated[
        str,
        Field(description="Why, in one sentence.", examples=["P9 is no party of the snapshot."]),
    ]
    run_id: f.RunId
    as_of: f.AsOf
    largest_passing_amount: Annotated[
        f.MaybeAmount,
        Field(
            description="The largest amount of a single deal that passes, in its currency; null for a package."
        ),
    ]
    currency: f.Currency
    binding: Annotated[
        CheckedLimit | None, Field(description="The limit behind the verdict, else the nearest one.")
    ]
    limits: Annotated[list[CheckedLimit], Field(description="Every limit that the deals concern.")]
    options: Annotated[list[Option], Field(description="Ways to make a single deal fit, best first.")]
    vetoes: Annotated[list[Veto], Field(description="The signals that forbid new credit.")]
    order: Annotated[
        list[str], Field(description="The order of the deals that lets most pass.", examples=[["D1"]])
    ]
    receipt: Annotated[
        Receipt, Field(description="All that the answer was made of; keep it to have the check asked again.")
    ]
