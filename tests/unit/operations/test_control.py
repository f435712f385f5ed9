"""Asking who controls whom and who owns how much, from parties and relationships alone."""

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.control import list_control
from riskmon.operations.import_data import import_bods
from riskmon.rulebook.select import select
from tests import builders
from tests.builders import AS_OF, relationship, shareholding

SHARED = Path(os.environ.get("RISKMON_SHARED_DATA", "/nonexistent"))
GROUPS = SHARED / "real_groups_bods"
BP = "213800LH1BZH3DI6G760"
BP_AMERICA = "549300I2A60VQH7OB113"


def asked(folder, *relationships, known_at=None, as_of=AS_OF):
    ids = sorted({row[end] for row in relationships for end in ("source_party_id", "target_party_id")})
    builders.write_bank(
        folder, parties=[builders.party(party_id) for party_id in ids], relationships=relationships
    )
    return list_control(folder, select(["basel_lex"], as_of=as_of, known_at=known_at))


def of(answer, party_id):
    return next(party for party in answer["parties"] if party["party_id"] == party_id)


def test_control_and_ownership_stand_side_by_side(tmp_path):
    answer = asked(
        tmp_path,
        shareholding("R1", "A", "B", 6_000, economic_bp=9_000),
        shareholding("R2", "B", "C", 6_000),
    )
    assert [party["party_id"] for party in answer["parties"]] == ["A", "B", "C"]
    assert of(answer, "A") == {
        "party_id": "A", "controlled_by": [], "ultimate_controllers": [], "lowest_controller": None,
        "is_joint": False, "is_bridged": False, "owners": [],
    }  # fmt: skip
    # 60 % of the votes and 90 % of the profit of B; 60 % of C: all of the power, and 9/10 * 6/10 of the profit.
    # The tenth of B that nobody recorded is 6/100 of C.
    assert of(answer, "C") == {
        "party_id": "C", "controlled_by": ["B"], "ultimate_controllers": ["A"], "lowest_controller": "B",
        "is_joint": False, "is_bridged": False, "owners": [{"party_id": "A", "share": 0.54, "residual": 0.06}],
    }  # fmt: skip


def test_owners_stand_by_share_then_id_and_a_band_counts_with_its_lower_bound(tmp_path):
    answer = asked(
        tmp_path,
        shareholding("R1", "Z", "F", 2_000),
        shareholding("R2", "Y", "F", 2_000),
        shareholding("R3", "X", "F", None, voting_min_bp=2_501, voting_max_bp=5_000),
        shareholding("R4", "W", "F", None),
        shareholding("R5", "V", "F", 9_000, assessment="rejected"),
    )
    assert [(owner["party_id"], owner["share"]) for owner in of(answer, "F")["owners"]] == [
        ("X", 0.2501), ("Y", 0.2), ("Z", 0.2),
    ]  # fmt: skip


def test_a_ring_that_owns_itself_whole_is_said_to_have_no_end_owner(tmp_path):
    answer = asked(tmp_path, shareholding("R1", "A", "B", 10_000), shareholding("R2", "B", "A", 10_000))
    assert of(answer, "A")["owners"] == of(answer, "B")["owners"] == []
    assert answer["without_end_owner"] == [
        {"party_id": "A", "residual": 1.0},
        {"party_id": "B", "residual": 1.0},
    ]


def test_two_halves_are_a_joint_venture_without_a_controller(tmp_path):
    answer = asked(tmp_path, shareholding("R1", "A", "F", 5_000), shareholding("R2", "B", "F", 5_000))
    firm = of(answer, "F")
    assert (firm["controlled_by"], firm["lowest_controller"], firm["is_joint"]) == ([], None, True)


def test_only_what_was_in_force_and_known_counts(tmp_path):
    links = (
        relationship("R1", "A", "F", valid_to="2026-06-29"),
        relationship("R2", "B", "F", known_since="2026-06-30"),
    )
    assert of(asked(tmp_path, *links), "F")["controlled_by"] == ["B"]
    assert of(asked(tmp_path, *links, known_at=date(2026, 6, 29)), "F")["controlled_by"] == []


def test_the_order_of_rows_changes_nothing(tmp_path):
    links = [
        shareholding("R1", "A", "B", 3_333), shareholding("R2", "P", "B", 3_333), shareholding("R3", "B", "C", 7_777),
        shareholding("R4", "C", "B", 3_334), shareholding("R5", "Q", "C", 2_223), relationship("R6", "A", "P"),
    ]  # fmt: skip
    assert asked(tmp_path / "one", *links) == asked(tmp_path / "other", *links[::-1])


def test_a_book_that_groups_nobody_has_no_line_of_control(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'id = "own"\ntitle = "Own"\ndocument = "Own"\njurisdiction = "CN"\neffective_from = 2020-01-01\n',
        encoding="utf-8",
    )
    with pytest.raises(CallerError, match="groups nobody"):
        list_control(tmp_path, select([str(own)], as_of=AS_OF))


@pytest.mark.skipif(not GROUPS.is_dir(), reason="RISKMON_SHARED_DATA does not name the published sets")
def test_nine_of_110_reported_ultimate_parents_bridge_a_gap_all_in_bp_and_101_agree(tmp_path):
    # Stated by the source of the set, over links that have not ended, for firms with a direct parent.
    import_bods(sorted(GROUPS.glob("*.jsonl")), tmp_path)
    answer = list_control(tmp_path, select(["basel_lex"], as_of=AS_OF))
    links = pl.read_csv(tmp_path / "relationships.csv", infer_schema=False).filter(
        pl.col("valid_to").is_null()
    )
    reports = links.filter(basis="reported_ultimate").join(
        links.filter(basis="consolidation").select("target_party_id").unique(),
        on="target_party_id",
        how="semi",
    )
    pairs = reports.select("source_party_id", "target_party_id").rows()
    firms = {firm: of(answer, firm) for _, firm in pairs}
    bridged = [(parent, firm) for parent, firm in pairs if firms[firm]["is_bridged"]]
    assert (len(pairs), len(bridged), {parent for parent, _ in bridged}) == (110, 9, {BP})
    # One names BP's American holding as ultimate, which reports on other firms below it put under BP in turn.
    further = [(parent, firm) for parent, firm in pairs if parent not in firms[firm]["ultimate_controllers"]]
    assert further == [(BP_AMERICA, "254900BCHAHIH6LIMH46")]
    assert firms["254900BCHAHIH6LIMH46"]["ultimate_controllers"] == [BP]
    holding = of(answer, BP_AMERICA)
    assert (holding["is_bridged"], holding["ultimate_controllers"]) == (True, [BP])
