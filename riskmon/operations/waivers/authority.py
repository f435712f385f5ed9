"""Who may approve waivers of how much, from a file of the bank's own. Who is not in it may approve none."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from riskmon.domain.errors import CallerError
from riskmon.domain.money import currency_exponents
from riskmon.domain.person import is_same_person

Amount = Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$")]


class _Stated(BaseModel):
    """Frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Approver(_Stated):
    """One person with authority.

    Attributes:
        name: of the person, as in decisions.
        most: the greatest single waiver, in major units.
        budget: the most of all live waivers of this person together.
    """

    name: Annotated[str, Field(min_length=1)]
    most: Amount
    budget: Amount


class Authority(_Stated):
    """What the bank lets be waived. group_budget: the most of all live waivers that count against one group."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    group_budget: Amount
    approver: tuple[Approver, ...] = ()

    @model_validator(mode="after")
    def _has_a_currency(self) -> Self:
        if self.currency not in currency_exponents():
            raise ValueError(f"{self.currency} is no active ISO 4217 currency with a minor unit")
        return self

    def of(self, name: str) -> Approver | None:
        """What a person may approve."""
        return next((each for each in self.approver if is_same_person(each.name, name)), None)

    def minor(self, amount: str) -> int:
        """An amount of the file in minor units, a fraction of one given up."""
        return int(Decimal(amount).scaleb(currency_exponents()[self.currency]))


def read_authority(path: Path | None) -> Authority | None:
    """The file; None where the bank names none, and nobody may approve.

    Raises:
        CallerError: it cannot be read.
    """
    if path is None:
        return None
    try:
        return Authority.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise CallerError(
            f"{path} cannot be read as the authority to waive: {reason}.",
            why="Without it nobody may approve a waiver.",
            remedy="It holds currency, group_budget and [[approver]] with name, most and budget.",
        ) from error
