"""A problem as the API answers it (RFC 9457)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """One part of a request that cannot be used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Annotated[str, Field(description="Where in the request.", examples=["query.limit"])]
    message: Annotated[
        str, Field(description="What is wrong there.", examples=["Input should be less than or equal to 200"])
    ]


class Problem(BaseModel):
    """Why a request was not answered, and what to do about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Annotated[
        str, Field(description="`urn:riskmon:problem:<code>`.", examples=["urn:riskmon:problem:not_found"])
    ]
    title: Annotated[str, Field(description="The kind of problem.", examples=["Not found"])]
    status: Annotated[int, Field(description="The status code of the answer.", examples=[404])]
    detail: Annotated[
        str,
        Field(description="This problem, in a sentence.", examples=["The run c0ffee has no group 'x'."]),
    ]
    remedy: Annotated[str, Field(description="What to do about it.", examples=["List the groups."])]
    errors: Annotated[list[Fault], Field(description="The parts at fault, where the request is malformed.")]
