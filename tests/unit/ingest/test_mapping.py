"""A bank keeps its own names for files and columns."""

from pathlib import Path

import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest import original_rows, read_bank, read_mapping


def mapping_file(folder: Path, text: str) -> Path:
    path = folder / "names.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mapped_files_and_columns_are_read_under_our_names(tmp_path):
    (tmp_path / "customers.csv").write_text("CUST_NO,kind,party_id\nC1,person,old\n", encoding="utf-8")
    names = read_mapping(
        mapping_file(tmp_path, '[tables]\nparties = "customers"\n[parties]\nparty_id = "CUST_NO"\n')
    )
    bank = read_bank(tmp_path, mapping=names, required=["parties"])
    assert bank["parties"].select("party_id", "kind").rows() == [("C1", "person")]
    # The bank's own column of our name is not ours once another is mapped to it.
    assert bank["delivered"]["unknown_columns"].to_list() == [["party_id"]]
    assert original_rows(tmp_path, names, "parties", [0]).to_dicts() == [
        {"CUST_NO": "C1", "kind": "person", "party_id": "old"}
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[parties\n", "cannot be read"),
        ('[customers]\nparty_id = "A"\n', r"the section \[customers\]"),
        ('[parties]\ncust_no = "party_id"\n', r"'cust_no' in \[parties\]"),
        ('[tables]\ncustomers = "parties"\n', r"'customers' in \[tables\]"),
        ("[parties]\nparty_id = 7\n", "not a list of names"),
        ('parties = "customers"\n', "not a list of names"),
    ],
)
def test_a_mapping_that_maps_nothing_of_ours_is_refused(tmp_path, text, message):
    with pytest.raises(CallerError, match=message):
        read_mapping(mapping_file(tmp_path, text))


def test_a_mapping_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CallerError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


def test_a_mapped_column_or_file_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "parties.csv").write_text("party_id,kind\nC1,person\n", encoding="utf-8")
    with pytest.raises(CallerError, match="'CUST_NO'"):
        read_bank(tmp_path, mapping={"parties": {"party_id": "CUST_NO"}}, required=["parties"])
    with pytest.raises(CallerError, match="'ratings_2026'"):
        read_bank(tmp_path, mapping={"tables": {"ratings": "ratings_2026"}}, required=["parties"])
