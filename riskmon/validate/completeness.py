"""Completeness: which parties a refused row touches, so that no figure about them passes for the whole."""

from collections.abc import Mapping

import polars as pl

RATED_TABLES = (
    "facilities",
    "protections",
    "bank_limits",
    "structures",
    "tranches",
    "fund_holdings",
    "underlyings",
    "trading_positions",
    "netting_sets",
    "derivatives",
    "securities_financing",
)
"""Tables whose rows count at an exchange rate."""

_NAMING = {
    "bank": ("party_id",),
    "parties": ("party_id",),
    "relationships": ("source_party_id", "target_party_id"),
    "facilities": ("obligor_id",),
    "protections": ("provider_id", "title_holder_id"),
    "protection_covers": ("party_id",),
    "trading_positions": ("issuer_id",),
    "netting_sets": ("counterparty_id",),
    "securities_financing": ("security_issuer_id",),
    "bank_limits": ("subject_id",),
    "ratings": ("party_id",),
    "financial_statements": ("party_id",),
    "account_behaviour": ("party_id",),
    "bureau_summaries": ("party_id",),
    "events": ("party_id",),
    "related_parties": ("party_id",),
    "joint_credit": ("anchor_party_id",),
    "payments": ("payer_id", "payee_id"),
    "structures": ("party_id",),
    "underlyings": ("obligor_id",),
    "structure_support": ("party_id",),
}
"""Columns that name a party."""


_TRADES = ("derivatives", "securities_financing")
"""Tables whose rows reach their counterparty through a netting set."""


def refused_rows(delivered: Mapping[str, pl.DataFrame], refusals: pl.DataFrame, table: str) -> pl.DataFrame:
    """The refused rows of a table. refusals: table, row_number."""
    return delivered[table].join(refusals.filter(pl.col("table") == table), on="row_number", how="semi")


def touched_parties(
    delivered: Mapping[str, pl.DataFrame], refusals: pl.DataFrame, uncertain_currencies: pl.Series
) -> pl.Series:
    """Ids that refused rows name as a party, directly or through the facility or protection they are about.

    delivered: the ingested tables, refused rows included. refusals: table, row_number. A refused or
    stale exchange rate touches every row in its currency.
    """
    refused = {table: refused_rows(delivered, refusals, table) for table in delivered}
    if uncertain_currencies.len():
        is_uncertain = pl.col("currency").is_in(uncertain_currencies.implode())
        for table in RATED_TABLES:
            refused[table] = pl.concat([refused[table], delivered[table].filter(is_uncertain)])
    # What a refused protection covered is reached through its covers.
    of_protections = delivered["protection_covers"].join(
        refused["protections"], on="protection_id", how="semi"
    )
    # What is uncertain of a facility is so of what protects it, and of what its protection leaves for others.
    of_facilities = delivered["protection_covers"].join(refused["facilities"], on="facility_id", how="semi")
    unsure = pl.concat([refused["protection_covers"], of_facilities])
    # The other covers of a protection may lean on value that a refused one should have taken.
    beside = delivered["protection_covers"].join(unsure, on="protection_id", how="semi")
    covers = pl.concat([unsure, of_protections, beside])
    facilities = refused["facilities"]
    of_covers = [
        delivered["facilities"].join(covers, on="facility_id", how="semi")["obligor_id"],
        delivered["protections"].join(covers, on="protection_id", how="semi")["provider_id"],
    ]
    named = [refused[table][column] for table, columns in _NAMING.items() for column in columns]
    joint = facilities["joint_obligor_ids"].explode()
    # An older grade may stand in for a refused one and exempt whom the newer would not.
    graded = refused["country_ratings"]["country"].implode()
    of_countries = delivered["parties"].filter(pl.col("country").is_in(graded))["party_id"]
    of_sets = [
        delivered["netting_sets"].join(refused[table], on="netting_set_id", how="semi")["counterparty_id"]
        for table in _TRADES
    ]
    by_cover = [of_protections["party_id"], beside["party_id"]]
    by_pool = _behind_structures(delivered, refused)
    return (
        pl.concat([*of_covers, *named, *by_cover, *of_sets, joint, of_countries, *by_pool])
        .drop_nulls()
        .unique()
    )


def _behind_structures(
    delivered: Mapping[str, pl.DataFrame], refused: Mapping[str, pl.DataFrame]
) -> list[pl.Series]:
    """Structures of which a row was refused, those that hold them, and the obligors of the bank's holdings in them."""
    tables = ("structures", "tranches", "underlyings", "structure_support")
    touched = pl.concat([refused[table]["structure_id"] for table in tables]).drop_nulls().unique()
    inner = delivered["underlyings"].drop_nulls("inner_structure_id")
    while True:
        holders = inner.filter(pl.col("inner_structure_id").is_in(touched.implode()))["structure_id"]
        wider = pl.concat([touched, holders]).drop_nulls().unique()
        if wider.len() == touched.len():
            break
        touched = wider
    is_touched = pl.col("structure_id").is_in(touched.implode())
    holdings = pl.concat([refused["fund_holdings"], delivered["fund_holdings"].filter(is_touched)])
    return [
        delivered["structures"].filter(is_touched)["party_id"],
        delivered["facilities"].join(holdings, on="facility_id", how="semi")["obligor_id"],
    ]
