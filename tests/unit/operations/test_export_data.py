import json
from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.export_data import export_bods_of_folder, export_bods_of_run
from riskmon.operations.import_data import import_files
from tests.bods_statements import entity, interest, owns, person, write_package


@pytest.fixture
def bank(tmp_path):
    package = write_package(
        tmp_path / "package.json", [entity(), person(), owns("R", interest("votingRights", {"exact": 60}))]
    )
    import_files("bods", [package], tmp_path / "bank")
    return tmp_path / "bank"


@pytest.mark.parametrize("name", ["out.json", "out.jsonl"])
def test_what_is_exported_can_be_imported_and_is_the_same(tmp_path, bank, name):
    out = tmp_path / "new" / name
    result = export_bods_of_folder(bank, out, publisher="A bank", published_on=date(2026, 6, 30))
    assert (result.statements, result.untold) == (3, ())
    import_files("bods", [out], tmp_path / "again")
    for table in ("parties.csv", "import_findings.csv"):
        assert (tmp_path / "again" / table).read_bytes() == (bank / table).read_bytes()
    line = (tmp_path / "again" / "relationships.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.startswith("R,P,A,shareholding,,6000,")


@pytest.mark.parametrize(("name", "text"), [("out.json", "[]\n"), ("out.jsonl", "")])
def test_a_bank_without_parties_is_an_empty_package(tmp_path, bank, name, text):
    for table in ("parties", "relationships"):
        path = bank / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    export_bods_of_folder(bank, tmp_path / name, publisher="A bank")
    assert (tmp_path / name).read_text(encoding="utf-8") == text


def test_what_cannot_be_said_is_part_of_the_result(tmp_path, bank):
    path = bank / "relationships.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("R,P,A,shareholding", "R,P,A,guarantee"), encoding="utf-8"
    )
    told = export_bods_of_folder(bank, tmp_path / "out.json", publisher="A bank").as_dict()
    assert json.loads(json.dumps(told))["untold"] == [
        {"table": "relationships", "what": "guarantee", "row_count": 1,
         "reason": "the standard has interests only, and this is none"}
    ]  # fmt: skip


def test_a_missing_folder_run_and_an_unwritable_file_are_the_callers_mistake(tmp_path, bank):
    with pytest.raises(CallerError):
        export_bods_of_folder(tmp_path / "missing", tmp_path / "out.json", publisher="A bank")
    with pytest.raises(CallerError, match="cannot be written"):
        export_bods_of_folder(bank, bank, publisher="A bank")
    with pytest.raises(CallerError):
        export_bods_of_run(tmp_path / "data", None, tmp_path / "out.json", publisher="A bank")
