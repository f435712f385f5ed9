"""What a rulebook says of derivatives, securities financing, covered bonds and clearing: shares, factors, haircuts."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from riskmon.domain import terms
from riskmon.rulebook.base import Bp, Entry, Products, all_of
from riskmon.rulebook.exposure_rules import Haircut

CcpComponents = Annotated[tuple[str, ...], AfterValidator(all_of(terms.CCP_COMPONENTS))]
ReferenceGrades = Annotated[tuple[str, ...], AfterValidator(all_of(terms.REFERENCE_GRADES))]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class NominalShare(Entry):
    """The share of a claim's nominal amount that is its exposure, in the place of what is booked.

    Every condition that is given must be known to hold; a claim that meets none counts as booked.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    products: Products = Field(min_length=1)
    is_qualifying: bool | None = None
    ccp_components: CcpComponents = ()
    share_bp: Bp


class SaCcr(Entry):
    """The standardised approach for counterparty credit risk: everything but the factors of the single asset classes.

    `alpha` multiplies replacement cost and potential future exposure; `multiplier_floor` is what excess collateral
    leaves of the latter. `duration_rate` discounts in the supervisory duration. Days are business days, `year_days` of
    them a year; `floor_days` is the shortest maturity. `margined_scale` stands before the root of the margin period,
    which is at least `margin_floor_days`, and `many_trades_margin_floor_days` in a set of more than `many_trades` trades
    that is not cleared. `near_correlation` joins neighbouring maturity ranges of interest rates, which end at
    `range_end_years`, `far_correlation` the first and the last. A tranche counts `tranche_scale` over the product of
    one plus `tranche_slope` times each end.
    """

    alpha: Decimal = Field(gt=0)
    multiplier_floor: Decimal = Field(ge=0, lt=1)
    duration_rate: Decimal = Field(gt=0)
    floor_days: int = Field(ge=1)
    year_days: int = Field(ge=1)
    margined_scale: Decimal = Field(gt=0)
    margin_floor_days: int = Field(ge=1)
    many_trades_margin_floor_days: int = Field(ge=1)
    many_trades: int = Field(ge=1)
    near_correlation: Share
    far_correlation: Share
    range_end_years: tuple[int, int]
    tranche_scale: int = Field(ge=1)
    tranche_slope: int = Field(ge=1)


class SupervisoryFactor(Entry):
    """What one unit of effective notional adds, for an asset class or a part of it.

    A condition that is not known takes the entry with the highest factor. `hedging_set` is the commodity hedging set,
    `references` the commodity types, `grades` those of a single name or of an index. Without `correlation` trades of
    one hedging set offset in full.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    asset_class: Literal["interest_rate", "foreign_exchange", "credit", "equity", "commodity"]
    factor: Share
    volatility: Decimal = Field(gt=0)
    correlation: Share | None = None
    is_index: bool | None = None
    grades: ReferenceGrades = ()
    hedging_set: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CounterpartyRules:
    """How one book measures derivatives, and securities financing by the comprehensive approach and its haircuts.

    A security of a class without a haircut is not eligible as collateral, and takes the largest one where the bank gave it.
    `digest` is made of the hashes of the editions that state it; equal digests measure equally.
    """

    sa_ccr: SaCcr | None = None
    factors: tuple[SupervisoryFactor, ...] = ()
    haircuts: tuple[Haircut, ...] = ()
    digest: str = ""
