"""Rows that share an id: identical ones count once, different ones not at all."""

import polars as pl

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.cells import typed_rows
from riskmon.validate.duplicates import duplicate_rows
from tests.builders import cover, facility, party


def refused(table: str, *rows: dict[str, object]) -> list[tuple[int, str]]:
    """Position and code of the rows refused, sorted."""
    cells = [{name: None if cell is None else str(cell) for name, cell in row.items()} for row in rows]
    frame = typed_rows(pl.DataFrame(cells, infer_schema_length=None), INPUT_TABLES[table])
    return sorted(duplicate_rows(frame, INPUT_TABLES[table]).rows())


def test_of_identical_rows_the_first_stands():
    rows = [party("P1"), party("P2"), party("P1"), party("P1")]
    assert refused("parties", *rows) == [(2, "id_duplicate"), (3, "id_duplicate")]


def test_rows_are_identical_by_what_they_say_not_by_how_it_is_spelt():
    assert refused("facilities", facility(drawn="7.5"), facility(drawn="7.50")) == [(1, "id_duplicate")]


def test_of_different_rows_with_one_id_none_stands():
    rows = [party("P1"), party("P1", name="another"), party("P1")]
    assert refused("parties", *rows) == [(0, "id_conflict"), (1, "id_conflict"), (2, "id_conflict")]


def test_an_empty_cell_differs_from_a_filled_one():
    assert refused("parties", party("P1"), party("P1", name=None)) == [(0, "id_conflict"), (1, "id_conflict")]


def test_lists_are_compared():
    same = [facility(joint_obligor_ids="A;B"), facility(joint_obligor_ids="A;B")]
    assert refused("facilities", *same) == [(1, "id_duplicate")]
    other = [facility(joint_obligor_ids="A;B"), facility(joint_obligor_ids="A")]
    assert refused("facilities", *other) == [(0, "id_conflict"), (1, "id_conflict")]


def test_a_row_that_cannot_be_read_is_not_the_same_as_one_with_an_empty_cell():
    rows = [facility(past_due_days="many"), facility(past_due_days=None), facility("F2", past_due_days=3)]
    assert refused("facilities", *rows) == [(0, "id_conflict"), (1, "id_conflict")]


def test_rows_without_an_id_are_no_duplicates_of_each_other():
    assert refused("parties", party(None), party(None)) == []


def test_an_optional_part_of_a_key_may_be_empty():
    by_facility, by_party = cover("G1", "F1"), cover("G1", None, party_id="P1")
    assert refused("protection_covers", by_facility, by_party) == []
    assert refused("protection_covers", by_facility, by_facility, by_party) == [(1, "id_duplicate")]


def test_the_same_rows_are_conflicts_in_any_order():
    rows = [party("P1", name="b"), party("P1", name="a"), party("P2")]
    assert {code for _, code in refused("parties", *rows)} == {
        code for _, code in refused("parties", *rows[::-1])
    }
