"""A deal as a caller proposes it: one facility that is not booked yet, with what would protect it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from riskmon.domain.errors import CallerError
from riskmon.domain.money import MAX_DIGITS, currency_exponents, decimal_text
from riskmon.domain.terms import PRODUCTS, PROTECTION_KINDS

AMOUNT = r"^[0-9]{1,15}(\.[0-9]{1,4})?$"
"""An amount of a deal: plain decimal text in major units, not negative."""

Amount = Annotated[str, Field(pattern=AMOUNT, examples=["50000000.00"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
Id = Annotated[str, Field(min_length=1, max_length=200, examples=["P1"])]


def _word_of(vocabulary: tuple[str, ...]) -> Callable[[str], str]:
    """Refuses a word that a vocabulary does not have."""

    def known(word: str) -> str:
        if word not in vocabulary:
            raise ValueError(f"{word!r} is none of {', '.join(vocabulary)}")
        return word

    return known


Product = Annotated[
    str,
    AfterValidator(_word_of(PRODUCTS)),
    Field(json_schema_extra={"enum": list(PRODUCTS)}, examples=["loan"]),
]
ProtectionKind = Annotated[
    str,
    AfterValidator(_word_of(PROTECTION_KINDS)),
    Field(json_schema_extra={"enum": list(PROTECTION_KINDS)}, examples=["cash_margin"]),
]


class _Proposed(BaseModel):
    """Frozen, and closed: a field that is not known is refused, since it could have mattered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DealProtection(_Proposed):
    """What would protect the deal: collateral, or the promise of a guarantor. A date that is empty is unknown."""

    kind: Annotated[ProtectionKind, Field(description="Kind of protection.")]
    provider_id: Annotated[
        Id | None, Field(description="Who pays: the guarantor, or the issuer of a security.", examples=["B1"])
    ] = None
    value: Annotated[Amount, Field(description="Its value in major units of its currency.")]
    currency: Annotated[Currency, Field(description="Currency of the value.")]
    haircut_class: Annotated[
        Annotated[str, Field(min_length=1, max_length=200)] | None,
        Field(description="Class of a security for its haircut.", examples=["sovereign_AAA_1y"]),
    ] = None
    start_date: Annotated[
        date | None,
        Field(
            description="When it begins; one that begins after the snapshot's date protects nothing yet.",
            examples=["2026-06-30"],
        ),
    ] = None
    maturity_date: Annotated[date | None, Field(description="When it ends.", examples=["2028-06-30"])] = None
    original_maturity_date: Annotated[
        date | None, Field(description="When it was first to end.", examples=["2028-06-30"])
    ] = None
    is_used_for_capital: Annotated[
        bool | None, Field(description="Whether capital relief is taken.", examples=[True])
    ] = None

    @property
    def value_minor(self) -> int:
        """The value in minor units of its currency."""
        return _minor(self.value, self.currency)


class Deal(_Proposed):
    """One deal. A product on the balance sheet is drawn in full; one off it is contingent in full."""

    deal_id: Annotated[Id, Field(description="The caller's name for the deal.", examples=["D1"])] = "deal"
    obligor_id: Annotated[Id, Field(description="Who would owe.", examples=["S01-HOLDING"])]
    product: Annotated[Product, Field(description="Product of the facility.")]
    amount: Annotated[Amount, Field(description="Amount in major units of `currency`.")]
    currency: Annotated[Currency, Field(description="Currency of the amount.")]
    start_date: Annotated[
        date | None, Field(description="Contractual beginning; empty is unknown.", examples=["2026-06-30"])
    ] = None
    maturity_date: Annotated[
        date | None, Field(description="Contractual end; empty is unknown.", examples=["2028-06-30"])
    ] = None
    is_cancellable: Annotated[
        bool | None,
        Field(description="Whether the bank may cancel at any time; empty is unknown.", examples=[False]),
    ] = None
    protections: Annotated[
        tuple[DealProtection, ...], Field(max_length=50, description="What would protect it.")
    ] = ()

    @property
    def amount_minor(self) -> int:
        """The amount in minor units of its currency."""
        return _minor(self.amount, self.currency)

    def of_amount(self, amount_minor: int) -> "Deal":
        """The same deal over another amount."""
        return self.model_copy(update={"amount": decimal_text(amount_minor, self.currency)})


def refuse_unreadable(deals: tuple[Deal, ...]) -> None:
    """Refuse what no answer could be given to.

    Raises:
        CallerError: no deal, two deals of one id, an amount that its currency cannot have, dates out of order.
    """
    if not deals:
        raise CallerError("No deal is given.", remedy="Send at least one deal.")
    ids = [deal.deal_id for deal in deals]
    if len(set(ids)) < len(ids):
        raise CallerError(
            "Two deals of the package have one deal_id.",
            why="The order that is answered could not be read.",
            remedy="Give each deal an id of its own.",
        )
    for deal in deals:
        _ = deal.amount_minor
        is_ordered = _is_ordered(deal.start_date, deal.maturity_date)
        for each in deal.protections:
            _ = each.value_minor
            is_ordered = is_ordered and _is_ordered(each.start_date, each.maturity_date)
        if not is_ordered:
            raise CallerError(f"The deal {deal.deal_id} has a date of maturity before its beginning.")


def _is_ordered(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start <= end


@lru_cache(maxsize=4096)
def _minor(amount: str, currency: str) -> int:
    exponent = currency_exponents().get(currency)
    if exponent is None:
        raise CallerError(f"{currency!r} is no active ISO 4217 currency with a minor unit.")
    minor = Decimal(amount).scaleb(exponent)
    if minor != minor.to_integral_value():
        raise CallerError(
            f"The amount {amount} has more decimals than {currency} has.",
            why="An amount is never rounded before it is judged.",
            remedy=f"Write it with at most {exponent} decimals.",
        )
    if minor >= 10**MAX_DIGITS:
        raise CallerError(
            f"The amount {amount} {currency} is too large.",
            why="Sums of such amounts could overflow.",
            remedy="Check the unit: amounts are in major units.",
        )
    return int(minor)
