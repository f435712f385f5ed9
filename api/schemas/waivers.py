"""Waivers: what is asked, and how it is answered."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f
from api.schemas.proposals import Decision, ProposalItem, ProposalQuery, Reason, Request

_Id = Annotated[str, Field(min_length=1, max_length=200)]


class WaiverRequest(Request):
    """On which limit of which subject, how far beyond it, until when and why."""

    book_id: Annotated[_Id, Field(description="The limit's book.", examples=["bank_limits"])]
    limit_id: Annotated[_Id, Field(description="The limit's id within its book.", examples=["STEEL"])]
    subject_kind: f.SubjectKind
    subject_id: Annotated[_Id, Field(description="As `/v1/headroom` lists it.", examples=["C31"])]
    amount: Annotated[
        str,
        Field(
            pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$",
            description="How far beyond the limit, in major units.",
            examples=["20000000.00"],
        ),
    ]
    currency: Annotated[
        str, Field(pattern=r"^[A-Z]{3}$", description="The reporting currency.", examples=["CNY"])
    ]
    valid_until: Annotated[
        date, Field(description="The last day on which it counts.", examples=["2027-06-30"])
    ]
    reason: Reason


class WaiverQuery(ProposalQuery):
    """Filters of the waivers."""

    is_live: bool | None = Field(None, description="Only those that count now, or only those that do not.")


class WaiverItem(ProposalItem):
    """A waiver, and what became of it."""

    book_id: f.BookId
    limit_id: f.LimitId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    amount: Annotated[f.Amount, Field(description="How far beyond the limit.")]
    currency: f.Currency
    valid_until: Annotated[
        date, Field(description="The last day on which it counts.", examples=["2027-06-30"])
    ]
    groups: Annotated[
        list[str], Field(description="The anchors of the groups that it counts against.", examples=[["P1"]])
    ]
    is_live: Annotated[bool, Field(description="Whether it counts now.", examples=[True])]


class WaiverPage(f.Answer):
    """A page of waivers, oldest first."""

    items: Annotated[list[WaiverItem], Field(description="The items of this page.")]
    next: f.NextCursor


class AskedWaiver(f.Answer):
    """What was asked for."""

    outcome: Annotated[Literal["asked"], Field(description="The outcome.", examples=["asked"])]
    proposal: Annotated[WaiverItem, Field(description="The waiver.")]


class DecidedWaiver(f.Answer):
    """What was decided."""

    outcome: Decision
    proposal: Annotated[WaiverItem, Field(description="The waiver as it stands now.")]
