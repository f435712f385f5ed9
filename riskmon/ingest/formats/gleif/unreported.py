"""Reporting exceptions: why an entity names no parent, and what that means.

- Some reasons say that there is a consolidating parent that is not named (it has no LEI, or naming it is refused): an
  unnamed party controls the entity. It is the entity's own, since nothing tells whose other parent it is.
- The others say that nobody consolidates the entity: natural persons control it, its owners do not consolidate, or
  nobody known controls it. There is no parent to add; the finding says whom to ask.
"""

import polars as pl

from riskmon.ingest.formats.gleif.contents import EXCEPTIONS
from riskmon.ingest.formats.gleif.delivered import Delivered

_UNNAMED = ("NO_LEI", "NON_PUBLIC", "BINDING_LEGAL_COMMITMENTS", "LEGAL_OBSTACLES", "CONSENT_NOT_OBTAINED",
            "DISCLOSURE_DETRIMENTAL", "DETRIMENT_NOT_EXCLUDED")  # fmt: skip

_MEANINGS = {
    "NATURAL_PERSONS": "natural persons control it and are not named",
    "NON_CONSOLIDATING": "its owners do not consolidate it; whether one of them controls it is not said",
    "NO_KNOWN_PERSON": "nobody is known to control it",
    "NO_LEI": "its parent has no LEI",
    **dict.fromkeys(_UNNAMED[1:], "its parent is not made public"),
}

_CATEGORIES = {
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": ("direct", "IS_DIRECTLY_CONSOLIDATED_BY", "consolidation"),
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": ("ultimate", "IS_ULTIMATELY_CONSOLIDATED_BY", "reported_ultimate"),
}  # fmt: skip

_REASONS = tuple(name for name in EXCEPTIONS.columns if name.startswith("reason_"))


def read_exceptions(
    delivered: Delivered, links: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """Unnamed parents as rows of `parties` and of `relationships`, and findings as frames.

    links: the relationships of level 2; where one names the parent, the exception is contradicted and adds nothing.
    """
    reasons = pl.concat_list(_REASONS).list.drop_nulls()
    rows = delivered.newest(EXCEPTIONS).with_columns(
        reasons=reasons.list.join(", "),
        is_unnamed=reasons.list.eval(pl.element().is_in(_UNNAMED)).list.any(),
        **{name: _of_category(position) for position, name in enumerate(("level", "link_type", "basis"))},
    )
    reported = links.filter(pl.col("valid_to").is_null(), pl.col("assessment") != "rejected").select(
        lei="target_party_id", link_type="link_type", is_named=pl.lit(value=True)
    )
    rows = rows.join(reported.unique(), on=["lei", "link_type"], how="left")
    unnamed = rows.filter("is_unnamed", pl.col("is_named").is_null(), pl.col("level").is_not_null())
    # A parent that is not named at both levels may be one and the same: one party stands for it.
    parents = unnamed.sort("lei", "level").unique("lei", keep="first", maintain_order=True)
    parties = parents.select(
        party_id=_parent_id(), name=pl.format("Unnamed parent ({})", "reasons"), kind=pl.lit("corporate")
    )
    relationships = parents.select(
        "basis",
        relationship_id=pl.format("{}/{}", _parent_id(), "level"),
        source_party_id=_parent_id(),
        target_party_id="lei",
        kind=pl.lit("control"),
        assessment=pl.lit("none"),
        evidence=pl.format("{}: {}", "category", "reasons"),
    )
    return parties, relationships, _findings(rows)


def _of_category(position: int) -> pl.Expr:
    values = {category: facts[position] for category, facts in _CATEGORIES.items()}
    return pl.col("category").replace_strict(values, default=None, return_dtype=pl.String)


def _parent_id() -> pl.Expr:
    return pl.format("{}/unnamed-parent", "lei")


def _findings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    meaning = pl.col("reason_1").replace_strict(
        _MEANINGS, default="a reason that is not known", return_dtype=pl.String
    )
    level = pl.col("level").fill_null("unknown")
    named = pl.col("is_named").fill_null(value=False)
    told = [
        (~named, "parent_not_reported", "No {} parent is reported: {} ({})."),
        (named, "exception_contradicted", "A {} parent is reported although an exception says that {} ({})."),
    ]
    return [
        rows.filter(which).select(
            finding_code=pl.lit(code),
            statement_id=pl.concat_str("lei", "category", separator="/"),
            record_id="lei",
            message=pl.format(text, level, meaning, pl.col("reasons")),
        )
        for which, code, text in told
    ]
