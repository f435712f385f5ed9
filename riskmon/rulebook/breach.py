"""What a book asks once one of its limits is broken."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from riskmon.rulebook.base import Entry

Level = Literal["blue", "yellow", "orange", "red"]


class BreachDuty(Entry):
    """What has to be done about a breach, and by when.

    Attributes:
        report: how soon the supervisor is told; empty where the text asks for no report.
        working_days: by the warning level that the subject has reached, the working days until the subject has to be back
            within the limit, counted from the first run that found the breach.
        of_bank_limits: whether it holds for the bank's own limits as well.
    """

    report: Literal["", "immediately", "without_delay"] = ""
    working_days: dict[Level, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    of_bank_limits: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.report and not self.working_days:
            raise ValueError("a duty asks for a report or sets a time")
        return self
