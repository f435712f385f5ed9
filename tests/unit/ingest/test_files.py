"""Files that are not what they say stop the run with one clear message."""

from pathlib import Path

import polars as pl
import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest.files import column_names, find_tables, read_rows

HEADER = b"party_id,name,kind\n"


def parties_csv(folder: Path, content: bytes) -> Path:
    path = folder / "parties.csv"
    path.write_bytes(content)
    return path


DAMAGED_FILES = [
    # content, message
    (b"",                                        "is empty"),
    (b"\n\n",                                    "is empty"),
    (HEADER + "P1,Café,corporate\n".encode("latin1"), "cannot be read"),
    ("party_id,name\n".encode("utf-16"),         "cannot be read"),
    (HEADER + b"P1,A,corporate,extra\n",         "Line 2 .* has 4 cells, its header 3"),
    (HEADER + b"P1,A,corporate\nP2,B\n",         "Line 3 .* has 2 cells, its header 3"),      # cut off
    (HEADER + b'P1,"A\nstill A",corporate\nP2\n', "Line 4 .* has 1 cells, its header 3"),
    (HEADER + b'P1,"A,corporate\nP2,B,person\n', "cannot be read|has 2 cells"),               # a quote left open
    (b"party_id,name,name\nP1,A,B\n",            "column 'name' twice"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), DAMAGED_FILES)
def test_a_damaged_csv_file_is_refused_whole(tmp_path, content, message):
    path = parties_csv(tmp_path, content)
    with pytest.raises(CallerError, match=message):
        read_rows(path)


SOUND_FILES = [
    # content, names
    (HEADER,                                     []),                      # a header alone is a table without rows
    (HEADER.rstrip(),                            []),
    (HEADER + b"P1,A,corporate",                 ["A"]),                   # no line end at the end
    (HEADER + b"P1,A,corporate\n\n\n",           ["A"]),                   # blank lines are no rows
    (b"party_id,name,kind\r\nP1,A,corporate\r\n\r\n", ["A"]),
    (b"\xef\xbb\xbf" + HEADER + b"P1,A,corporate\n", ["A"]),               # a byte order mark
    (HEADER + b"P1,A,corporate\n,,\n",           ["A", ""]),               # a row of nothing is a row
    (HEADER + b'P1,A,corporate\n"","",""\n',     ["A", ""]),
    (HEADER + b"\nP1,A,corporate\n,,\n",         ["", "A", ""]),           # refused rather than lost
    (HEADER + b'P1,"A, B",corporate\n',          ["A, B"]),
    (HEADER + b'P1,"say ""A""",corporate\n',     ['say "A"']),
    (HEADER + b'P1,"A\nB,C",corporate\n',        ["A\nB,C"]),
    (HEADER + b"P1,,corporate\nP2, ,person\n",   ["", " "]),
    (HEADER + "P1,某某公司,corporate\n".encode(), ["某某公司"]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "names"), SOUND_FILES)
def test_a_sound_csv_file_is_read_as_text(tmp_path, content, names):
    rows = read_rows(parties_csv(tmp_path, content))
    assert rows["name"].to_list() == names
    assert rows["party_id"].dtype == pl.String


def test_leading_zeros_and_numbers_in_csv_stay_text(tmp_path):
    assert read_rows(parties_csv(tmp_path, HEADER + b"007,1e5,true\n")).row(0) == ("007", "1e5", "true")


def test_a_parquet_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "parties.parquet").write_bytes(b"PAR1 but nothing of it PAR1")
    with pytest.raises(CallerError, match="cannot be read"):
        read_rows(tmp_path / "parties.parquet")


def test_parts_of_a_folder_are_one_table_in_the_order_of_their_names(tmp_path):
    folder = tmp_path / "parties"
    folder.mkdir()
    pl.DataFrame({"party_id": ["B"]}).write_parquet(folder / "part-2.parquet")
    pl.DataFrame({"party_id": ["A"]}).write_parquet(folder / "part-1.parquet")
    assert find_tables(tmp_path, None) == {"parties": folder}
    assert read_rows(folder)["party_id"].to_list() == ["A", "B"]
    assert column_names(folder) == ["party_id"]


def test_parts_that_differ_in_their_columns_are_refused(tmp_path):
    folder = tmp_path / "parties"
    folder.mkdir()
    pl.DataFrame({"party_id": ["A"]}).write_parquet(folder / "a.parquet")
    pl.DataFrame({"party": ["B"]}).write_parquet(folder / "b.parquet")
    with pytest.raises(CallerError, match="cannot be read"):
        read_rows(folder)


def test_a_folder_without_parts_is_refused(tmp_path):
    (tmp_path / "parties").mkdir()
    with pytest.raises(CallerError, match="no Parquet part"):
        read_rows(tmp_path / "parties")


def test_a_table_delivered_twice_is_refused(tmp_path):
    parties_csv(tmp_path, HEADER)
    pl.DataFrame({"party_id": ["A"]}).write_parquet(tmp_path / "parties.parquet")
    with pytest.raises(CallerError, match=r"parties\.csv and parties\.parquet"):
        find_tables(tmp_path, None)


def test_a_missing_folder_and_an_empty_one_are_refused(tmp_path):
    with pytest.raises(CallerError, match="There is no folder"):
        find_tables(tmp_path / "nowhere", None)
    with pytest.raises(CallerError, match="holds no table"):
        find_tables(tmp_path, None)


def test_files_that_are_no_table_of_ours_are_left_alone(tmp_path):
    parties_csv(tmp_path, HEADER)
    for name in ("stories.json", "choices.toml", "README.txt", "notes.csv"):
        (tmp_path / name).write_text("not a table", encoding="utf-8")
    assert list(find_tables(tmp_path, None)) == ["parties"]
