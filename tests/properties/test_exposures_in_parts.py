"""A bank of any size is measured in parts, and no size of parts changes a number."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskmon.exposures import Lent, in_parts
from riskmon.exposures import run as measure
from riskmon.ingest import read_bank
from riskmon.validate import run as validate
from tests import builders
from tests.properties.test_exposures_together import PARTIES, SELECTION, parts, together

LENT = ("facilities", "protections", "protection_covers")
SIZES = (1, 2, 7, 1_000)
LINE = {
    "limit_id": "L", "subject_kind": "product", "subject_id": "loan", "is_shared": True, "amount": "1.00", "currency": "CNY",
}  # fmt: skip

parent = st.none() | st.integers(0, 3)


def pieced(frames, size):
    """The tables of the stage, put together from the pieces of parts of a size."""
    made = defaultdict(list)
    tables = {name: rows for name, rows in frames.items() if name not in LENT}
    for piece in in_parts(tables, Lent.of(frames), SELECTION, part_size=size):
        for name, rows in piece.items():
            made[name].append(rows)
    return {name: pl.concat(rows) for name, rows in made.items()}


@settings(max_examples=6, deadline=None)
@given(parts(), st.lists(parent, min_size=3, max_size=3), st.sampled_from(["A", "B", "C", "S"]))
def test_the_parts_of_a_bank_come_to_what_it_comes_to_as_a_whole(bank, parents, insurer):
    tables = together(bank)
    for row, above in zip(tables["facilities"], parents, strict=False):
        row["parent_facility_id"] = None if above is None else f"F{above}"
    # Financing booked as facilities too, and limits of the bank's own: remarks and products are told across parts.
    whole = {
        "parties": [*PARTIES, builders.party("FUND", kind="fund")],
        "capital": [builders.capital()],
        "fx_rates": [builders.fx_rate("USD", "7.1234567891")],
        "bank_limits": [LINE],
    } | {table: rows for table, rows in tables.items() if rows}
    whole["facilities"] += [
        builders.facility(
            f"D{n}", product=product, obligor_id=insurer, drawn="7", commitment="70", is_trading_book=True
        )
        for n, product in enumerate(("derivative", "securities_financing", "sale_with_recourse"))
    ]
    with TemporaryDirectory() as folder:
        frames = validate(read_bank(builders.write_bank(Path(folder), **whole), required=()), SELECTION)
    expected = measure(frames, SELECTION)
    for size in SIZES:
        found = pieced(frames, size)
        assert found.keys() == expected.keys()
        for name, rows in found.items():
            assert_frame_equal(rows, expected[name], check_row_order=False)
