import json

import pytest

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.files import column_names
from riskmon.operations.import_data import FORMATS, import_bods, import_files, import_percent_holdings
from tests.bods_statements import entity, interest, owns, person, write_package

HOLDINGS = "accession_number,company_cik,owner_key,percent_of_class\n0000000001-20-000001,1,2,\n"


def test_an_import_writes_a_folder_that_is_a_bank(tmp_path):
    package = write_package(
        tmp_path / "package.json",
        [entity(), person(), owns("R", interest("votingRights", {"exact": 60}, startDate="2020-01-31"))],
    )
    result = import_bods([package], tmp_path / "new" / "bank")
    assert (result.parties, result.relationships, result.findings) == (2, 1, {})
    for name in ("parties", "relationships"):
        path = tmp_path / "new" / "bank" / f"{name}.csv"
        assert path in result.files
        assert column_names(path) == [column.name for column in INPUT_TABLES[name].columns]
    line = (tmp_path / "new" / "bank" / "relationships.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.startswith("R,P,A,shareholding,,6000,")
    assert "2020-01-31" in line


def test_findings_are_counted_by_code_and_written_one_a_line(tmp_path):
    (tmp_path / "holdings.csv").write_text(HOLDINGS, encoding="utf-8")
    result = import_percent_holdings([tmp_path / "holdings.csv"], tmp_path / "bank")
    assert result.findings == {"share_unknown": 1}
    lines = (tmp_path / "bank" / "import_findings.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "finding_code,statement_id,record_id,message"
    assert len(lines) == 2


def test_a_result_can_be_told_as_json(tmp_path):
    (tmp_path / "holdings.csv").write_text(HOLDINGS, encoding="utf-8")
    told = import_percent_holdings([tmp_path / "holdings.csv"], tmp_path / "bank").as_dict()
    assert json.loads(json.dumps(told))["parties"] == 2


@pytest.mark.parametrize("data_format", sorted(FORMATS))
def test_what_cannot_be_read_is_the_callers_mistake_and_writes_nothing(tmp_path, data_format):
    (tmp_path / "junk").write_bytes(b"\x00\xff not data")
    for files in ([tmp_path / "missing"], [tmp_path / "junk"], [tmp_path], []):
        with pytest.raises(CallerError):
            import_files(data_format, files, tmp_path / "bank")
    assert not (tmp_path / "bank").exists()


def test_an_unknown_format_is_the_callers_mistake(tmp_path):
    with pytest.raises(CallerError, match="bods"):
        import_files("xbrl", [tmp_path / "a"], tmp_path / "bank")


def test_a_file_where_the_folder_should_be_is_the_callers_mistake(tmp_path):
    package = write_package(tmp_path / "package.json", [entity()])
    with pytest.raises(CallerError, match="cannot be written"):
        import_bods([package], package)
