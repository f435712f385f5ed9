import json
from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.export_data import export_bods_of_folder, export_bods_of_run
from riskmon.operations.import_data import import_files
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders
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


@pytest.mark.parametrize(("day", "published"), [(None, "2026-06-30"), (date(2026, 7, 15), "2026-07-15")])
def test_a_run_is_exported_with_the_periods_and_shares_that_were_delivered(tmp_path, day, published):
    holding = builders.shareholding(
        "R1", "A", "B", None, voting_min_bp=2_501, voting_max_bp=5_000, economic_bp=3_000,
        valid_from="2024-01-01", valid_to="2030-12-31", known_since="2024-02-01",
    )  # fmt: skip
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("B")],
        relationships=[holding],
        facilities=[builders.facility("F1", "A")],
        capital=[builders.capital()],
    )
    run_monitor(tmp_path / "bank", select(["basel_lex"], as_of=builders.AS_OF), tmp_path / "data")
    out = tmp_path / "out.json"
    export_bods_of_run(tmp_path / "data", None, out, publisher="A bank", published_on=day)
    said = {each["recordId"]: each for each in json.loads(out.read_text(encoding="utf-8"))}
    period = {"startDate": "2024-01-01", "endDate": "2030-12-31"}
    votes, capital = said["R1"]["recordDetails"]["interests"]
    assert votes["share"] == {"exclusiveMinimum": 25, "maximum": 50}
    assert capital["share"] == {"exact": 30}
    assert votes.items() >= period.items()
    assert said["R1"]["statementDate"] == "2024-02-01"
    assert said["A"]["publicationDetails"]["publicationDate"] == published
