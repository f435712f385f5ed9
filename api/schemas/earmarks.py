"""Earmarks: what is asked to place or end one, and how it is answered."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import fields as f
from api.schemas.problems import Problem
from api.schemas.queries import PageQuery
from riskmon.operations.checks import Deal

EarmarkId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._~:@-]{1,200}$",
        description="The caller's own id of the earmark.",
        examples=["D-17"],
    ),
]
_Reason = Annotated[
    Annotated[str, Field(max_length=1000)] | None, Field(description="Why.", examples=["signed on 2 July"])
]


class _Request(BaseModel):
    """Frozen, and closed: a field that is not known is refused, since it could have mattered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlaceRequest(_Request):
    """What to claim, and for how long."""

    earmark_id: EarmarkId
    deal: Annotated[Deal, Field(description="The deal that headroom is claimed for.")]
    hours: Annotated[
        int,
        Field(ge=1, le=8760, description="Hours after which it ends by itself, if nobody confirms it before.", examples=[72]),
    ]  # fmt: skip


class ConfirmRequest(_Request):
    """The deal is done."""

    amount: Annotated[
        Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$")] | None,
        Field(
            description="How much of it, in major units of the deal's currency; left out: all.",
            examples=["40000000.00"],
        ),
    ] = None
    facility_id: Annotated[
        Annotated[str, Field(min_length=1, max_length=200)] | None,
        Field(description="The facility that it is booked as, where that is known.", examples=["F-2201"]),
    ] = None
    reason: _Reason = None


class ReleaseRequest(_Request):
    """The deal is not done."""

    reason: _Reason = None


class EarmarkQuery(PageQuery):
    """Filters of the earmarks."""

    obligor_id: str | None = Field(None, description="Only this obligor, by the id that the deal named.")
    is_live: bool | None = Field(None, description="Only those that count, or only those that do not.")


class ClaimedLine(f.Answer):
    """One limit on one subject."""

    book_id: f.BookId
    limit_id: f.LimitId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId


class EarmarkItem(f.Answer):
    """An earmark as it stands."""

    earmark_id: EarmarkId
    obligor_id: f.ObligorId
    amount: f.Amount
    currency: f.Currency
    state: Annotated[
        Literal["placed", "confirmed", "booked", "released", "expired"],
        Field(description="What became of it.", examples=["placed"]),
    ]
    counted_amount: Annotated[f.Amount, Field(description="What of it counts now.")]
    deal: Annotated[Deal, Field(description="The deal as it was placed.")]
    hours: Annotated[int, Field(description="Hours for which it was placed.", examples=[72])]
    run_id: Annotated[str, Field(description="The run in force when it was placed.", examples=["c0ffee"])]
    placed_at: Annotated[datetime, Field(description="When.", examples=["2026-07-01T08:00:00Z"])]
    placed_by: Annotated[str, Field(description="Who placed it.", examples=["LOS"])]
    expires_at: Annotated[
        datetime, Field(description="When it ends by itself.", examples=["2026-07-04T08:00:00Z"])
    ]
    confirmed_amount: Annotated[f.MaybeAmount, Field(description="What was confirmed; null before.")]
    facility_id: Annotated[
        str | None, Field(description="What it is, or is to be, booked as.", examples=["F-2201"])
    ]
    reason: Annotated[str | None, Field(description="Why it ended.", examples=["signed on 2 July"])]
    resolved_at: Annotated[
        datetime | None, Field(description="When it ended; null before.", examples=["2026-07-02T08:00:00Z"])
    ]
    resolved_by: Annotated[str | None, Field(description="Who ended it.", examples=["LOS"])]


class EarmarkAnswer(f.Answer):
    """What became of the request, and the earmark as it stands."""

    outcome: Annotated[
        Literal["placed", "confirmed", "released"], Field(description="The outcome.", examples=["placed"])
    ]
    is_new: Annotated[
        bool, Field(description="Whether this request did it, and not one before.", examples=[True])
    ]
    earmark: Annotated[EarmarkItem, Field(description="The earmark.")]
    is_clock_behind: Annotated[
        bool,
        Field(
            description="Whether the server's clock is behind what was recorded; the later time was used.",
            examples=[False],
        ),
    ]


class EarmarkPage(f.Answer):
    """A page of earmarks, oldest first."""

    items: Annotated[list[EarmarkItem], Field(description="The items of this page.")]
    next: f.NextCursor


class Refusal(Problem):
    """Why nothing was placed or ended, and which limit stands against it."""

    earmark: Annotated[EarmarkItem | None, Field(description="The earmark as it stands, if there is one.")]
    line: Annotated[ClaimedLine | None, Field(description="The limit that refuses.")]
    left: Annotated[f.MaybeAmount, Field(description="What that limit has left, in `currency`.")]
    currency: Annotated[
        str | None, Field(description="The reporting currency of the run in force.", examples=["CNY"])
    ]
