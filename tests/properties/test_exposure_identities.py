"""What holds of exposures on every book: nothing is lost, more is never less, and order does not matter."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon.domain.terms import Category
from riskmon.exposures import run as measure
from riskmon.ingest import read_bank
from riskmon.rulebook.select import select
from riskmon.validate import run as validate
from tests import builders
from tests.builders import AS_OF

BOOKS = ["apra_aps221", "basel_lex", "cn_group_credit", "cn_large_exposures", "eu_crr", "uk_pra", "us_sccl"]
SELECTION = select(BOOKS, as_of=AS_OF)
PARTIES = [
    builders.party("A", risk_weight_bp=10_000),
    builders.party("B", kind="bank", risk_weight_bp=2_000),
    builders.party("C", kind="bank", country="DE"),
    builders.party("S", kind="sovereign", risk_weight_bp=0),
]
KEYS = ["obligor_key", "book_id"]

cents = st.integers(0, 10**9)
day = st.dates(date(2026, 1, 1), date(2034, 12, 31))
facility = st.fixed_dictionaries(
    {
        "obligor_id": st.sampled_from("ABCS"),
        "product": st.sampled_from(
            ["loan", "bill_acceptance", "performance_guarantee", "commitment", "bond"]
        ),
        "commitment": cents,
        "drawn": cents,
        "provision": st.none() | st.integers(0, 10**6),
        "is_cancellable": st.none() | st.booleans(),
        "is_drawable_on_condition": st.none() | st.booleans(),
        "start_date": st.just(date(2020, 1, 1)),
        "maturity_date": st.none() | day,
        "currency": st.sampled_from(["CNY", "USD"]),
        "parent": st.none() | st.integers(0, 4),
    }
)
protection = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            ["cash_margin", "guarantee", "government_bond", "security", "credit_derivative", "property", "gold"]
        ),
        "provider_id": st.none() | st.sampled_from("ABCS"),
        "value": cents,
        "currency": st.sampled_from(["CNY", "USD"]),
        "start_date": st.none() | st.just(date(2024, 1, 1)),
        "maturity_date": st.none() | day,
        "haircut_class": st.none() | st.sampled_from(["cash", "listed_equity", "other"]),
        "is_used_for_capital": st.none() | st.booleans(),
        "covers": st.lists(st.tuples(st.integers(0, 4), st.none() | cents, st.none() | st.integers(1, 2)),
                           max_size=3, unique_by=lambda cover: cover[0]),
    }
)  # fmt: skip
banks = st.tuples(
    st.lists(facility, min_size=1, max_size=5),
    st.lists(protection, max_size=4),
    st.lists(protection, max_size=4),
)


def text(minor):
    return None if minor is None else f"{minor // 100}.{minor % 100:02d}"


def exposures(facilities, protections, *, is_reversed=False):
    """The tables of the exposure stage on a bank of these rows."""
    rows = [
        {**row, "facility_id": f"F{n}", "parent_facility_id": None if row["parent"] in (None, n) else f"F{row['parent']}"}
        | {name: text(row[name]) for name in ("commitment", "drawn", "provision")}
        for n, row in enumerate(facilities)
    ]  # fmt: skip
    held = [
        {**row, "protection_id": f"P{n}", "value": text(row["value"])} for n, row in enumerate(protections)
    ]
    covers = [
        builders.cover(f"P{n}", f"F{covered}", covered_amount=text(amount), rank=rank)
        for n, row in enumerate(protections)
        for covered, amount, rank in row["covers"]
        if covered < len(facilities)
    ]
    tables = {
        "parties": PARTIES,
        "facilities": [{name: cell for name, cell in row.items() if name != "parent"} for row in rows],
        "protections": [{name: cell for name, cell in row.items() if name != "covers"} for row in held],
        "protection_covers": covers,
        "fx_rates": [builders.fx_rate("USD", "7.1234567891")],
        "capital": [builders.capital()],
        "country_ratings": [{"country": "DE", "source": "S", "grade": "AAA", "rated_on": "2026-01-01"}],
    }
    if is_reversed:
        tables = {name: rows[::-1] for name, rows in tables.items()}
    filled = {name: rows for name, rows in tables.items() if rows}
    with TemporaryDirectory() as folder:
        bank = read_bank(builders.write_bank(Path(folder), **filled), required=())
        return measure(validate(bank, SELECTION), SELECTION)


def own_side(tables):
    """What protection takes off each facility, by facility and book."""
    taken = tables["exposures"].group_by("facility_key", "book_id").agg(pl.col("mitigated_out_minor").sum())
    return {row[:2]: row[2] for row in taken.iter_rows()}


def by_obligor(tables):
    rows = tables["obligor_exposures"].select(*KEYS, "exposure_minor")
    return {row[:2]: row[2] for row in rows.iter_rows()}


@settings(max_examples=15)
@given(banks)
def test_what_leaves_a_party_arrives_at_another_or_is_deducted(bank):
    facilities, held, more = bank
    tables = exposures(facilities, [*held, *more])
    rows = tables["exposures"]
    value = pl.col("exposure_gross_minor") - pl.col("mitigated_out_minor") + pl.col("mitigated_in_minor")
    assert rows.filter(value != pl.col("exposure_minor")).is_empty()
    assert rows.filter(
        (pl.col("exempt_minor") < 0) | (pl.col("exempt_minor") > pl.col("exposure_minor"))
    ).is_empty()
    assert rows.filter(pl.col("exposure_minor") < 0).is_empty()
    subjects = tables["obligor_exposures"]
    parts = pl.sum_horizontal(f"{category.value}_minor" for category in Category)
    assert subjects.filter(parts != pl.col("exposure_minor")).is_empty()
    amounts = [
        "exposure_gross_minor",
        "mitigated_out_minor",
        "mitigated_in_minor",
        "exposure_minor",
        "exempt_minor",
    ]
    assert (
        rows.group_by(KEYS)
        .agg(pl.col(amounts).sum())
        .sort(KEYS)
        .equals(subjects.select(*KEYS, *amounts).sort(KEYS))
    )
    used = (
        tables["protection_uses"]
        .group_by("book_id")
        .agg(
            out=pl.col("applied_minor").sum(),
            moved=pl.col("applied_minor").filter(pl.col("is_substitution")).sum(),
        )
    )
    crossed = rows.group_by("book_id").agg(
        out=pl.col("mitigated_out_minor").sum(), moved=pl.col("mitigated_in_minor").sum()
    )
    zero = dict.fromkeys(BOOKS, (0, 0))
    assert zero | {row[0]: row[1:] for row in used.iter_rows()} == {
        row[0]: row[1:] for row in crossed.iter_rows()
    }


@settings(max_examples=10)
@given(banks)
def test_one_more_protection_never_takes_less_off_a_facility(bank):
    facilities, held, more = bank
    before, after = own_side(exposures(facilities, held)), own_side(exposures(facilities, [*held, *more]))
    assert [key for key, taken in before.items() if after[key] < taken] == []


@settings(max_examples=10)
@given(banks, facility)
def test_one_more_facility_never_lowers_a_total(bank, added):
    facilities, held, _ = bank
    whole = [
        {**row, "parent": None if row["parent"] == len(facilities) else row["parent"]} for row in facilities
    ]
    fixed = [{**row, "covers": [c for c in row["covers"] if c[0] < len(facilities)]} for row in held]
    before = by_obligor(exposures(whole, fixed))
    after = by_obligor(exposures([*whole, added | {"parent": None}], fixed))
    assert [key for key, minor in before.items() if after[key] < minor] == []


@settings(max_examples=10)
@given(banks)
def test_the_order_of_delivery_changes_nothing(bank):
    facilities, held, more = bank
    told, reversed_ = (
        exposures(facilities, [*held, *more], is_reversed=is_reversed) for is_reversed in (False, True)
    )
    for table, key in (("exposures", ["book_id", "facility_key", "obligor_key", "category"]),
                       ("protection_uses", ["book_id", "facility_key", "protection_key"]),
                       ("obligor_exposures", KEYS)):  # fmt: skip
        assert told[table].sort(key).equals(reversed_[table].sort(key))
