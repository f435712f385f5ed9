"""What the figures are compared with: DuckDB doing only the join and the sum of the same Parquet files.

Booked amount in reporting currency per obligor and product: facilities with exchange rates and parties. No rules,
no checks, no groups: the least that any full run has to pay. Run as
`python -m benchmarks.reference --input DIR --as-of DATE --out FILE`.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

THREADS: Final = 2

_QUERY: Final = """
    with latest as (
        select currency, arg_max(rate, as_of) as rate from fx_rates where as_of <= $as_of group by currency
    ),
    base as (select arg_max(currency, as_of) as currency from capital where as_of <= $as_of),
    owed as (
        select obligor_id, product, currency,
               sum(coalesce(drawn, commitment)) as principal, sum(coalesce(accrued_interest, 0)) as interest
        from facilities group by all
    )
    select owed.obligor_id, parties.kind, owed.product,
           sum((owed.principal + owed.interest)::decimal(20, 2)
               * case when owed.currency = base.currency then 1 else latest.rate end) as booked
    from owed cross join base
    left join latest on latest.currency = owed.currency
    left join parties on parties.party_id = owed.obligor_id
    group by all
    order by owed.obligor_id, owed.product
"""


def booked_by_obligor(folder: Path, as_of: date, out: Path) -> None:
    """Write obligor_id, kind, product, booked (reporting currency, major units, exact) as Parquet.

    Args:
        folder: a book in the input contract, one Parquet file a table.
        as_of: the newest exchange rates on or before this date are used.
        out: the file to write.
    """
    with duckdb.connect(config={"threads": THREADS}) as connection:
        for name in ("facilities", "parties", "fx_rates", "capital"):
            connection.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
        connection.sql(_QUERY, params={"as_of": as_of}).write_parquet(str(out))


def main() -> None:
    """Run the reference once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    booked_by_obligor(given.input, given.as_of, given.out)


if __name__ == "__main__":
    main()
