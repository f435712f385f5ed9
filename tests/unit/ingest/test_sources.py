"""A bank's folder becomes one typed frame a table."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest import original_rows, read_bank
from tests.builders import capital, cover, facility, party, protection, write_bank

REQUIRED = ("parties", "facilities", "capital")


def test_the_same_bank_in_csv_and_in_parquet_is_read_alike(tmp_path):
    row = facility(joint_obligor_ids=["P2"], is_cancellable=True, past_due_days=3)
    write_bank(tmp_path / "csv", parties=[party()], facilities=[row], capital=[capital()])
    native = row | {
        "commitment": Decimal(row["commitment"]), "drawn": Decimal(row["drawn"]),
        "start_date": date.fromisoformat(row["start_date"]), "maturity_date": date.fromisoformat(row["maturity_date"]),
    }  # fmt: skip
    folder = write_bank(tmp_path / "parquet", parties=[party()], capital=[capital()])
    pl.DataFrame([native]).write_parquet(folder / "facilities.parquet")
    from_csv = read_bank(tmp_path / "csv", required=REQUIRED)["facilities"]
    assert from_csv.equals(read_bank(folder, required=REQUIRED)["facilities"])
    assert from_csv["drawn_minor"].to_list() == [10_000]


@pytest.mark.parametrize("table", REQUIRED)
def test_a_missing_required_table_stops_the_run(tmp_path, table):
    tables = {"parties": [party()], "facilities": [facility()], "capital": [capital()]}
    del tables[table]
    with pytest.raises(CallerError, match=f"lacks the required table {table}"):
        read_bank(write_bank(tmp_path, **tables), required=REQUIRED)


def test_a_missing_required_column_stops_the_run(tmp_path):
    row = party()
    del row["kind"]
    with pytest.raises(CallerError, match="lacks the required column kind"):
        read_bank(write_bank(tmp_path, parties=[row]), required=["parties"])


def test_a_table_that_is_not_delivered_has_no_frame(tmp_path):
    bank = read_bank(write_bank(tmp_path, parties=[party()]), required=["parties"])
    assert sorted(bank) == ["delivered", "parties"]


def test_tables_without_rows_are_read(tmp_path):
    bank = read_bank(write_bank(tmp_path, parties=[], facilities=[], capital=[]), required=REQUIRED)
    assert [bank[table].height for table in REQUIRED] == [0, 0, 0]


def test_what_was_delivered_is_told_with_unknown_columns(tmp_path):
    folder = write_bank(tmp_path, parties=[party(shoe_size="44"), party("P2")])
    bank = read_bank(folder, required=["parties"])
    assert bank["delivered"].rows() == [("parties", 2, ["shoe_size"])]


def test_only_the_tables_asked_for_are_read(tmp_path):
    folder = write_bank(tmp_path, parties=[party()], facilities=[facility()])
    (folder / "capital.csv").write_bytes(b"")
    bank = read_bank(folder, tables=["parties", "relationships"], required=["parties"])
    assert sorted(bank) == ["delivered", "parties"]


def test_a_covered_amount_is_in_the_currency_of_its_protection(tmp_path):
    folder = write_bank(
        tmp_path,
        protections=[protection("G1", currency="JPY", value="500"), protection("G2")],
        protection_covers=[
            cover("G2", covered_amount="1.25"),
            cover("G1", covered_amount="125"),
            cover("G1", covered_amount="1.25"),
            cover("none", covered_amount="1.25"),
        ],
    )
    covers = read_bank(folder, required=())["protection_covers"]
    assert covers["covered_amount_minor"].to_list() == [125, 125, None, None]
    assert covers["faults"].to_list() == [[], [], ["amount_precision"], []]


def test_refused_rows_are_re_read_exactly_as_they_came(tmp_path):
    folder = write_bank(
        tmp_path, parties=[party("P1"), party(" P2 ", name='say "A, B"', shoe_size="44"), party("P3")]
    )
    assert original_rows(folder, None, "parties", [1]).to_dicts() == [
        {"party_id": " P2 ", "name": 'say "A, B"', "kind": "corporate", "country": "CN", "shoe_size": "44"}
    ]
    assert original_rows(folder, None, "parties", [2, 0])["party_id"].to_list() == ["P3", "P1"]
    assert original_rows(folder, None, "parties", []).height == 0


def test_refused_rows_of_parquet_keep_their_own_types(tmp_path):
    rows = pl.DataFrame({"party_id": [1, 2], "kind": ["person", None], "since": [date(2020, 1, 1), None]})
    rows.write_parquet(tmp_path / "parties.parquet")
    assert original_rows(tmp_path, None, "parties", [1]).equals(rows[1:])
