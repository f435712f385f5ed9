"""A made-up book of any size, written as Parquet in the input contract. Same size and seed, same data.

Run as `python -m benchmarks.generate --facilities N --out DIR`.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks import AS_OF, credit, world
from benchmarks.credit import RATES, Obligors
from benchmarks.world import World

SEED: Final = 20260630
LEAST_FACILITIES: Final = 1_000
FACILITIES_PER_PARTY: Final = 3
SUBJECTS_OVER_LIMIT: Final = 5
"""Capital is set so that about so many groups, and no more obligors than that, are over a limit."""

MONEY: Final = pl.Decimal(18, 2)
RATE: Final = pl.Decimal(18, 10)

_COUNTRIES: Final = {"CN": 0.93, "HK": 0.03, "US": 0.01, "JP": 0.01, "DE": 0.01, "BR": 0.01}
_GRADES: Final = {"CN": "A+", "HK": "AA+", "US": "AA+", "JP": "A+", "DE": "AAA", "BR": "BB"}
_INDUSTRIES: Final = dict.fromkeys("ABCDEFGHJK", 0.1)
_REGIONS: Final = dict.fromkeys(("110000", "310000", "320000", "330000", "440000"), 0.2)
_ASSESSMENTS: Final = {"none": 0.80, "confirmed": 0.16, "doubtful": 0.03, "rejected": 0.01}
_ID_SPACE: Final = 10**11
_ID_STEP: Final = 61_803_398_879
"""Coprime to the id space and near its golden section: ids are distinct and neighbours lie far apart."""


def tables(facility_count: int, seed: int = SEED) -> dict[str, pl.DataFrame]:
    """Every table of a made-up book, in the columns of the data contract, rows in no order.

    Raises:
        ValueError: fewer than `LEAST_FACILITIES` facilities, too few for groups of several sizes.
    """
    if facility_count < LEAST_FACILITIES:
        raise ValueError(f"a book has at least {LEAST_FACILITIES} facilities, not {facility_count}")
    rng = np.random.default_rng(seed)
    parties = world.build(round(facility_count / FACILITIES_PER_PARTY), rng)
    owed = credit.obligors(parties, facility_count, rng)
    facilities = credit.facilities(parties, owed, rng)
    protections, covers = credit.protections(parties, owed, facilities, rng)
    party_ids, facility_ids = _ids("C", len(parties.parent)), _ids("F", facility_count)
    protection_ids = _ids("G", protections.height)
    ordered = {
        "parties": _parties(parties, owed, party_ids, rng),
        "relationships": _relationships(world.relationships(parties, rng), party_ids, rng),
        "facilities": _facilities(facilities, facility_ids, party_ids),
        "protections": _protections(protections, protection_ids, party_ids),
        "protection_covers": covers.select(
            protection_id=protection_ids.gather(covers["protection"]),
            facility_id=facility_ids.gather(covers["facility"]),
            rank=pl.col("rank").cast(pl.Int32),
        ),
    }
    shuffled = {name: table[rng.permutation(table.height)] for name, table in ordered.items()}
    return shuffled | {"capital": _capital(parties, facilities)} | _small_tables()


def write(facility_count: int, folder: Path, seed: int = SEED) -> None:
    """Write the book, one Parquet file a table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(facility_count, seed).items():
        table.write_parquet(folder / f"{name}.parquet")


def _ids(prefix: str, count: int) -> pl.Series:
    """Distinct ids of twelve characters by position, in an order that says nothing about the position."""
    number = (np.arange(count, dtype=np.int64) * _ID_STEP + _ID_STEP) % _ID_SPACE
    return prefix + pl.Series(number).cast(pl.String).str.zfill(11)


def _money(name: str) -> pl.Expr:
    """Minor units of two decimals as an amount in major units."""
    return (pl.col(name).cast(pl.Decimal(18, 0)) * pl.lit("0.01").cast(MONEY)).cast(MONEY).alias(name)


def _parties(parties: World, owed: Obligors, ids: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    count = len(ids)
    firm = np.where(rng.random(count) < 0.01, "financial", "corporate")
    kind = np.where(parties.is_person, "person", np.where(owed.is_bank, "bank", firm))
    is_obligor = np.zeros(count, dtype=bool)
    is_obligor[owed.of_facility] = True
    return pl.DataFrame(
        {
            "party_id": ids,
            "name": "Party " + ids,
            "kind": kind,
            "country": credit.choose(_COUNTRIES, count, rng),
            "is_obligor": is_obligor,
            "industry": credit.choose(_INDUSTRIES, count, rng),
            "region": credit.choose(_REGIONS, count, rng),
        }
    )


def _relationships(rows: pl.DataFrame, party_ids: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    """Held for years; one in fifty has ended, one in thirty is doubtful or rejected."""
    count = rows.height
    return rows.select(
        relationship_id=_ids("R", count),
        source_party_id=party_ids.gather(rows["source"]),
        target_party_id=party_ids.gather(rows["target"]),
        kind="kind",
        basis="basis",
        voting_bp=pl.col("voting_bp").cast(pl.Int32),
        dependence_bp=pl.col("dependence_bp").cast(pl.Int32),
        amount=_money("amount"),
        currency=pl.when(pl.col("amount").is_not_null()).then(pl.lit("CNY")),
        is_mutual="is_mutual",
        assessment=credit.choose(_ASSESSMENTS, count, rng),
        valid_from=pl.lit(AS_OF) - pl.duration(days=pl.lit(pl.Series(rng.integers(400, 6_000, count)))),
        valid_to=pl.when(pl.Series(rng.random(count) < 0.02)).then(pl.lit(AS_OF) - pl.duration(days=90)),
    )


def _facilities(rows: pl.DataFrame, ids: pl.Series, party_ids: pl.Series) -> pl.DataFrame:
    return rows.select(
        facility_id=ids,
        obligor_id=party_ids.gather(rows["obligor"]),
        joint_obligor_ids=party_ids.gather(rows["joint_obligor"]),
        product="product",
        currency="currency",
        commitment=_money("commitment"),
        drawn=_money("drawn"),
        accrued_interest=_money("accrued_interest"),
        provision=_money("provision"),
        is_cancellable="is_cancellable",
        start_date="start_date",
        maturity_date="maturity_date",
        past_due_days=pl.col("past_due_days").cast(pl.Int32),
        loan_class="loan_class",
        refinances_facility_id=ids.gather(rows["refinances"]),
        is_qualifying="is_qualifying",
    )


def _protections(rows: pl.DataFrame, ids: pl.Series, party_ids: pl.Series) -> pl.DataFrame:
    return rows.select(
        protection_id=ids,
        kind="kind",
        provider_id=party_ids.gather(rows["provider"]),
        currency="currency",
        value=_money("value"),
        start_date="start_date",
        maturity_date="maturity_date",
        is_registered="is_registered",
    )


def _capital(parties: World, facilities: pl.DataFrame) -> pl.DataFrame:
    """Capital at which the largest few groups are over a sixth of it, or obligors over an eighth."""
    owed = np.bincount(
        facilities["obligor"], weights=facilities["at_stake_cny"], minlength=len(parties.parent)
    )
    by_group = np.bincount(parties.anchor, weights=owed)
    least = max(_nth_largest(by_group) * 6, _nth_largest(owed) * 8)
    tier1 = round(least / 1e9) * 10**9
    rows = [
        (AS_OF, "consolidated", tier1 * 5 // 4, tier1, tier1 * 9 // 10, "CNY"),
        (date(2026, 3, 31), "consolidated", tier1 * 6 // 5, tier1 * 49 // 50, tier1 * 7 // 8, "CNY"),
    ]
    names = ["as_of", "level", "net_capital", "tier1_capital", "cet1_capital", "currency"]
    amounts = [_money(name) for name in names if name.endswith("_capital")]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(amounts)


def _nth_largest(totals: np.ndarray) -> float:
    return float(np.partition(totals, -SUBJECTS_OVER_LIMIT)[-SUBJECTS_OVER_LIMIT])


def _small_tables() -> dict[str, pl.DataFrame]:
    """Exchange rates at two dates, ratings of every country, and the bank itself."""
    rates = pl.DataFrame({"currency": list(RATES), "rate": list(RATES.values())}).with_columns(
        pl.col("rate").cast(RATE)
    )
    dates = pl.DataFrame({"as_of": [date(2026, 5, 31), AS_OF]})
    return {
        "fx_rates": dates.join(rates, how="cross").select("as_of", "currency", "rate"),
        "country_ratings": pl.DataFrame(
            {"country": list(_GRADES), "grade": list(_GRADES.values())}
        ).with_columns(source=pl.lit("agency"), rated_on=date(2026, 1, 15)),
        "bank": pl.DataFrame({"party_id": ["BANK"], "name": ["Example Bank"], "currency": ["CNY"]}),
    }


def main() -> None:
    """Write one book to a folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("--facilities", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    if given.facilities < LEAST_FACILITIES:
        parser.error(f"a book has at least {LEAST_FACILITIES} facilities")
    write(given.facilities, given.out, given.seed)


if __name__ == "__main__":
    main()
