"""References across tables: who points to what that is not there, and the keys that replace ids.

A key is the position of a row in its table sorted by id, so it is independent of the order of delivery.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.terms import SUBJECT_KINDS
from riskmon.validate.reporting import rate_of
from riskmon.validate.sieve import Sieve

PARTY_TABLES = (
    "ratings", "financial_statements", "account_behaviour", "bureau_summaries", "events", "related_parties",
)  # fmt: skip
"""Tables of facts about one party."""

_RATED_TABLES = {
    "facilities": (),
    "protections": (),
    "financial_statements": (),
    "account_behaviour": (),
    "bureau_summaries": (),
    "joint_credit": (),
    "payments": (),
    "trading_positions": (),
    "netting_sets": (),
    "derivatives": (),
    "securities_financing": (),
    "bank_limits": ("amount_minor",),
    "events": ("amount_minor",),
}
"""Tables whose rows need an exchange rate; where amounts are named, only rows that have one of them."""


def refuse_broken_references(sieve: Sieve, rates: Mapping[str, int]) -> None:
    """Refuse every row that points to nothing that stands, and every amount without an exchange rate.

    Order matters: what points to a refused row is refused as well.
    """
    parties = sieve.standing["parties"]["party_id"]
    dangling = {
        "relationships": is_unknown("source_party_id", parties) | is_unknown("target_party_id", parties),
        "facilities": is_unknown("obligor_id", parties) | _has_unknown_joint_obligor(sieve, parties),
        "protections": is_unknown("provider_id", parties) | is_unknown("title_holder_id", parties),
        "bank_limits": pl.col("subject_kind").is_in(SUBJECT_KINDS) & is_unknown("subject_id", parties),
        "joint_credit": is_unknown("anchor_party_id", parties),
        # Most of those who pay a client are no clients: what they pay is part of what it lives on.
        "payments": pl.all_horizontal(
            is_unknown(end, parties).fill_null(value=True) for end in ("payer_id", "payee_id")
        ),
        **dict.fromkeys(PARTY_TABLES, is_unknown("party_id", parties)),
    }
    dangling |= {
        "trading_positions": is_unknown("issuer_id", parties),
        "netting_sets": is_unknown("counterparty_id", parties),
    }
    _refuse(sieve, dangling, rates)
    sets = sieve.standing["netting_sets"]["netting_set_id"]
    is_without_set = is_unknown("netting_set_id", sets)
    of_trades = {
        "derivatives": is_without_set,
        "securities_financing": is_without_set | is_unknown("security_issuer_id", parties),
    }
    _refuse(sieve, of_trades, rates)
    sieve.refuse(
        "protection_covers",
        {
            "reference_missing": is_unknown("protection_id", sieve.standing["protections"]["protection_id"])
            | is_unknown("facility_id", sieve.standing["facilities"]["facility_id"])
            | is_unknown("party_id", parties)
        },
    )


def _refuse(sieve: Sieve, dangling: Mapping[str, pl.Expr], rates: Mapping[str, int]) -> None:
    for table, is_dangling in dangling.items():
        reasons = {"reference_missing": is_dangling}
        if table in _RATED_TABLES:
            reasons["rate_missing"] = lacks_rate(_RATED_TABLES[table], rates)
        sieve.refuse(table, reasons)


def with_keys(rows: pl.DataFrame, id_name: str, key_name: str) -> pl.DataFrame:
    """The rows sorted by id, with their position as key in front."""
    ordered = rows if rows[id_name].is_sorted() else rows.sort(id_name)
    return ordered.with_row_index(key_name).with_columns(pl.col(key_name).cast(pl.Int32))


def with_reference(rows: pl.DataFrame, id_name: str, key_name: str, targets: pl.DataFrame) -> pl.DataFrame:
    """The rows with the key of what `id_name` points to, in the same order; null where it points to nothing.

    targets: two columns, id and key.
    """
    target_id, target_key = targets.columns
    keyed = targets.select(pl.col(target_id).alias(id_name), pl.col(target_key).alias(key_name))
    return rows.join(keyed, on=id_name, how="left", maintain_order="left", validate="m:1")


def joint_obligor_keys(facilities: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """facility_key and the sorted keys of the joint obligors other than the obligor, for facilities that have any.

    facilities: facility_key, obligor_key, joint_obligor_ids. parties: party_id, party_key.
    """
    named = (
        facilities.filter(pl.col("joint_obligor_ids").list.len() > 0)
        .select("facility_key", "obligor_key", party_id="joint_obligor_ids")
        .explode("party_id")
    )
    return (
        with_reference(named, "party_id", "party_key", parties.select("party_id", "party_key"))
        .filter(pl.col("party_key") != pl.col("obligor_key"))
        .group_by("facility_key")
        .agg(joint_obligor_keys=pl.col("party_key").unique().sort())
    )


def expanded_covers(
    covers: pl.DataFrame, protections: pl.DataFrame, facilities: pl.DataFrame
) -> pl.DataFrame:
    """One row for each protection and facility it covers; a cover that names a party covers all its facilities.

    Where a protection names a facility and its obligor, what it says of the facility counts. A facility outside
    the run's perimeter has no row.
    Returns protection_key, facility_key, cover_key (the same for all facilities of one cover, which share its amount),
    covered_amount_minor (the protection's currency), rank; sorted by key.
    """
    keyed = with_reference(
        covers, "protection_id", "protection_key", protections.select("protection_id", "protection_key")
    ).sort("protection_key", "facility_id", "party_id", nulls_last=True)
    keyed = keyed.with_columns(cover_key=pl.int_range(pl.len(), dtype=pl.Int32))
    details = ("protection_key", "facility_key", "cover_key", "covered_amount_minor", "rank")
    facility_ids = facilities.select("facility_id", "facility_key")
    of_facility = with_reference(
        keyed.filter(pl.col("facility_id").is_not_null()), "facility_id", "facility_key", facility_ids
    ).with_columns(is_by_party=pl.lit(value=False))
    of_party = (
        keyed.filter(pl.col("facility_id").is_null())
        .join(facilities.select("facility_key", party_id="obligor_id"), on="party_id", how="left")
        .with_columns(is_by_party=pl.lit(value=True))
    )
    return (
        pl.concat([part.select(*details, "is_by_party") for part in (of_facility, of_party)])
        .drop_nulls("facility_key")
        .sort(
            "protection_key", "facility_key", "is_by_party", "rank", "covered_amount_minor", nulls_last=True
        )
        .unique(["protection_key", "facility_key"], keep="first", maintain_order=True)
        .select(details)
    )


def is_unknown(column: str, ids: pl.Series) -> pl.Expr:
    """Whether the column names something that is not among the ids; an empty cell names nothing."""
    return ~pl.col(column).is_in(ids.implode())


def _has_unknown_joint_obligor(sieve: Sieve, parties: pl.Series) -> pl.Expr:
    named = (
        sieve.standing["facilities"]
        .filter(pl.col("joint_obligor_ids").list.len() > 0)
        .select("row_number", "joint_obligor_ids")
        .explode("joint_obligor_ids")
    )
    broken = named.filter(is_unknown("joint_obligor_ids", parties))["row_number"]
    return pl.col("row_number").is_in(broken.implode())


def lacks_rate(amounts: tuple[str, ...], rates: Mapping[str, int]) -> pl.Expr:
    """Whether no rate of the row's currency is known; where amounts are named, only if it has one of them."""
    lacks = pl.col("currency").is_not_null() & rate_of(rates).is_null()
    return lacks & pl.any_horizontal(pl.col(name).is_not_null() for name in amounts) if amounts else lacks
