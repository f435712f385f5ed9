"""Exemption: the share of an exposure that a book leaves out of its limits. It stays visible in every total.

An exposure has one exemption at a time: of those whose conditions hold, the one with the largest share, of equal ones the first.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from typing import Literal

import polars as pl

from riskmon.exposures.conversion import has_original_maturity
from riskmon.exposures.standing import has_grade, has_tag, party_standing, risk_weight_bp
from riskmon.rulebook.exposure_rules import Exemption
from riskmon.rulebook.select import Book

Part = Literal["booked", "potential"]

PARTS: tuple[Part, ...] = ("booked", "potential")
"""The parts of a facility; protection comes off them in this order."""

PRODUCT_FLAGS = (
    "is_subordinated", "is_intraday", "is_settlement", "is_deducted_from_capital", "is_cancellable",
    "is_drawable_on_condition", "is_qualifying",
)  # fmt: skip
"""Flags of a facility that a condition may ask for; an empty one is not set."""

_FACILITY_TERMS = ("product", "start_date", "maturity_date", "working_days_after_due", *PRODUCT_FLAGS)


def with_exemption(
    rows: pl.DataFrame, parties: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book, as_of: date
) -> pl.DataFrame:
    """The rows with `<part>_exempt_bp` and `<part>_exemption_id` for each part of a facility.

    rows: facility_key, obligor_key, product; the product is null on a row that protection moved in, since that is a
    claim on the provider and no longer on the product. tables: facilities, country_ratings.
    """
    nothing = {"exempt_bp": pl.lit(0, dtype=pl.Int32), "exemption_id": pl.lit(None, dtype=pl.String)}
    whole = rows.with_columns(**{f"{part}_{name}": none for part in PARTS for name, none in nothing.items()})
    if not book.exemptions:
        return whole
    standing = party_standing(parties, tables["country_ratings"], "obligor").collect()
    facilities = tables["facilities"]
    concerned = _may_concern(standing, facilities, book)
    asked = rows.filter(concerned)
    if asked.is_empty():
        return whole
    answers = {}
    for part in PARTS:
        answers[f"{part}_exempt_bp"] = exempt_share_bp(book, part)
        answers[f"{part}_exemption_id"] = exemption_id(book, part)
    # The due date does not count and the run's date does: on the due date it is 0.
    passed = pl.business_day_count(pl.col("maturity_date").dt.offset_by("1d"), as_of + timedelta(days=1))
    terms = facilities.lazy().join(asked.lazy(), on="facility_key", how="semi")
    is_own = pl.col("product").is_not_null()
    own_terms = (pl.when(is_own).then(pl.col(name)).alias(name) for name in _FACILITY_TERMS)
    answered = (
        asked.lazy()
        .join(
            terms.with_columns(working_days_after_due=passed).select("facility_key", *_FACILITY_TERMS[1:]),
            on="facility_key", how="left", validate="m:1", maintain_order="left",
        )
        .join(standing.lazy(), on="obligor_key", how="left", validate="m:1", maintain_order="left")
        .with_columns(own_terms)
        .select(*rows.columns, **answers)
        .collect()
    )  # fmt: skip
    return pl.concat([whole.filter(~concerned), answered])


def _may_concern(standing: pl.DataFrame, facilities: pl.DataFrame, book: Book) -> pl.Expr:
    """Whether an exemption can hold for a row: few parties and few facilities meet their conditions, so the rest is not asked."""
    by_party, by_claim = [], [pl.lit(value=False)]
    for rule in book.exemptions:
        flags = [flag for flag in PRODUCT_FLAGS if getattr(rule, flag)]
        if asked := _of_party(rule, book):
            by_party.append(pl.all_horizontal(asked))
        elif rule.products:
            by_claim.append(pl.col("product").is_in(rule.products))
        elif flags:
            keys = facilities.filter(pl.all_horizontal(flags))["facility_key"]
            by_claim.append(pl.col("facility_key").is_in(keys.implode()))
        else:
            return pl.lit(value=True)
    if by_party:
        keys = standing.filter(pl.any_horizontal(by_party))["obligor_key"]
        by_claim.append(pl.col("obligor_key").is_in(keys.implode()))
    return pl.any_horizontal(by_claim).fill_null(value=False)


def exempt_share_bp(book: Book, part: Part) -> pl.Expr:
    """The share of a part that the book exempts, in basis points; 0 where nothing does.

    Columns in: what `party_standing` says of the obligor, product, start_date, maturity_date, PRODUCT_FLAGS,
    working_days_after_due (negative before; null without a due date).
    """
    shares = [
        pl.when(holds).then(pl.lit(rule.share_bp, dtype=pl.Int32)) for rule, holds in _asked(book, part)
    ]
    return pl.coalesce(*shares, pl.lit(0, dtype=pl.Int32))


def exemption_id(book: Book, part: Part) -> pl.Expr:
    """The exemption that holds for a part, null where none does. Columns in: as of `exempt_share_bp`."""
    ids = [pl.when(holds).then(pl.lit(rule.id)) for rule, holds in _asked(book, part)]
    return pl.coalesce(*ids, pl.lit(None, dtype=pl.String))


def needs_security(book: Book) -> list[str]:
    """Ids of the exemptions that hold only where collateral covers what is drawn."""
    return [rule.id for rule in book.exemptions if rule.used_part_is_secured]


def _asked(book: Book, part: Part) -> list[tuple[Exemption, pl.Expr]]:
    """The exemptions that may concern a part, largest share first, each with whether it holds."""
    concerned = [rule for rule in book.exemptions if part == "potential" or rule.part == "all"]
    ordered = sorted(concerned, key=lambda rule: (rule.used_part_is_secured, -rule.share_bp))
    return [(rule, _applies(rule, book)) for rule in ordered]


def _applies(exemption: Exemption, book: Book) -> pl.Expr:
    conditions = [pl.lit(value=True), *_of_party(exemption, book), *_of_claim(exemption)]
    # A condition that is not known is not met: unknown never exempts.
    return reduce(lambda left, right: left & right, conditions).fill_null(value=False)


def _of_party(exemption: Exemption, book: Book) -> list[pl.Expr]:
    """The conditions on the obligor. Columns in: what `party_standing` says of it."""
    lists = (
        ("obligor_kind", exemption.party_kinds),
        ("obligor_country", exemption.countries),
        ("obligor_government_level", exemption.government_levels),
    )
    conditions = [pl.col(column).is_in(values) for column, values in lists if values]
    if exemption.is_qualifying_ccp is not None:
        conditions.append(_is_set("obligor_is_qualifying_ccp", wanted=exemption.is_qualifying_ccp))
    if exemption.tags:
        conditions.append(has_tag("obligor", exemption.tags))
    if exemption.min_grade:
        conditions.append(has_grade("obligor", exemption.min_grade))
    if exemption.max_risk_weight_bp is not None:
        conditions.append(risk_weight_bp("obligor", book) <= exemption.max_risk_weight_bp)
    return conditions


def _of_claim(exemption: Exemption) -> list[pl.Expr]:
    """The conditions on the facility."""
    conditions = [pl.col("product").is_in(exemption.products)] if exemption.products else []
    conditions += [
        _is_set(flag, wanted=wanted)
        for flag in PRODUCT_FLAGS
        if (wanted := getattr(exemption, flag)) is not None
    ]
    if exemption.days_after_due is not None:
        conditions.append(pl.col("working_days_after_due") <= exemption.days_after_due)
    if exemption.original_maturity:
        conditions.append(has_original_maturity(exemption.original_maturity).fill_null(value=False))
    if exemption.part == "undrawn":
        conditions.append(pl.col("product").is_not_null())
    return conditions


def _is_set(flag: str, *, wanted: bool) -> pl.Expr:
    return pl.col(flag).fill_null(value=False) == wanted
