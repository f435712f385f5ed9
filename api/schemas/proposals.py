"""What proposals of every kind share: how one is decided, and what is told of the two persons."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas import fields as f
from api.schemas.queries import PageQuery


class Request(BaseModel):
    """Frozen, and closed: a field that is not known is refused, since it could have mattered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DecideRequest(Request):
    """What is said with a decision."""

    note: Annotated[
        Annotated[str, Field(max_length=1000)] | None, Field(description="Why.", examples=["no proof"])
    ] = None


Named = Annotated[
    str, Path(pattern=r"^[0-9a-f]{12}$", description="The proposal's id.", examples=["9f3ac01b7e55"])
]
Reason = Annotated[
    str, Field(max_length=1000, description="What it rests on.", examples=["credit committee of 12 June"])
]
State = Literal["open", "approved", "declined", "withdrawn"]


class ProposalQuery(PageQuery):
    """Filters of proposals."""

    state: State | None = Field(None, description="Only those in this state; open waits for a decision.")


class ProposalItem(f.Answer):
    """Who proposed, and what became of it."""

    proposal_id: Annotated[str, Field(description="The proposal.", examples=["9f3ac01b7e55"])]
    reason: Annotated[str, Field(description="What it rests on.", examples=["credit committee of 12 June"])]
    run_id: Annotated[str, Field(description="The run that it was looked at on.", examples=["c0ffee"])]
    proposed_by: Annotated[str, Field(description="The person.", examples=["Li Na"])]
    proposed_at: Annotated[AwareDatetime, Field(description="When, UTC.", examples=["2026-07-01T08:00:00Z"])]
    state: Annotated[
        State, Field(description="What became of it; open waits for a decision.", examples=["approved"])
    ]
    decided_by: Annotated[
        str | None, Field(description="Who decided; the proposer only withdraws.", examples=["Wang Wei"])
    ]
    decided_at: Annotated[
        AwareDatetime | None, Field(description="When, UTC.", examples=["2026-07-01T09:30:00Z"])
    ]
    note: Annotated[str | None, Field(description="What was said with the decision.", examples=[None])]


Decision = Annotated[
    Literal["approved", "declined", "withdrawn"],
    Field(description="The outcome; to decline a proposal of one's own withdraws it.", examples=["approved"]),
]
