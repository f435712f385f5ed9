"""Eligibility: which entry of a book recognises a protection for a claim, and if none does, why not.

The conditions of an entry are asked in a fixed order. A cover is recognised by the first entry whose conditions all hold; if
there is none, the reason is the condition that stopped the entry that came furthest. A condition that is not known is not met.
"""

from collections.abc import Sequence

import polars as pl

from riskmon.exposures.haircuts import MONTH_DAYS, class_haircuts
from riskmon.exposures.standing import has_grade, has_tag, risk_weight_bp
from riskmon.rulebook.exposure_rules import Mitigation
from riskmon.rulebook.select import Book

REFUSALS = (
    "not_in_force", "kind_not_eligible", "not_used_for_capital", "own_obligation", "provider_unsuitable",
    "provider_kind", "provider_country", "country_grade", "client_kind", "trade_not_measured", "haircut_class",
    "ends_before_claim", "original_maturity", "residual_maturity", "risk_weight",
)  # fmt: skip
"""Why a protection is not recognised, in the order in which it is asked."""

_HOLDS = len(REFUSALS)


def recognising_rule(book: Book, bank_key: int | None) -> pl.Expr:
    """The position of the entry that recognises a cover, null where none does. Columns in: `covers_with_terms`."""
    reached = [_reached(rule, book, bank_key) for rule in book.mitigations]
    return pl.coalesce(
        *(pl.when(how_far == _HOLDS).then(pl.lit(i, dtype=pl.Int32)) for i, how_far in enumerate(reached)),
        pl.lit(None, dtype=pl.Int32),
    )


def refusal(book: Book, bank_key: int | None) -> pl.Expr:
    """Why no entry recognises a cover, a word of REFUSALS; null where one does."""
    reached = [_reached(rule, book, bank_key) for rule in book.mitigations]
    furthest = pl.max_horizontal(*reached) if reached else pl.lit(REFUSALS.index("kind_not_eligible"))
    return furthest.replace_strict(dict(enumerate(REFUSALS)), default=None, return_dtype=pl.Enum([*REFUSALS]))


def _reached(rule: Mitigation, book: Book, bank_key: int | None) -> pl.Expr:
    """How many conditions hold before the first that does not."""
    conditions = _conditions(rule, book, bank_key)
    stops = (
        pl.when(~holds.fill_null(value=False)).then(pl.lit(REFUSALS.index(reason), dtype=pl.Int32))
        for reason, holds in conditions
    )
    return pl.coalesce(*stops, pl.lit(_HOLDS, dtype=pl.Int32))


def _conditions(rule: Mitigation, book: Book, bank_key: int | None) -> Sequence[tuple[str, pl.Expr]]:
    """The conditions of an entry in the order of REFUSALS, each with the reason if it does not hold."""
    asked = [
        ("not_in_force", pl.col("is_in_force")),
        ("kind_not_eligible", pl.col("kind").is_in(rule.protection_kinds)),
        ("own_obligation", ~pl.col("is_own_obligation")),
    ]
    if book.measurement.follows_capital_use:
        asked.insert(2, ("not_used_for_capital", pl.col("is_used_for_capital").fill_null(value=True)))
    asked += _of_provider(rule, bank_key)
    if rule.client_kinds:
        asked.append(("client_kind", pl.col("client_kind").is_in(rule.client_kinds)))
    if rule.requires_trade:
        asked.append(("trade_not_measured", pl.col("has_trade")))
    if rule.haircut_class != "ignored":
        is_known = pl.col("haircut_class").is_in(list(class_haircuts(book)))
        lacks_none = rule.haircut_class == "used"
        asked.append(("haircut_class", is_known.fill_null(value=lacks_none)))
    asked += _of_maturity(rule, book)
    provider, client = risk_weight_bp("provider", book), risk_weight_bp("client", book)
    if rule.provider_weight == "not_above_client":
        # No client has a weight below zero.
        asked.append(("risk_weight", (provider == 0) | (provider <= client).fill_null(value=False)))
    elif rule.provider_weight == "below_client":
        asked.append(("risk_weight", provider < client))
    return asked


def _of_provider(rule: Mitigation, bank_key: int | None) -> list[tuple[str, pl.Expr]]:
    asked = []
    is_bank = pl.col("provider_key") == bank_key if bank_key is not None else pl.lit(value=False)
    if rule.provider == "own_bank":
        asked.append(("provider_unsuitable", is_bank))
    if rule.provider == "other":
        asked.append(("provider_unsuitable", pl.col("provider_key").is_not_null() & ~is_bank))
    if rule.provider_kinds:
        asked.append(("provider_kind", pl.col("provider_kind").is_in(rule.provider_kinds)))
    if rule.provider_tags:
        asked.append(("provider_kind", has_tag("provider", rule.provider_tags)))
    if rule.provider_countries:
        asked.append(("provider_country", pl.col("provider_country").is_in(rule.provider_countries)))
    if rule.min_grade:
        asked.append(("country_grade", has_grade("provider", rule.min_grade)))
    return asked


def _of_maturity(rule: Mitigation, book: Book) -> list[tuple[str, pl.Expr]]:
    outlasts, mismatch = pl.col("outlasts_claim"), book.maturity_mismatch
    if rule.maturity == "ignored":
        return []
    if rule.maturity == "must_outlast" or mismatch is None:
        return [("ends_before_claim", outlasts)]
    least, floor = mismatch.least_original_months * MONTH_DAYS, mismatch.floor_months * MONTH_DAYS
    ran_long = (pl.col("original_days") >= least).fill_null(value=False)
    return [
        ("original_maturity", outlasts | ran_long),
        ("residual_maturity", outlasts | (pl.col("left_days") > floor)),
    ]
