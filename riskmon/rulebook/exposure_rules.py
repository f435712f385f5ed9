"""The shapes of a rulebook that decide an exposure: conversion, measurement, exemption, mitigation and its haircuts."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from riskmon.rulebook.base import (
    Bp,
    Entry,
    FixedAmount,
    GovernmentLevels,
    Grade,
    PartyKinds,
    Products,
    ProtectionKinds,
)

OriginalMaturity = Literal["up_to_one_year", "over_one_year"]


class ConversionFactor(Entry):
    """The share of an undrawn or contingent amount that counts as exposure.

    A condition that is given must hold; one that is not known takes the reading with the higher factor.
    """

    products: Products = Field(min_length=1)
    factor_bp: Bp
    is_cancellable: bool | None = None
    is_qualifying: bool | None = None
    original_maturity: OriginalMaturity | None = None


class Measurement(Entry):
    """How the book measures: which figure its exposure is, and what comes off before protection.

    `measure = "credit_balance"` makes the book's figure a balance at nominal value instead of an exposure value.
    `provision_after_conversion`: of a contingent claim the provision comes off what the factor leaves, and not off its amount.
    `follows_capital_use`: a protection that the bank says it does not use for its capital is not recognised.
    """

    measure: Literal["exposure", "credit_balance"]
    deducts_provision: bool
    provision_after_conversion: bool = False
    includes_accrued_interest: bool = True
    loan_products: Products = ()
    follows_capital_use: bool = False


class RiskWeight(Entry):
    """The risk weight of parties that deliver none, where their kind or the grade of their country settles it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    party_kinds: PartyKinds = Field(min_length=1)
    min_grade: Grade | None = None
    weight_bp: int = Field(ge=0)


class Exemption(Entry):
    """Exposures that the book leaves out of its limits. Every condition that is given must hold.

    `min_grade` is the worst external grade of the party's country that still exempts; `max_risk_weight_bp` the highest
    risk weight of the party; `tags` are words of `parties.tags`, one of which must be there. `part = "undrawn"` exempts
    what is undrawn or contingent, and no drawn amount. `share_bp` is how much of the exposure is exempt: of several exemptions
    that hold, the one with the largest share counts, and never two at a time. `used_part_is_secured`: collateral must cover
    everything that is drawn. With `days_after_due` the exemption ends that many working days (Monday to Friday) after the
    due date; without a due date it does not hold.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    party_kinds: PartyKinds = ()
    countries: tuple[str, ...] = ()
    government_levels: GovernmentLevels = ()
    products: Products = ()
    tags: tuple[str, ...] = ()
    min_grade: Grade | None = None
    max_risk_weight_bp: int | None = Field(default=None, ge=0)
    is_qualifying_ccp: bool | None = None
    is_subordinated: bool | None = None
    is_intraday: bool | None = None
    is_settlement: bool | None = None
    is_qualifying: bool | None = None
    days_after_due: int | None = Field(default=None, ge=0)
    is_deducted_from_capital: bool | None = None
    is_cancellable: bool | None = None
    is_drawable_on_condition: bool | None = None
    original_maturity: OriginalMaturity | None = None
    used_part_is_secured: bool = False
    part: Literal["all", "undrawn"] = "all"
    share_bp: Bp = 10_000


class SimplifiedMethod(Entry):
    """A business that a bank may measure simply while it has little of it, every size strictly below its line.

    `structures`: all funds and securitisations are the unknown client's, and none is looked through. `trading_book` and
    `derivatives` (those that are not cleared) are left out. `capital_ratio` is a share of tier 1 capital and
    `asset_ratio` of total assets, both of the value of the business; `notional_asset_ratio` is of the notional amount,
    and `amount` the most that the value may come to.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    business: Literal["structures", "trading_book", "derivatives"]
    capital_ratio: Decimal | None = Field(default=None, gt=0, le=1)
    asset_ratio: Decimal | None = Field(default=None, gt=0, le=1)
    notional_asset_ratio: Decimal | None = Field(default=None, gt=0, le=1)
    amount: FixedAmount | None = None


class Mitigation(Entry):
    """Protection that the book recognises, and what it does. Every condition that is given must hold.

    `deduct` takes the protected amount off the obligor; `substitute` also adds it to the provider.
    `provider_kinds` empty means that the provider does not matter, `client_kinds` empty that the obligor does not;
    `provider_tags` are words of `parties.tags`, one of which the provider must have.
    `maturity`: protection must outlast the claim, is adjusted by the book's maturity mismatch, or counts whenever it ends.
    `default_class` names the haircut that is kept off where no class decides; with `haircut_class` "used" a class that
    is delivered decides, with "required" there is no recognition without one. `mismatch_haircut`: the book's haircut for
    another currency is kept off as well. `scales_with_holding` scales both haircuts to the holding period of the claim's
    product.
    `provider_weight` says how the provider's risk weight must stand to the obligor's. `requires_trade`: the protection
    names a derivative that is measured as such. `before_conversion`: the protection comes off the nominal amount of an
    off-balance product, before the conversion factor.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    protection_kinds: ProtectionKinds = Field(min_length=1)
    effect: Literal["deduct", "substitute"]
    provider: Literal["any", "own_bank", "other"] = "any"
    provider_kinds: PartyKinds = ()
    provider_countries: tuple[str, ...] = ()
    provider_tags: tuple[str, ...] = ()
    client_kinds: PartyKinds = ()
    min_grade: Grade | None = None
    provider_weight: Literal["any", "not_above_client", "below_client"] = "any"
    requires_trade: bool = False
    maturity: Literal["must_outlast", "adjusted", "ignored"]
    default_class: str = ""
    haircut_class: Literal["ignored", "used", "required"] = "ignored"
    mismatch_haircut: bool = False
    scales_with_holding: bool = False
    before_conversion: bool = False


class Haircut(Entry):
    """The supervisory haircut of securities by `haircut_class`, or with `is_currency_mismatch` of another currency.

    A class that no entry names is not eligible as collateral.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    classes: tuple[str, ...] = ()
    is_currency_mismatch: bool = False
    haircut_bp: Bp


class HoldingPeriod(Entry):
    """For how many business days collateral may have to be held; `standard_days` are those the haircuts are stated for.

    A haircut grows with the square root of the days of the claim's product over the standard ones.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    standard_days: int = Field(ge=1)
    days: int = Field(ge=1)
    products: Products = ()


class MaturityMismatch(Entry):
    """What protection that ends before the claim is worth: (t - floor) / (T - floor) of its amount, in months of 30 days.

    t is what is left of the protection and T what is left of the claim, at most `longest_months`. The protection must have run for
    `least_original_months` by contract, and more than `floor_months` must be left of it.
    """

    least_original_months: int = Field(ge=0)
    floor_months: int = Field(ge=0)
    longest_months: int = Field(ge=1)


class LookThrough(Entry):
    """How the book looks through structures: what of a holding leaves the structure, and what stays with it.

    A part that reaches the line (`base` times `ratio`, by `boundary`) leaves: to its obligor, or to the unknown client
    where nobody is named. What cannot be told apart at all leaves by `whole_boundary`. `identified`: from_line, or
    always. `unidentified`: each asset is tested by itself, or all of one structure together. `tested`: the bank's
    share of the assets of one obligor, or these assets in full. `structure_keeps`: what has not left, or the whole
    investment beside what left. `heeds_mandate`: an unidentified asset stays where the mandate excludes a connection
    with the rest of the book. `support_excludes`: roles that make a third party no additional risk.
    """

    base: Literal["net_capital", "tier1_capital"]
    ratio: Decimal = Field(gt=0, le=1)
    boundary: Literal["above", "at_or_above"]
    whole_boundary: Literal["above", "at_or_above"]
    identified: Literal["from_line", "always"] = "from_line"
    unidentified: Literal["each", "together"] = "each"
    tested: Literal["share", "asset"] = "share"
    structure_keeps: Literal["rest", "whole"] = "rest"
    heeds_mandate: bool = False
    support_excludes: tuple[str, ...] = ()
