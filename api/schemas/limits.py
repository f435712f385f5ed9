"""Limits, headroom and breaches as the API answers them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f
from riskmon.domain.terms import Severity


class HeadroomItem(f.Answer):
    """One subject against one limit. Every limit stands alone; the one with least headroom binds."""

    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    book_id: f.BookId
    limit_id: f.LimitId
    measure: f.Measure
    exposure: Annotated[f.MaybeAmount, Field(description="The measure that is tested.")]
    limit: Annotated[
        f.MaybeAmount,
        Field(description="The most allowed; null where the base is unknown.", examples=["1500.00"]),
    ]
    base: Annotated[
        f.MaybeAmount,
        Field(description="The capital figure that the limit is a share of.", examples=["10000.00"]),
    ]
    headroom: Annotated[
        f.MaybeAmount, Field(description="Limit less exposure; negative in a breach.", examples=["-30.00"])
    ]
    excess: Annotated[
        f.MaybeAmount, Field(description="How far over the limit; zero without a breach.", examples=["30.00"])
    ]
    utilisation_ratio: f.Ratio
    warning_level: f.WarningLevel
    clause: f.Clause
    is_binding: Annotated[
        bool | None, Field(description="The limit with least headroom for the subject.", examples=[True])
    ]
    is_breach: Annotated[
        bool | None, Field(description="Exposure over the limit; null where it is unknown.", examples=[True])
    ]
    is_hard: f.IsHard
    is_complete: f.IsComplete
    currency: f.Currency


class BreachItem(f.Answer):
    """An exposure over a limit: a fact of the run."""

    book_id: f.BookId
    limit_id: f.LimitId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    measure: f.Measure
    exposure: Annotated[f.Amount, Field(description="The measure that is tested.")]
    limit: Annotated[f.Amount, Field(description="The most allowed.", examples=["1500.00"])]
    base: Annotated[
        f.MaybeAmount,
        Field(description="The capital figure that the limit is a share of.", examples=["10000.00"]),
    ]
    excess: Annotated[f.Amount, Field(description="How far over the limit.", examples=["30.00"])]
    utilisation_ratio: f.Ratio
    warning_level: Annotated[
        Severity | None, Field(description="The gravest line that is reached.", examples=["red"])
    ]
    clause: f.Clause
    is_hard: f.IsHard
    is_complete: f.IsComplete
    since_date: Annotated[
        date,
        Field(
            description="Date of the first run of an unbroken row that has the breach.",
            examples=["2026-03-31"],
        ),
    ]
    since_run_id: Annotated[
        str | None, Field(description="That run; null where it is this one.", examples=["c0ffee"])
    ]
    cause: Annotated[
        str | None,
        Field(
            description="What took most of the headroom when it began; null where there was no earlier run.",
            examples=["group_membership"],
        ),
    ]
    change: Annotated[
        f.MaybeAmount, Field(description="What that cause took of the headroom.", examples=["-330.00"])
    ]
    report: Annotated[
        Literal["immediately", "without_delay"] | None,
        Field(description="How soon the supervisor is told.", examples=["immediately"]),
    ]
    deadline_date: Annotated[
        date | None,
        Field(description="By when the subject is to be back within the limit.", examples=["2026-07-02"]),
    ]
    duty_clause: Annotated[
        str | None, Field(description="Where that is written.", examples=["Policy of the bank, 5.6"])
    ]
    currency: f.Currency


class WarningLine(f.Answer):
    """The share of a limit from which a warning level is shown."""

    warning_level: Annotated[Severity, Field(description="The level.", examples=["yellow"])]
    share: Annotated[str, Field(description="Share of the limit, 1 is the limit itself.", examples=["0.80"])]


class LimitItem(f.Answer):
    """A limit as its book states it: the most `measure` a subject may carry, as a share of capital."""

    book_id: f.BookId
    limit_id: f.LimitId
    title: Annotated[str, Field(description="What it is called.", examples=["Exposure to one group"])]
    title_zh: Annotated[
        str, Field(description="What it is called in Chinese.", examples=["集团客户风险暴露"])
    ]
    subject_kinds: Annotated[
        list[Literal["obligor", "group"]], Field(description="Whom it is set for.", examples=[["group"]])
    ]
    applies_to: Annotated[str, Field(description="Class of party it is for.", examples=["non_interbank"])]
    measure: f.Measure
    capital_base: Annotated[
        str, Field(description="The capital figure that it is a share of.", examples=["tier1_capital"])
    ]
    ratio: Annotated[str, Field(description="The share, exact; 1 is all of it.", examples=["0.15"])]
    is_hard: f.IsHard
    warning_lines: Annotated[list[WarningLine], Field(description="Its warning lines, mildest first.")]
    clause: f.Clause
    certainty: f.Certainty


class LimitAnswer(f.Answer):
    """One limit with the subjects nearest to it."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    limit: Annotated[LimitItem, Field(description="The limit as its book states it.")]
    subject_count: Annotated[int, Field(description="How many subjects it is tested on.", examples=[3])]
    breach_count: Annotated[int, Field(description="How many are over it.", examples=[1])]
    headroom: Annotated[
        list[HeadroomItem], Field(description="The twenty subjects that use most of it, the nearest first.")
    ]
    breaches: Annotated[
        list[BreachItem], Field(description="Its twenty greatest breaches: since when, why, by when cured.")
    ]
