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

PRODUCT_FLAGS = (
    "is_subordinated", "is_intraday", "is_settlement", "is_deducted_from_capital", "is_cancellable",
    "is_drawable_on_condition", "is_qualifying",
)  # fmt: skip
"""Flags of a facility that a condition may ask for; an empty one is not set."""

_FACILITY_TERMS = ("product", "start_date", "maturity_date", "working_days_after_due", *PRODUCT_FLAGS)


def with_exemption(
    rows: pl.LazyFrame, parties: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book, as_of: date
) -> pl.LazyFrame:
    """The rows with `<part>_exempt_bp` and `<part>_exemption_id` for each part of a facility.

    rows: facility_key, obligor_key, product; the product is null on a row that protection moved in, since that is a
    claim on the provider and no longer on the product. tables: facilities, country_ratings.
    """
    answers = {}
    for part in ("booked", "potential"):
        answers[f"{part}_exempt_bp"] = exempt_share_bp(book, part)
        answers[f"{part}_exemption_id"] = exemption_id(book, part)
    if not book.exemptions:  # nothing is asked of anybody
        return rows.with_columns(**answers)
    # The due date does not count and the run's date does: on the due date it is 0.
    passed = pl.business_day_count(pl.col("maturity_date").dt.offset_by("1d"), as_of + timedelta(days=1))
    terms = (
        tables["facilities"]
        .lazy()
        .with_columns(working_days_after_due=passed)
        .select("facility_key", *(t for t in _FACILITY_TERMS if t != "product"))
    )
    standing = party_standing(parties, tables["country_ratings"], "obligor")
    is_own = pl.col("product").is_not_null()
    own_terms = (pl.when(is_own).then(pl.col(name)).alias(name) for name in _FACILITY_TERMS)
    return (
        rows.join(terms, on="facility_key", how="left", validate="m:1", maintain_order="left")
        .join(standing, on="obligor_key", how="left", validate="m:1", maintain_order="left")
        .with_columns(own_terms)
        .select(*rows.collect_schema().names(), **answers)
    )


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
    lists = (
        ("obligor_kind", exemption.party_kinds),
        ("obligor_country", exemption.countries),
        ("obligor_government_level", exemption.government_levels),
        ("product", exemption.products),
    )
    conditions = [pl.lit(value=True), *(pl.col(column).is_in(values) for column, values in lists if values)]
    flags = (
        ("obligor_is_qualifying_ccp", exemption.is_qualifying_ccp),
        *((flag, getattr(exemption, flag)) for flag in PRODUCT_FLAGS),
    )
    conditions += [
        pl.col(column).fill_null(value=False) == wanted for column, wanted in flags if wanted is not None
    ]
    if exemption.days_after_due is not None:
        conditions.append(pl.col("working_days_after_due") <= exemption.days_after_due)
    if exemption.tags:
        conditions.append(has_tag("obligor", exemption.tags))
    if exemption.min_grade:
        conditions.append(has_grade("obligor", exemption.min_grade))
    if exemption.max_risk_weight_bp is not None:
        conditions.append(risk_weight_bp("obligor", book) <= exemption.max_risk_weight_bp)
    if exemption.original_maturity:
        conditions.append(has_original_maturity(exemption.original_maturity).fill_null(value=False))
    if exemption.part == "undrawn":
        conditions.append(pl.col("product").is_not_null())
    # A condition that is not known is not met: unknown never exempts.
    return reduce(lambda left, right: left & right, conditions).fill_null(value=False)
