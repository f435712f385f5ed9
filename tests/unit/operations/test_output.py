"""Output tables: keys become ids again, and only what says something new is written."""

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders


def test_only_groups_that_doubt_would_change_are_written_as_if_confirmed(tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party(name) for name in "ABCD"],
        relationships=[
            builders.relationship("R1", "A", "B"),
            builders.relationship("R2", "C", "D", assessment="doubtful"),
        ],
        facilities=[builders.facility(f"F{name}", name) for name in "ABCD"],
        capital=[builders.capital()],
    )
    tables = run_monitor(
        tmp_path / "bank", select(["basel_lex"], as_of=builders.AS_OF), tmp_path / "data"
    ).tables
    columns = ("group_id", "party_id", "reason")
    assert tables["if_confirmed_members"].select(columns).rows() == [
        ("basel_lex/C", "C", []),
        ("basel_lex/C", "D", ["R2"]),
    ]
    assert tables["group_members"].select(columns).rows() == [
        ("basel_lex/A", "A", []),
        ("basel_lex/A", "B", ["R1"]),
        ("basel_lex/C", "C", []),
        ("basel_lex/D", "D", []),
    ]
