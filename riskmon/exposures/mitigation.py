"""Mitigation: which protection a book recognises, how much of it each facility takes, and who owes it instead.

Allocation is stated, conservative and deterministic. A protection that covers several facilities serves them in the
order of `rank`, then facility; each takes at most what its gross exposure needs. A facility with several protections uses
them in the order of `rank`, then protection. What a facility cannot use is not handed on to the next one.

A protection is converted to the reporting currency and rounded down once; what a share of it is worth for one claim, after
haircut, maturity mismatch and conversion, is an exact fraction of it, rounded down once.
"""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from riskmon.domain.money import BP, ceil_divide, floor_divide, in_reporting_currency
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.exposures.eligibility import recognising_rule, refusal
from riskmon.exposures.haircuts import days_360, days_left, kept_bp, maturity_share
from riskmon.exposures.standing import party_standing
from riskmon.rulebook.exposure_rules import Mitigation
from riskmon.rulebook.select import Book

PROMISES = ("guarantee", "standby_credit", "credit_derivative")
"""Protection that is a promise of the provider; everything else is collateral."""

USES_SCHEMA = pl.Schema(
    {
        "protection_key": pl.Int32(), "facility_key": pl.Int32(), "provider_key": pl.Int32(), "kind": pl.String(),
        "mitigation_id": pl.String(), "refusal": pl.String(), "is_substitution": pl.Boolean(), "value_minor": pl.Int64(),
        "haircut_bp": pl.Int32(), "adjusted_minor": pl.Int64(), "applied_minor": pl.Int64(),
        "used_before_minor": pl.Int64(),
    }
)  # fmt: skip

_TERMS = (
    "cover_key", "protection_key", "facility_key", "rank", "kind", "provider_key", "value_minor", "covered_minor",
    "provider_kind", "provider_country", "provider_grade_rank", "provider_risk_weight_bp", "provider_tags",
    "client_kind", "client_grade_rank", "client_risk_weight_bp", "is_in_force", "is_used_for_capital", "is_own_obligation",
    "is_mismatched", "has_trade", "haircut_class", "outlasts_claim", "left_days", "claim_left_days", "original_days",
    "claim_product",
)  # fmt: skip
"""What may be asked of a cover."""

_LAST = 2**31 - 1
"""An empty rank comes after every given one."""


def covers_with_terms(
    tables: Mapping[str, pl.DataFrame], parties: pl.DataFrame, *, as_of: date, reporting_exponent: int
) -> pl.DataFrame:
    """Each cover with what a book may ask of it: the protection, its provider, the claim it stands behind.

    tables: protections, protection_covers, facilities, country_ratings, and derivatives where they are delivered.
    A protection that has not begun or is over at `as_of` protects nothing, whatever a book says of maturities.
    Returns a row for each cover: keys, rank, value_minor and covered_minor in the reporting currency, what is asked of
    provider and client, is_in_force, outlasts_claim, left_days, claim_left_days, original_days, is_own_obligation,
    is_mismatched, has_trade, claim_product.
    """
    ratings = tables["country_ratings"]
    facilities = tables["facilities"].lazy()
    claim = facilities.select(
        "facility_key", client_key="obligor_key", claim_maturity="maturity_date", claim_product="product",
        claim_currency="currency", owed_with="joint_obligor_keys",
    )  # fmt: skip
    traded = tables["derivatives"]["trade_id"] if "derivatives" in tables else pl.Series([], dtype=pl.String)
    begins_late = (pl.col("start_date") > as_of).fill_null(value=False)
    is_over = (pl.col("maturity_date") < as_of).fill_null(value=False)
    return (
        tables["protection_covers"]
        .lazy()
        .join(tables["protections"].lazy(), on="protection_key", how="left", validate="m:1")
        .join(claim, on="facility_key", how="left")
        .join(party_standing(parties, ratings, "provider"), on="provider_key", how="left", validate="m:1")
        .join(party_standing(parties, ratings, "client"), on="client_key", how="left", validate="m:1")
        .with_columns(
            rank=pl.col("rank").fill_null(_LAST),
            value_minor=_reported(pl.col("value_minor"), reporting_exponent),
            covered_minor=_reported(pl.col("covered_amount_minor"), reporting_exponent),
            is_in_force=~(begins_late | is_over),
            # A protection without an end stands as long as the claim; a claim without an end outlasts any dated one.
            outlasts_claim=pl.col("maturity_date").is_null()
            | (pl.col("maturity_date") >= pl.col("claim_maturity")).fill_null(value=False),
            # Who has signed the claim owes it already: its promise for it adds nobody.
            is_own_obligation=pl.any_horizontal(
                (pl.col("provider_key") == pl.col("client_key")).fill_null(value=False),
                pl.col("owed_with").list.contains(pl.col("provider_key")).fill_null(value=False),
            ),
            is_mismatched=pl.col("currency") != pl.col("claim_currency"),
            left_days=days_left(as_of, pl.col("maturity_date")),
            claim_left_days=days_left(as_of, pl.col("claim_maturity")),
            original_days=days_360(
                pl.col("start_date"), pl.coalesce("original_maturity_date", "maturity_date")
            ),
            has_trade=pl.col("trade_id").is_in(traded.implode()).fill_null(value=False),
        )
        .select(_TERMS)
        .collect()
    )


def protection_uses(
    covers: pl.DataFrame, gross: pl.DataFrame, book: Book, *, bank_key: int | None
) -> pl.DataFrame:
    """What becomes of every cover under one book: recognised or not and why, what it is worth, what is taken of it.

    covers: `covers_with_terms`. gross: facility_key, booked_minor, potential_minor, factor_bp.
    Returns USES_SCHEMA: value_minor in the reporting currency before haircut; adjusted_minor, the facility's share of it after
    haircut and maturity; applied_minor, what comes off the facility; used_before_minor, the protection the facility had
    already taken when this one's turn came.
    """
    total = gross.lazy().select(
        "facility_key", "factor_bp", gross_minor=pl.col("booked_minor") + pl.col("potential_minor")
    )
    asked = (
        covers.lazy()
        .with_columns(rule=recognising_rule(book, bank_key), refusal=refusal(book, bank_key))
        .join(total, on="facility_key", how="inner")
        .with_columns(
            mitigation_id=_of_rule(book, pl.String(), lambda rule: pl.lit(rule.id)),
            is_substitution=_of_rule(book, pl.Boolean(), lambda rule: pl.lit(rule.effect == "substitute")),
            kept_bp=_of_rule(book, pl.Int64(), lambda rule: kept_bp(rule, book)).fill_null(0),
            left=_of_rule(book, pl.Int64(), lambda rule: maturity_share(rule, book)[0]).fill_null(0),
            whole=_of_rule(book, pl.Int64(), lambda rule: maturity_share(rule, book)[1]).fill_null(1),
            converted_bp=_of_rule(book, pl.Int64(), _converted_bp).fill_null(0),
        )
        .with_columns(
            # The worth of one unit of the protection for this claim, as a fraction.
            worth=pl.col("kept_bp").cast(pl.Int128) * pl.col("left") * pl.col("converted_bp"),
            unit=pl.col("whole").cast(pl.Int128) * BP * BP,
            haircut_bp=BP - pl.col("kept_bp"),
        )
        .select(
            "protection_key", "cover_key", "facility_key", "rank", "provider_key", "kind", "mitigation_id", "refusal",
            "is_substitution", "value_minor", "covered_minor", "gross_minor", "worth", "unit", "haircut_bp",
        )
    )  # fmt: skip
    return _allocated(asked.collect()).select(pl.col(name).cast(dtype) for name, dtype in USES_SCHEMA.items())


def unused_covers(covers: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    """The covers of facilities that are looked through, which reduce nothing, as USES_SCHEMA.

    covers: `covers_with_terms`. opened: facility_key. The value is told, and `looked_through` is the refusal.
    """
    nothing = pl.lit(0)
    rows = covers.join(opened, on="facility_key", how="semi").with_columns(
        mitigation_id=pl.lit(None),
        refusal=pl.lit("looked_through"),
        is_substitution=pl.lit(None),
        haircut_bp=nothing,
        adjusted_minor=nothing,
        applied_minor=nothing,
        used_before_minor=nothing,
    )
    return rows.sort("facility_key", "protection_key").select(
        pl.col(name).cast(dtype) for name, dtype in USES_SCHEMA.items()
    )


def _allocated(asked: pl.DataFrame) -> pl.DataFrame:
    available = pl.coalesce("covered_minor", "value_minor")
    needed = ceil_divide(pl.col("gross_minor").cast(pl.Int128) * pl.col("unit"), pl.col("worth"))
    claim = (
        pl.when(pl.col("worth") > 0).then(pl.min_horizontal(available, "value_minor", needed)).otherwise(0)
    )
    claimed = asked.with_columns(claim_minor=claim)
    if claimed["cover_key"].is_duplicated().any():
        # One cover of several facilities is one promise: they share its amount.
        claimed = claimed.sort("cover_key", "rank", "facility_key").with_columns(
            claim_minor=_taken(pl.col("claim_minor"), available, "cover_key")
        )
    return (
        claimed.sort("protection_key", "rank", "facility_key")
        .with_columns(share_minor=_taken(pl.col("claim_minor"), pl.col("value_minor"), "protection_key"))
        .with_columns(adjusted_minor=floor_divide(pl.col("share_minor") * pl.col("worth"), pl.col("unit")))
        .sort("facility_key", "rank", "protection_key")
        .with_columns(
            used_before_minor=pl.min_horizontal(
                _before(pl.col("adjusted_minor"), "facility_key"), "gross_minor"
            ),
            applied_minor=_taken(pl.col("adjusted_minor"), pl.col("gross_minor"), "facility_key"),
        )
    )


def _of_rule(book: Book, dtype: pl.DataType, say: Callable[[Mitigation], pl.Expr]) -> pl.Expr:
    """What the entry that recognises a cover says; null where none does."""
    said = (pl.when(pl.col("rule") == i).then(say(rule)) for i, rule in enumerate(book.mitigations))
    return pl.coalesce(*said, pl.lit(None, dtype=dtype)).cast(dtype)


def _converted_bp(rule: Mitigation) -> pl.Expr:
    if not rule.before_conversion:
        return pl.lit(BP)
    return pl.when(pl.col("claim_product").is_in(OFF_BALANCE_PRODUCTS)).then("factor_bp").otherwise(BP)


def _reported(amount: pl.Expr, reporting_exponent: int) -> pl.Expr:
    """A protection's amount in the reporting currency, rounded down."""
    return floor_divide(*in_reporting_currency(amount, reporting_exponent))


def _before(amount: pl.Expr, owner: str) -> pl.Expr:
    """What the rows of an owner that stand before each row add up to, of rows sorted by owner.

    One running sum less what it was where the owner's rows began: as a window, at a fraction of the time.
    """
    running = amount.cast(pl.Int128).cum_sum() - amount
    begins = pl.col(owner).ne_missing(pl.col(owner).shift())
    return (running - pl.when(begins).then(running).forward_fill()).cast(pl.Int64)


def _taken(claim: pl.Expr, available: pl.Expr, owner: str) -> pl.Expr:
    """What each row of an owner takes from an amount that the rows draw on in order, of rows sorted by owner."""
    return pl.min_horizontal(claim, (available - _before(claim, owner)).clip(lower_bound=0))
