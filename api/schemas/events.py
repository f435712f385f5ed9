"""What happened, and what became of telling others, as the API answers it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from api.schemas import fields as f
from api.schemas.queries import Query

Sequence = Annotated[
    int, Field(description="Its place in the order of telling, without holes.", examples=[17])
]
EventId = Annotated[str, Field(description="The event.", examples=["evt_5d1c0a4be0b94f0e9c1b8f6b0a7d2e11"])]
Type = Annotated[str, Field(description="What happened, as `noun.verb`.", examples=["earmark.confirmed"])]
Subject = Annotated[str, Field(description="The id of what it happened to.", examples=["D-17"])]


class EventItem(f.Answer):
    """Something that happened."""

    sequence: Sequence
    event_id: EventId
    type: Type
    subject: Subject
    at: Annotated[AwareDatetime, Field(description="When, UTC.", examples=["2026-07-01T08:00:00Z"])]
    data: Annotated[
        dict[str, JsonValue],
        Field(
            description="About it; amounts are decimal text.",
            examples=[{"amount": "50.00", "currency": "CNY"}],
        ),
    ]


class EventPage(f.Answer):
    """Events behind a position, oldest first."""

    items: Annotated[list[EventItem], Field(description="The events.")]
    next: Annotated[int, Field(description="`after` of the next request.", examples=[17])]


class DeliveryItem(f.Answer):
    """What became of telling one endpoint of one event."""

    endpoint_id: Annotated[str, Field(description="The endpoint of the bank's own file.", examples=["core"])]
    event_id: EventId
    sequence: Sequence
    type: Type
    subject: Subject
    state: Annotated[
        Literal["waiting", "delivered", "dead"],
        Field(description="Whether it is tried again, was taken, or was given up.", examples=["dead"]),
    ]
    attempts: Annotated[int, Field(description="How often it was tried.", examples=[10])]
    due_at: Annotated[
        AwareDatetime | None,
        Field(description="When it is tried next; null where it is not.", examples=["2026-07-01T08:05:00Z"]),
    ]
    last_at: Annotated[
        AwareDatetime | None, Field(description="When it was tried last.", examples=["2026-07-01T08:00:00Z"])
    ]
    last_said: Annotated[
        str | None,
        Field(description="The status it answered, or why it did not.", examples=["503"]),
    ]


class DeliveryList(f.Answer):
    """Deliveries in the order of events."""

    items: Annotated[list[DeliveryItem], Field(description="The deliveries.")]


class ResendWish(BaseModel):
    """Which of the deliveries that were given up to try again: all where nothing is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint_id: Annotated[str | None, Field(description="Only to this endpoint.", examples=["core"])] = None
    event_id: Annotated[str | None, Field(description="Only of this event.", examples=[None])] = None


class Resent(f.Answer):
    """How many deliveries are tried again."""

    again: Annotated[
        int, Field(description="Deliveries that are tried again from the beginning.", examples=[3])
    ]


class EventQuery(Query):
    """Which events are read."""

    after: int = Field(
        0, ge=0, le=2**53, description="The position of the last event seen; 0 begins at the first."
    )
    limit: int = Field(50, ge=1, le=200, description="Most events that are looked at.")
    type: list[str] = Field([], description="Only these types; may be repeated.")


class DeliveryQuery(Query):
    """Which deliveries are read."""

    state: Literal["waiting", "delivered", "dead"] | None = Field(None, description="Only in this state.")
