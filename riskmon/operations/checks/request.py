"""The request of a check: the body that names the deals, as JSON."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riskmon.domain.errors import CallerError
from riskmon.operations.checks.deal import Deal


class CheckRequest(BaseModel):
    """One deal or a package of deals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    deals: Annotated[
        tuple[Deal, ...], Field(min_length=1, max_length=200, description="The deals, judged together.")
    ]


def read_request(text: str | bytes) -> CheckRequest:
    """The request that a text says: the body of `POST /v1/checks`.

    Raises:
        CallerError: it is no JSON, or a field is missing, unknown or of another type.
    """
    try:
        return CheckRequest.model_validate_json(text)
    except ValidationError as error:
        raise unreadable(error) from error


def unreadable(error: ValidationError) -> CallerError:
    """The first fault of a request as the caller's mistake."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the request"
    return CallerError(
        f"{place} cannot be used: {first['msg']}.",
        why="A deal that is read wrongly would be judged wrongly.",
        remedy='It is {"deals": [{"obligor_id", "product", "amount", "currency", ...}]}, amounts as text.',
    )
