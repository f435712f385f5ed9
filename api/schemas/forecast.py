"""The forecast as the API asks for it and answers it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas import fields as f
from api.schemas.queries import Query


class ForecastQuery(Query):
    """How far ahead, and of whom."""

    months: int = Field(12, ge=1, le=12, description="How many months ahead.")
    subject_id: str | None = Field(
        None, description="Every limit on this subject; without it those that break or lose headroom."
    )


class ForecastMonth(f.Answer):
    """How many limits are broken on one date."""

    date: Annotated[date, Field(description="The date.", examples=["2026-07-30"])]
    breach_count: Annotated[int, Field(description="Subjects over a limit.", examples=[1])]
    new_breach_count: Annotated[
        int, Field(description="Those that were within it the month before.", examples=[1])
    ]


class ForecastLine(f.Answer):
    """One limit on one subject over the months."""

    book_id: f.BookId
    limit_id: f.LimitId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    is_hard: f.IsHard
    headroom: Annotated[
        list[f.MaybeAmount],
        Field(description="Limit less exposure on each date; null where it is unknown or not tested."),
    ]
    first_breach_date: Annotated[
        date | None, Field(description="The first date on which it is broken.", examples=["2026-08-30"])
    ]
    currency: f.Currency


class ForecastAnswer(f.Answer):
    """Headroom and breaches of the months ahead. The first date is the run's own."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    assumptions: Annotated[
        list[Annotated[str, Field(examples=["Exchange rates stay as they are in the run."])]],
        Field(description="What is taken for granted."),
    ]
    months: Annotated[list[ForecastMonth], Field(description="The dates.")]
    lines: Annotated[list[ForecastLine], Field(description="The limits.")]
