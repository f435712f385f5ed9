"""The reference adds up exactly what plain decimal arithmetic adds up."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import polars as pl

from benchmarks import AS_OF, generate
from benchmarks.reference import booked_by_obligor

MONEY = pl.Decimal(18, 2)


def test_booked_amounts_are_drawn_or_contingent_plus_interest_at_the_newest_rate(tmp_path):
    # A: 100.10 + 0.40 + 50.00 yuan of loans = 150.50; 3.00 dollars of guarantee at 7.1 (not the older 6, nor the
    # later 9) = 21.30. B: a loan of 2.00 dollars and 0.10 interest = 14.91.
    pl.DataFrame(
        {
            "facility_id": ["F1", "F2", "F3", "F4"],
            "obligor_id": ["A", "A", "A", "B"],
            "product": ["loan", "loan", "loan_guarantee", "loan"],
            "currency": ["CNY", "CNY", "USD", "USD"],
            "commitment": [Decimal("500"), Decimal("60"), Decimal("3"), Decimal("9")],
            "drawn": [Decimal("100.10"), Decimal("50"), None, Decimal("2")],
            "accrued_interest": [Decimal("0.40"), None, None, Decimal("0.10")],
        },
        schema_overrides={"commitment": MONEY, "drawn": MONEY, "accrued_interest": MONEY},
    ).write_parquet(tmp_path / "facilities.parquet")
    pl.DataFrame({"party_id": ["A"], "kind": ["corporate"]}).write_parquet(tmp_path / "parties.parquet")
    pl.DataFrame(
        {
            "as_of": [date(2026, 5, 31), AS_OF, date(2026, 7, 31)],
            "currency": ["USD"] * 3,
            "rate": [Decimal("6"), Decimal("7.1"), Decimal("9")],
        },
        schema_overrides={"rate": pl.Decimal(18, 10)},
    ).write_parquet(tmp_path / "fx_rates.parquet")
    pl.DataFrame({"as_of": [AS_OF], "currency": ["CNY"]}).write_parquet(tmp_path / "capital.parquet")

    booked_by_obligor(tmp_path, AS_OF, tmp_path / "out.parquet")

    assert pl.read_parquet(tmp_path / "out.parquet").rows() == [
        ("A", "corporate", "loan", Decimal("150.50")),
        ("A", "corporate", "loan_guarantee", Decimal("21.30")),
        ("B", None, "loan", Decimal("14.91")),
    ]


def test_the_sum_of_a_made_up_book_is_the_sum_in_plain_decimals(tmp_path):
    generate.write(1_000, tmp_path)
    rates = {"CNY": Decimal(1)} | {
        currency: rate
        for as_of, currency, rate in pl.read_parquet(tmp_path / "fx_rates.parquet").sort("as_of").iter_rows()
        if as_of <= AS_OF
    }
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in pl.read_parquet(tmp_path / "facilities.parquet").iter_rows(named=True):
        principal = row["commitment"] if row["drawn"] is None else row["drawn"]
        amount = principal + (row["accrued_interest"] or 0)
        expected[row["obligor_id"], row["product"]] += amount * rates[row["currency"]]

    booked_by_obligor(tmp_path, AS_OF, tmp_path / "out.parquet")

    found = pl.read_parquet(tmp_path / "out.parquet")
    assert {(obligor, product): booked for obligor, _, product, booked in found.iter_rows()} == expected
