"""The fields that several models share, each described once with an example."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from riskmon.domain.terms import Severity


class Answer(BaseModel):
    """A response model: frozen, closed, every field required."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AMOUNT_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"

Amount = Annotated[
    str,
    Field(
        pattern=AMOUNT_PATTERN,
        description="Decimal text in major units with all decimals of `currency`.",
        examples=["1530.00"],
    ),
]
MaybeAmount = Annotated[
    Annotated[str, Field(pattern=AMOUNT_PATTERN)] | None,
    Field(
        description="Decimal text in major units with all decimals of `currency`; null where it is unknown.",
        examples=["1530.00"],
    ),
]

RunId = Annotated[str, Field(description="The run that the answer was read from.", examples=["c0ffee"])]
AsOf = Annotated[date, Field(description="Business date that the facts describe.", examples=["2026-06-30"])]
Currency = Annotated[str, Field(description="Currency of the amounts, ISO 4217.", examples=["CNY"])]
BookId = Annotated[
    str, Field(description="The rulebook the item was computed under.", examples=["example_policy"])
]
LimitId = Annotated[str, Field(description="The limit's id within its book.", examples=["group_credit"])]
PartyId = Annotated[str, Field(description="A legal or natural person.", examples=["P1"])]
ObligorId = Annotated[str, Field(description="The party exposed to.", examples=["P1"])]
AnchorId = Annotated[str, Field(description="The party the group is built from.", examples=["P1"])]
GroupId = Annotated[
    str,
    Field(description="`<book_id>/<anchor party_id>`.", examples=["example_policy/P1"]),
]
Name = Annotated[
    str | None, Field(description="The party's name as delivered.", examples=["Riverside Paper Mill"])
]
PartyKind = Annotated[str | None, Field(description="Kind of party.", examples=["corporate"])]
Country = Annotated[str | None, Field(description="Country of the party.", examples=["CN"])]
Industry = Annotated[str | None, Field(description="Industry of the party, as delivered.", examples=["C22"])]
LinkEn = Annotated[
    str,
    Field(
        description="What the relationship says, in English.",
        examples=["Paper holds 60 % of the votes in Mill"],
    ),
]
LinkZh = Annotated[str, Field(description="The same in Chinese.", examples=["纸业持有磨坊60%的表决权"])]
Role = Annotated[
    Literal["anchor", "controlled", "dependent", "linked", "connector"],
    Field(
        description="What the party is in the group; a connector has no exposure.", examples=["controlled"]
    ),
]
SubjectKind = Annotated[
    Literal["obligor", "group", "product", "industry", "region", "country", "bank"],
    Field(description="What the item is about.", examples=["group"]),
]
SubjectId = Annotated[
    str,
    Field(
        description="The party, the group or the code that the item is about.", examples=["example_policy/P1"]
    ),
]
Measure = Annotated[str, Field(description="What the limit is set on.", examples=["exposure"])]
Ratio = Annotated[
    float | None,
    Field(
        description="Exposure over limit, to be read, never multiplied back; null where the limit is unknown.",
        examples=[1.02],
    ),
]
Clause = Annotated[
    str,
    Field(
        description="Document and numbered place of the rule.",
        examples=["Example bank, concentration policy, 4.2"],
    ),
]
IsComplete = Annotated[
    bool,
    Field(description="No refused or partly measured row touches the numbers.", examples=[True]),
]
IsHard = Annotated[
    bool, Field(description="The limit may not be broken; otherwise it warns.", examples=[True])
]
WarningLevel = Annotated[
    Severity | None,
    Field(
        description="The gravest warning line that is reached; null below every line.", examples=["orange"]
    ),
]
Certainty = Annotated[
    Literal["verified", "unverified"],
    Field(description="Whether the rule was checked against the printed text.", examples=["verified"]),
]
Digest = Annotated[str, Field(description="SHA-256 of the edition's file.", examples=["9b2c" + "0" * 60])]
AssessmentReason = Annotated[
    str | None, Field(description="Why the assessment that counts was made.", examples=["Visit of 12 June"])
]
AssessedBy = Annotated[
    str | None,
    Field(
        description="Who proposed the assessment that counts; null where it is the delivered one.",
        examples=["Li Na"],
    ),
]
ApprovedBy = Annotated[
    str | None, Field(description="The second person, who approved it.", examples=["Wang Wei"])
]
ValidUntil = Annotated[
    date | None,
    Field(
        description="The last day on which the assessment counts; null without an end.",
        examples=["2027-06-30"],
    ),
]
NextCursor = Annotated[
    str | None,
    Field(
        description="Send it as `cursor` for the next page; null on the last one.",
        examples=["WyJjMGZmZWUiLCAiaGVhZHJvb20iLCA1MF0="],
    ),
]
