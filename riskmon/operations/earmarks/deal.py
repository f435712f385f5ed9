"""A deal as a caller proposes it: one facility that is not booked yet, without protection."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from riskmon.domain.errors import CallerError
from riskmon.domain.money import MAX_DIGITS, currency_exponents, decimal_text
from riskmon.domain.terms import PRODUCTS


class Deal(BaseModel):
    """One deal. A product on the balance sheet is drawn in full; one off it is contingent in full.

    A field that is not known is refused, since it could have mattered. An empty date is unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    obligor_id: Annotated[str, Field(min_length=1, max_length=200)]
    product: str
    amount: Annotated[str, Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    start_date: date | None = None
    maturity_date: date | None = None

    @field_validator("product")
    @classmethod
    def _is_a_product(cls, product: str) -> str:
        if product not in PRODUCTS:
            raise ValueError(f"{product!r} is none of {', '.join(PRODUCTS)}")
        return product

    @property
    def amount_minor(self) -> int:
        """The amount in minor units of its currency.

        Raises:
            CallerError: an amount that its currency cannot have.
        """
        exponent = currency_exponents().get(self.currency)
        if exponent is None:
            raise CallerError(f"{self.currency!r} is no active ISO 4217 currency with a minor unit.")
        minor = Decimal(self.amount).scaleb(exponent)
        if minor != minor.to_integral_value():
            raise CallerError(
                f"The amount {self.amount} has more decimals than {self.currency} has.",
                why="An amount is never rounded before it is judged.",
                remedy=f"Write it with at most {exponent} decimals.",
            )
        if minor >= 10**MAX_DIGITS:
            raise CallerError(
                f"The amount {self.amount} {self.currency} is too large.",
                why="Sums of such amounts could overflow.",
                remedy="Check the unit: amounts are in major units.",
            )
        return int(minor)

    def of_amount(self, amount_minor: int) -> "Deal":
        """The same deal over another amount."""
        return self.model_copy(update={"amount": decimal_text(amount_minor, self.currency)})

    def refuse_unreadable(self) -> None:
        """Refuse what no answer could be given to.

        Raises:
            CallerError: an amount that its currency cannot have, dates out of order.
        """
        _ = self.amount_minor
        if self.start_date and self.maturity_date and self.start_date > self.maturity_date:
            raise CallerError("The deal has a date of maturity before its beginning.")


def read_deal(said: dict[str, str | None]) -> Deal:
    """The deal that a caller says, field by field.

    Raises:
        CallerError: a field is missing or cannot be used.
    """
    try:
        return Deal.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CallerError(
            f"{place} of the deal cannot be used: {first['msg']}.",
            why="A deal that is read wrongly would be judged wrongly.",
        ) from error
