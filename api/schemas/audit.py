"""Who wrote what, and decisions made again, as the API answers it."""

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from api.schemas import fields as f
from api.schemas.queries import Query

_AMOUNT: Final[dict[str, Any]] = {"state": "placed", "amount": "60.00", "currency": "CNY"}
_LARGEST: Final = 2**53

State = Annotated[
    dict[str, JsonValue] | None,
    Field(
        description="The subject then; amounts are decimal text, null is that there was none.",
        examples=[_AMOUNT],
    ),
]


class AuditItem(f.Answer):
    """A write."""

    sequence: Annotated[int, Field(description="Counts writing; `after` of a next request.", examples=[17])]
    at: Annotated[AwareDatetime, Field(description="When, UTC.", examples=["2026-07-01T08:00:00Z"])]
    by: Annotated[str, Field(description="Who did it.", examples=["Li Na"])]
    action: Annotated[
        str, Field(description="What was done, as `noun.verb`.", examples=["earmark.confirmed"])
    ]
    subject: Annotated[str, Field(description="The id of what it was done to.", examples=["D-17"])]
    before: State
    after: State
    reason: Annotated[str | None, Field(description="What the person said.", examples=["board of 12 June"])]
    position: Annotated[
        int | None, Field(description="Its place in the chain; null until it is sealed.", examples=[17])
    ]
    hash: Annotated[
        str | None, Field(description="SHA-256 over it and the hash before it.", examples=["9f" * 32])
    ]


class AuditPage(f.Answer):
    """Writes in the order of writing."""

    items: Annotated[list[AuditItem], Field(description="The writes.")]


class AuditHead(f.Answer):
    """The end of the chain: whoever keeps it elsewhere can tell later that nothing before it was touched."""

    position: Annotated[int, Field(description="The last sealed entry; 0 before the first.", examples=[17])]
    hash: Annotated[str, Field(description="Its hash.", examples=["9f" * 32])]
    taken_at: Annotated[
        AwareDatetime, Field(description="When this was its end, UTC.", examples=["2026-07-01T08:00:00Z"])
    ]


def _written_out(text: object) -> object:
    """Refuses a number, which would pass for seconds since 1970."""
    if not isinstance(text, str) or "-" not in text[1:]:
        raise ValueError("an instant is written out, such as 2026-07-01T08:00:00Z")
    return text


_Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]


class AuditQuery(Query):
    """Which writes are read."""

    action: str | None = Field(
        None, description="An action, or the noun of several: `earmark` finds `earmark.placed`."
    )
    subject: str | None = Field(None, description="Only of this subject.")
    by: str | None = Field(None, description="Only by this person or system.")
    since: _Instant | None = Field(None, description="The first instant.")
    until: _Instant | None = Field(None, description="The instant behind the last.")
    after: int = Field(0, ge=0, le=_LARGEST, description="The sequence behind which to go on.")
    limit: int = Field(50, ge=1, le=200, description="Most writes.")


def _one_of_two(schema: dict[str, Any]) -> None:
    """Says in the schema that either an answer or an earmark is named."""
    schema["oneOf"] = [{"required": ["answer"]}, {"required": ["earmark_id"]}]


class ReplayWish(BaseModel):
    """A past decision: either `answer`, of a check, or `earmark_id`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_one_of_two)

    answer: Annotated[
        dict[str, JsonValue],
        Field(
            description="The answer of a check as it was given, receipt included.",
            examples=[{"check_id": "9f" * 16, "verdict": "pass", "receipt": {"run_id": "c0ffee"}}],
        ),
    ] = {}
    earmark_id: Annotated[
        str, Field(max_length=200, description="The id of an earmark.", examples=["D-17"])
    ] = ""

    @model_validator(mode="after")
    def _is_one(self) -> "ReplayWish":
        if len(self.model_fields_set) != 1:
            raise ValueError("either answer or earmark_id is given")
        return self


class Difference(f.Answer):
    """What is not as it was."""

    name: Annotated[str, Field(description="What of the answer.", examples=["verdict"])]
    then: Annotated[JsonValue, Field(description="As it was.", examples=["pass"])]
    now: Annotated[JsonValue, Field(description="As it is made again.", examples=["refuse"])]


class ReplayAnswer(f.Answer):
    """Whether a past decision is made again as it was, bit for bit."""

    outcome: Annotated[
        Literal["identical", "differs", "impossible"],
        Field(description="What became of it.", examples=["identical"]),
    ]
    causes: Annotated[
        list[
            Literal[
                "receipt_altered",
                "snapshot_missing",
                "snapshot_unreadable",
                "rules_or_limits_gone",
                "code_differs",
                "answer_or_snapshot_changed",
            ]
        ],
        Field(
            description="Why it is not the same, or cannot be made again; other code is told in any case.",
            examples=[[]],
        ),
    ]
    detail: Annotated[
        str | None,
        Field(description="What cannot be found.", examples=["No finished run has the id 'c0ffee'."]),
    ]
    differences: Annotated[list[Difference], Field(description="What is not as it was.", examples=[[]])]
    answer: Annotated[
        dict[str, JsonValue] | None,
        Field(
            description="The answer as it is made again; null where it cannot be.",
            examples=[{"verdict": "pass"}],
        ),
    ]
