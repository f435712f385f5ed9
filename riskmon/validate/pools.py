"""Structures that pool assets: what of their tables refers to nothing is refused, and ids become keys."""

from collections.abc import Mapping

import polars as pl

from riskmon.validate.references import is_unknown, lacks_rate, with_keys, with_reference
from riskmon.validate.reporting import Rates, with_rates
from riskmon.validate.sieve import Sieve

_TABLES = ("structures", "tranches", "fund_holdings", "underlyings")
"""Tables with amounts of a structure."""


def refuse_broken_pools(sieve: Sieve, rates: Mapping[str, int]) -> None:
    """Refuse every row of a structure that points to nothing that stands, or has an amount without a rate.

    Order matters: parties and facilities have been sifted, and what points to a refused structure is refused as well.
    """
    parties = sieve.standing["parties"]["party_id"]
    valued = ("total_value_minor",)
    sieve.refuse(
        "structures",
        {"reference_missing": is_unknown("party_id", parties), "rate_missing": lacks_rate(valued, rates)},
    )
    structures = sieve.standing["structures"]["structure_id"]
    is_adrift = is_unknown("structure_id", structures)
    sieve.refuse("tranches", {"reference_missing": is_adrift, "rate_missing": lacks_rate((), rates)})
    tranches = sieve.standing["tranches"].select("structure_id", "tranche_id")
    named = sieve.standing["fund_holdings"].filter(pl.col("tranche_id").is_not_null())
    of_no_tranche = named.join(tranches, on=["structure_id", "tranche_id"], how="anti")["row_number"]
    dangling = {
        "fund_holdings": is_unknown("facility_id", sieve.standing["facilities"]["facility_id"])
        | pl.col("row_number").is_in(of_no_tranche.implode()),
        "underlyings": is_unknown("obligor_id", parties) | is_unknown("inner_structure_id", structures),
        "structure_support": is_unknown("party_id", parties),
    }
    for table, is_dangling in dangling.items():
        reasons = {"reference_missing": is_adrift | is_dangling.fill_null(value=False)}
        if table in _TABLES:
            reasons["rate_missing"] = lacks_rate((), rates)
        sieve.refuse(table, reasons)


def pool_frames(
    standing: Mapping[str, pl.DataFrame],
    parties: pl.DataFrame,
    facilities: pl.DataFrame,
    rates: Rates,
) -> dict[str, pl.DataFrame]:
    """The tables of structures with keys in place of ids; a holding outside the run's perimeter has no row.

    structures: structure_key, structure_id, party_key (null where the structure is no party), total_value_minor.
    tranches: tranche_key, structure_key, size_minor, rank. fund_holdings: holding_key, facility_key, structure_key,
    tranche_key (null for a share of the whole), amount_minor, is_distinguishable. underlyings: underlying_key,
    underlying_id, structure_key, obligor_key, inner_structure_key, amount_minor, excludes_connection.
    structure_support: structure_key, party_key, role, is_material. Each but the last with its currency, rate_e10 and
    exponent: where two rates may be right, the higher for what is held and what is behind it, the lower for what these
    are a share of.
    """
    party_keys = parties.select("party_id", "party_key")
    structures = with_keys(_plain(standing["structures"]), "structure_id", "structure_key")
    structures = with_reference(structures, "party_id", "party_key", party_keys).drop("party_id")
    structure_keys = structures.select("structure_id", "structure_key")
    tranches = _of_structure(standing["tranches"], structure_keys).sort("structure_key", "tranche_id")
    tranches = tranches.with_row_index("tranche_key").with_columns(pl.col("tranche_key").cast(pl.Int32))
    holdings = _of_structure(standing["fund_holdings"], structure_keys)
    holdings = with_reference(
        with_keys(holdings, "holding_id", "holding_key"),
        "facility_id",
        "facility_key",
        facilities.select("facility_id", "facility_key"),
    ).join(
        tranches.select("structure_key", "tranche_id", "tranche_key"),
        on=["structure_key", "tranche_id"],
        how="left",
        maintain_order="left",
    )
    support = _of_structure(standing["structure_support"], structure_keys)
    support = with_reference(support, "party_id", "party_key", party_keys)
    return {
        "structures": with_rates(structures, rates.offsets),
        "tranches": with_rates(tranches.drop("tranche_id"), rates.offsets),
        "fund_holdings": with_rates(
            holdings.drop("facility_id", "tranche_id", "holding_id").drop_nulls("facility_key"), rates.claims
        ),
        "underlyings": with_rates(
            _underlyings(standing["underlyings"], structure_keys, party_keys), rates.claims
        ),
        "structure_support": support.drop("party_id").sort("structure_key", "party_key", "role"),
    }  # fmt: skip


def _underlyings(rows: pl.DataFrame, structure_keys: pl.DataFrame, party_keys: pl.DataFrame) -> pl.DataFrame:
    keyed = _of_structure(rows, structure_keys)
    keyed = with_reference(keyed, "obligor_id", "obligor_key", party_keys)
    inner = structure_keys.rename({"structure_key": "inner_structure_key"})
    keyed = with_reference(keyed, "inner_structure_id", "inner_structure_key", inner)
    ordered = keyed.drop("obligor_id", "inner_structure_id").sort("structure_key", "underlying_id")
    return ordered.with_row_index("underlying_key").with_columns(pl.col("underlying_key").cast(pl.Int32))


def _of_structure(rows: pl.DataFrame, structure_keys: pl.DataFrame) -> pl.DataFrame:
    return with_reference(_plain(rows), "structure_id", "structure_key", structure_keys).drop("structure_id")


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without what `ingest` noted about them."""
    return rows.drop("row_number", "faults")
