"""Assessments of relationships as the API answers them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.schemas import fields as f


class AssessmentItem(f.Answer):
    """What a person proposed about a relationship, and what another decided. What is approved counts in later runs."""

    proposal_id: Annotated[str, Field(description="The proposal.", examples=["9f3ac01b7e55"])]
    relationship_id: Annotated[str, Field(description="The relationship.", examples=["R1"])]
    source_party_id: Annotated[str, Field(description="Its source when it was assessed.", examples=["P1"])]
    target_party_id: Annotated[str, Field(description="Its target when it was assessed.", examples=["P2"])]
    kind: Annotated[str, Field(description="Its kind when it was assessed.", examples=["shareholding"])]
    basis: Annotated[str | None, Field(description="Its basis when it was assessed.", examples=["receipts"])]
    assessment: Annotated[
        Literal["confirmed", "rejected", "doubtful"],
        Field(description="What the person found.", examples=["confirmed"]),
    ]
    reason: Annotated[str, Field(description="What it rests on.", examples=["Visit of 12 June"])]
    valid_until: Annotated[
        date | None,
        Field(description="The last day on which it counts; null without an end.", examples=["2027-06-30"]),
    ]
    run_id: Annotated[str, Field(description="The run that showed the relationship.", examples=["c0ffee"])]
    proposed_by: Annotated[str, Field(description="The person.", examples=["Li Na"])]
    proposed_at: Annotated[AwareDatetime, Field(description="When, UTC.", examples=["2026-07-01T08:00:00Z"])]
    state: Annotated[
        Literal["open", "approved", "declined", "withdrawn"],
        Field(description="What became of it; open waits for a decision.", examples=["approved"]),
    ]
    decided_by: Annotated[
        str | None, Field(description="Who decided; the proposer only withdraws.", examples=["Wang Wei"])
    ]
    decided_at: Annotated[
        AwareDatetime | None, Field(description="When, UTC.", examples=["2026-07-01T09:30:00Z"])
    ]
    note: Annotated[str | None, Field(description="What was said with the decision.", examples=[None])]


class AssessmentPage(f.Answer):
    """A page of assessments, oldest proposal first."""

    items: Annotated[list[AssessmentItem], Field(description="The assessments.")]
    next: f.NextCursor
