"""The receipt of a check: all that its answer was made of, so that it can be asked again and answered the same, bit for bit."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.desk import Desk
from riskmon.operations.fingerprint import code_digest

ID_DIGITS = 32
"""Hexadecimal digits of the id of a check."""


class Claimed(BaseModel):
    """What live earmarks claimed of one line, in minor units of the reporting currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    book_id: Annotated[str, Field(description="The book.", examples=["example_policy"])]
    limit_id: Annotated[str, Field(description="The limit.", examples=["group_credit"])]
    subject_kind: Annotated[str, Field(description="What it is about.", examples=["group"])]
    subject_id: Annotated[str, Field(description="Whom it is about.", examples=["example_policy/P1"])]
    amount_minor: Annotated[int, Field(description="How much was claimed.", examples=[5000000])]


class Receipt(BaseModel):
    """What a check was made of. Its hash is the id of the check."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: Annotated[str, Field(description="The run that was decided on.", examples=["c0ffee"])]
    limits: Annotated[
        Annotated[str, Field()] | None,
        Field(
            description="SHA-256 of the declared limits that counted; null where those of the run did.",
            examples=["5f1d" + "0" * 60],
        ),
    ]
    claims: Annotated[list[Claimed], Field(description="What was claimed of the lines that were looked at.")]
    waivers: Annotated[
        list[Annotated[str, Field(examples=["9f3ac01b7e55"])]],
        Field(description="Live waivers of these lines.", examples=[["9f3ac01b7e55"]]),
    ]
    today: Annotated[date, Field(description="The day of the question.", examples=["2026-06-30"])]
    most_days: Annotated[
        int, Field(description="Days after its date for which a run could be decided on.", examples=[3])
    ]
    lang: Annotated[str, Field(description="Language of the reason.", examples=["en"])]
    code: Annotated[str, Field(description="SHA-256 of the program.", examples=["9b2c" + "0" * 60])]
    deals: Annotated[list[Deal], Field(description="The deals.")]


def receipt_of(desk: Desk, deals: Sequence[Deal], *, is_chinese: bool) -> dict[str, Any]:
    """The receipt of a check as JSON-ready values, once the desk has answered. Keys stand in the order of the model."""
    return {
        "run_id": desk.decisions.manifest.run_id,
        "limits": desk.decisions.declared_digest,
        "claims": _claimed(desk),
        "waivers": _waivers(desk),
        "today": desk.today.isoformat(),
        "most_days": desk.most_days,
        "lang": "zh" if is_chinese else "en",
        "code": _code(),
        "deals": [deal.model_dump(mode="json") for deal in deals],
    }


def check_id(receipt: Mapping[str, Any]) -> str:
    """The id of a check by its receipt, as JSON-ready values."""
    return sha256(to_json(receipt)).hexdigest()[:ID_DIGITS]


def _claimed(desk: Desk) -> list[dict[str, object]]:
    """What is claimed of the lines that a desk has looked at, in order."""
    if not desk.claims:
        return []
    names = ("book_id", "limit_id", "subject_kind", "subject_id")
    return [
        {**dict(zip(names, key, strict=True)), "amount_minor": desk.claims[key]}
        for key in sorted(desk.seen() & desk.claims.keys())
    ]


def _waivers(desk: Desk) -> list[str]:
    """The live waivers of the lines that a desk has looked at, in order."""
    if not desk.allowances:
        return []
    seen = desk.seen()
    live = (each for each in desk.allowances if each.line in seen and each.valid_until >= desk.today)
    return sorted(each.proposal_id for each in live)


@cache
def _code() -> str:
    return code_digest()["code"]
