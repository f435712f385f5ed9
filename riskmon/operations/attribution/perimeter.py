"""The part of two runs that has to be measured again: who changed, and all whose protection hangs together with theirs."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.terms import POOLED_PRODUCTS
from riskmon.operations.attribution.causes import EXPOSURE_TABLES, Tables

_ROW = ["book_id", "facility_id", "obligor_id", "category"]


def changed_obligors(then: Tables, now: Tables) -> pl.Series:
    """Ids of the obligors of whom some row of `exposures`, or a total, is not the same in both runs.

    then, now: the output tables `exposures` and `obligor_exposures`.
    """
    moved = [_differing(then[name], now[name], key) for name, key in _COMPARED.items()]
    return pl.concat(moved).unique().sort()


_COMPARED = {"exposures": _ROW, "obligor_exposures": ["book_id", "obligor_id"]}


def _differing(then: pl.DataFrame, now: pl.DataFrame, key: list[str]) -> pl.Series:
    amounts = [
        name
        for name in then.columns
        if name.endswith("_minor") and name in now.columns and name != "if_confirmed_minor"
    ]
    sides = [rows.select(*key, *amounts).lazy() for rows in (then, now)]
    on = [*key, *amounts]
    apart = [
        one.join(other, on=on, how="anti", nulls_equal=True).select("obligor_id")
        for one, other in (sides, sides[::-1])
    ]
    return pl.concat(apart).unique().collect()["obligor_id"]


def reached_facilities(then: Tables, now: Tables, obligors: pl.Series) -> pl.Series:
    """Ids of the facilities under which the obligors have exposure, whatever brought it to them.

    then, now: the output table `exposures`.
    """
    rows = pl.concat([side["exposures"].select("facility_id", "obligor_id") for side in (then, now)])
    return rows.filter(pl.col("obligor_id").is_in(obligors.implode()))["facility_id"].unique()


def narrowed(then: Tables, now: Tables, obligors: pl.Series, reached: pl.Series) -> tuple[Tables, Tables]:
    """The tables of both runs that the exposure of these obligors is measured from, and no more facilities than that.

    reached: `reached_facilities`. Facilities hang together through a protection that covers several, through a common
    parent, and as holdings in structures, of which several may lead to one asset.
    """
    sides = [{name: rows for name, rows in side.items() if name in EXPOSURE_TABLES} for side in (then, now)]
    kept = _connected(sides, obligors, reached)
    return _kept(sides[0], kept), _kept(sides[1], kept)


def _connected(sides: list[dict[str, pl.DataFrame]], obligors: pl.Series, reached: pl.Series) -> pl.Series:
    facilities = pl.concat(
        [side["facilities"].select("facility_id", "obligor_id", "parent_facility_id") for side in sides]
    ).unique()
    covers = pl.concat(
        [
            side["protection_covers"].select("protection_id", "facility_id", "party_id")
            for side in sides
            if "protection_covers" in side
        ]
        or [pl.DataFrame(schema=dict.fromkeys(("protection_id", "facility_id", "party_id"), pl.String()))]
    ).unique()
    # A cover that names a party covers all its facilities.
    by_party = covers.filter(pl.col("facility_id").is_null()).join(
        facilities.select("facility_id", party_id="obligor_id"),
        on="party_id",
        how="inner",
        suffix="_of_party",
    )
    covered = pl.concat(
        [
            covers.drop_nulls("facility_id").select("protection_id", "facility_id"),
            by_party.select("protection_id", facility_id="facility_id_of_party"),
        ]
    ).unique()
    held = [side["fund_holdings"].select("facility_id") for side in sides if "fund_holdings" in side]
    # All funds and securitisations together decide whether they are few enough to be measured simply.
    held += [
        side["facilities"].filter(pl.col("product").is_in(POOLED_PRODUCTS)).select("facility_id")
        for side in sides
    ]
    families = pl.concat(
        [
            *(rows.with_columns(bond=pl.lit("structures")) for rows in held),
            facilities.drop_nulls("parent_facility_id").select("facility_id", bond="parent_facility_id"),
            facilities.drop_nulls("parent_facility_id").select(
                facility_id="parent_facility_id", bond="parent_facility_id"
            ),
            covered.select("facility_id", bond=pl.format("protection/{}", "protection_id")),
        ]
    ).unique()
    owed = facilities.filter(pl.col("obligor_id").is_in(obligors.implode()))["facility_id"]
    signed = [
        side["facilities"]
        .select("facility_id", party_id="joint_obligor_ids")
        .explode("party_id")
        .filter(pl.col("party_id").is_in(obligors.implode()))["facility_id"]
        for side in sides
    ]
    kept = pl.concat([owed, *signed, reached]).unique()
    while True:
        bonds = families.filter(pl.col("facility_id").is_in(kept.implode()))["bond"].unique()
        wider = pl.concat(
            [kept, families.filter(pl.col("bond").is_in(bonds.implode()))["facility_id"]]
        ).unique()
        if wider.len() == kept.len():
            return kept
        kept = wider


def _kept(side: Mapping[str, pl.DataFrame], facility_ids: pl.Series) -> Tables:
    facilities = side["facilities"].filter(pl.col("facility_id").is_in(facility_ids.implode()))
    return {**side, "facilities": facilities}
