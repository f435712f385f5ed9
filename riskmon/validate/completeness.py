"""Completeness: which parties a refused row touches, so that no figure about them passes for the whole."""

from collections.abc import Mapping

import polars as pl

_NAMING = {
    "bank": ("party_id",),
    "parties": ("party_id",),
    "relationships": ("source_party_id", "target_party_id"),
    "facilities": ("obligor_id",),
    "protections": ("provider_id", "title_holder_id"),
    "protection_covers": ("party_id",),
    "bank_limits": ("subject_id",),
    "ratings": ("party_id",),
    "financial_statements": ("party_id",),
    "account_behaviour": ("party_id",),
    "bureau_summaries": ("party_id",),
    "events": ("party_id",),
}
"""Columns that name a party."""


def touched_parties(delivered: Mapping[str, pl.DataFrame], refusals: pl.DataFrame) -> pl.Series:
    """Ids that refused rows name as a party, directly or through the facility or protection they are about.

    delivered: the ingested tables, refused rows included. refusals: table, row_number.
    """
    refused = {
        table: rows.join(refusals.filter(pl.col("table") == table), on="row_number", how="semi")
        for table, rows in delivered.items()
    }
    # What a refused protection covered is reached through its covers, which are refused with it.
    covers, facilities = refused["protection_covers"], refused["facilities"]
    of_covers = [
        delivered["facilities"].join(covers, on="facility_id", how="semi")["obligor_id"],
        delivered["protections"].join(covers, on="protection_id", how="semi")["provider_id"],
    ]
    named = [refused[table][column] for table, columns in _NAMING.items() for column in columns]
    joint = facilities["joint_obligor_ids"].explode()
    return pl.concat([*of_covers, *named, joint]).drop_nulls().unique()
