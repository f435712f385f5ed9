"""Signals and findings as the API answers them."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f
from riskmon.domain.terms import Severity


class SignalItem(f.Answer):
    """An early-warning fact that a named rule raised, or that it could not evaluate."""

    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    signal_id: Annotated[str, Field(description="The catalogue's id of the rule.", examples=["F01"])]
    state: Annotated[
        Literal["raised", "not_evaluable"],
        Field(
            description="Raised, or not evaluable for want of data; never silently clear.",
            examples=["raised"],
        ),
    ]
    severity: Annotated[
        Severity | None,
        Field(description="How grave; null where it could not be evaluated.", examples=["red"]),
    ]
    is_veto: Annotated[bool | None, Field(description="Blocks new credit.", examples=[False])]
    cause_id: Annotated[
        str | None, Field(description="What signals of one cause have in common.", examples=["F01/P1"])
    ]
    evidence: Annotated[
        str | None,
        Field(description="The facts the rule saw, in one sentence.", examples=["F1 is 95 days past due."]),
    ]
    evidence_zh: Annotated[
        str | None, Field(description="The same in Chinese.", examples=["授信业务F1逾期95天。"])
    ]
    clause: Annotated[
        str | None,
        Field(
            description="Document and numbered place of the rule.", examples=["Early-warning catalogue, F01"]
        ),
    ]


class FindingItem(f.Answer):
    """Something wrong with the data, and what to do about it."""

    finding_code: Annotated[
        str, Field(description="What is wrong; stable for ever.", examples=["rate_missing"])
    ]
    table: Annotated[str, Field(description="The input table.", examples=["facilities"])]
    subject_id: Annotated[
        str | None, Field(description="What it is about; null for the table as a whole.", examples=["F1"])
    ]
    row_count: Annotated[int | None, Field(description="How many rows show it.", examples=[1])]
    sample: Annotated[list[str] | None, Field(description="Up to five of them.", examples=[["F1"]])]
    message: Annotated[
        str, Field(description="What is wrong and why it matters.", examples=["No exchange rate is known."])
    ]
    remedy: Annotated[str, Field(description="What to do.", examples=["Deliver the rate in fx_rates."])]
    owner: Annotated[str, Field(description="Who can mend it.", examples=["treasury"])]
