"""The request of a check: the body that names the deals, as JSON."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from riskmon.domain.errors import CallerError
from riskmon.operations.checks.deal import Deal

MOST_DEALS: Final = 200
"""Deals of the largest package."""

EXAMPLE: Final = {
    "obligor_id": "S01-HOLDING",
    "product": "loan",
    "amount": "50000000.00",
    "currency": "CNY",
    "start_date": "2026-06-30",
    "maturity_date": "2029-06-30",
}
"""A deal as a caller sends it."""


def _one_of_two(schema: dict[str, Any]) -> None:
    """Says in the schema that there is either one deal or a package."""
    properties = schema["properties"]
    for name in ("deal", "deals"):
        wanted = next(each for each in properties[name].pop("anyOf") if each != {"type": "null"})
        properties[name] = {**wanted, **properties[name]}
        properties[name].pop("default")
    schema["examples"] = [{"deal": EXAMPLE}]
    schema["oneOf"] = [{"required": ["deal"]}, {"required": ["deals"]}]


class CheckRequest(BaseModel):
    """Either `deal` or `deals`: one deal, or a package that is judged together."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_one_of_two)

    deal: Annotated[Deal | None, Field(description="One deal.")] = None
    deals: Annotated[
        tuple[Deal, ...] | None,
        Field(min_length=1, max_length=MOST_DEALS, description="A package of deals, judged together."),
    ] = None
    lang: Annotated[
        Literal["en", "zh"] | None,
        Field(
            description="Language of the reason; where it is left out, `Accept-Language` says it.",
            examples=["en"],
        ),
    ] = None

    @model_validator(mode="after")
    def _is_one_or_a_package(self) -> "CheckRequest":
        if len(self.model_fields_set & {"deal", "deals"}) != 1 or not (self.deal or self.deals):
            raise ValueError("either deal or deals is given")
        return self

    @property
    def proposed(self) -> tuple[Deal, ...]:
        """The deals."""
        return self.deals or ((self.deal,) if self.deal else ())


def read_request(text: str | bytes) -> CheckRequest:
    """The request that a text says: the body of `POST /v1/checks`.

    Raises:
        CallerError: it is no JSON, or a field is missing, unknown or of another type.
    """
    try:
        return CheckRequest.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise unreadable(error) from error


def read_deal(text: str | bytes) -> Deal:
    """The one deal that a text says, as JSON.

    Raises:
        CallerError: it is no JSON, or a field is missing, unknown or of another type.
    """
    try:
        return Deal.model_validate_json(text)
    except ValidationError as error:
        raise unreadable(error) from error


def unreadable(error: ValidationError) -> CallerError:
    """The first fault of a request as the caller's mistake."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the request"
    return CallerError(
        f"{place} cannot be used: {first['msg']}.",
        why="A deal that is read wrongly would be judged wrongly.",
        remedy='It is {"deal": {"obligor_id", "product", "amount", "currency", ...}}, or "deals" with several; amounts as text.',
    )
