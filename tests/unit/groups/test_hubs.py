"""Which exempt parties would glue groups together, worked out by hand."""

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

PARTIES = [builders.party("S", kind="sovereign", name="The State"), *(builders.party(p) for p in "ABC")]


def found(tmp_path, relationships, parties=PARTIES, books=("basel_lex",), code="hub_cut"):
    bank = builders.write_bank(
        tmp_path / "bank",
        parties=parties,
        relationships=relationships,
        facilities=[builders.facility(f"F{p}", p) for p in "ABC"],
        capital=[builders.capital()],
    )
    tables = run_monitor(bank, select(list(books), as_of=builders.AS_OF), tmp_path / "data").tables
    rows = tables["findings"].filter(finding_code=code)
    return rows.select("subject_id", "row_count", "sample", "message").rows()


@pytest.mark.parametrize(
    ("relationships", "groups"),
    [
        ([("S", 6000, "A"), ("S", 5001, "B")],                      ["A", "B"]),
        ([("S", 6000, "A"), ("S", 5000, "B")],                      []),           # half is no majority: one group only
        ([("S", 6000, "A"), ("S", 3000, "B"), ("S", 2001, "B")],    ["A", "B"]),   # two holdings, one majority
        ([("S", 6000, "A"), ("S", 4600, "B"), ("B", 1000, "B")],    ["A", "B"]),   # 46 of 90 that vote
        ([("S", 6000, "A"), ("S", 6000, "B"), ("A", 6000, "B")],    []),           # A holds B anyway: one group
        ([("S", 6000, "A")],                                        []),
        ([],                                                        []),
    ],
)  # fmt: skip
def test_a_hub_that_keeps_several_groups_apart_is_a_finding(tmp_path, relationships, groups):
    rows = [
        builders.shareholding(f"R{n}", holder, firm, votes)
        for n, (holder, votes, firm) in enumerate(relationships)
    ]
    shown = found(tmp_path, rows)
    assert [(row[0], row[1], row[2]) for row in shown] == ([("S", len(groups), groups)] if groups else [])
    assert all(f"The State would merge {len(groups)} groups under basel_lex" in row[3] for row in shown)


def test_a_corporate_owner_is_no_hub(tmp_path):
    parties = [builders.party("S"), *PARTIES[1:]]
    rows = [builders.shareholding("R1", "S", "A", 6000), builders.shareholding("R2", "S", "B", 6000)]
    assert found(tmp_path, rows, parties) == []


def test_a_hub_is_told_once_for_all_books(tmp_path):
    rows = [builders.shareholding(f"R{p}", "S", p, 6000) for p in "ABC"]
    ((subject, count, sample, message),) = found(tmp_path, rows, books=("cn_group_credit", "basel_lex"))
    assert (subject, count, sample) == ("S", 3, ["A", "B", "C"])
    assert "under basel_lex, cn_group_credit" in message


# The European book follows a government: what it holds is one group, unless the alternative is chosen.
GLUED = [
    ([("S", 6000, "A"), ("S", 6000, "B")],                     ["A", "B"]),
    ([("S", 6000, "A"), ("S", 6000, "B"), ("A", 1, "B")],      []),            # A and B are linked as well
    ([("S", 6000, "A"), ("A", 6000, "B"), ("S", 6000, "C")],   ["A", "C"]),    # B comes with A
    ([("S", 6000, "A")],                                       []),
]  # fmt: skip


@pytest.mark.parametrize(("relationships", "parts"), GLUED)
def test_an_exempt_party_that_alone_holds_a_group_together_is_a_finding(tmp_path, relationships, parts):
    rows = [
        builders.shareholding(f"R{n}", holder, firm, votes)
        for n, (holder, votes, firm) in enumerate(relationships)
    ]
    shown = found(tmp_path, rows, books=("eu_crr",), code="hub_glues")
    assert [(row[0], row[1], row[2]) for row in shown] == ([("S", len(parts), parts)] if parts else [])
    assert all(f"The State alone connects {len(parts)} parts under eu_crr." in row[3] for row in shown)


def test_a_party_that_a_book_cuts_or_sets_apart_glues_nothing(tmp_path):
    rows = [builders.shareholding(f"R{p}", "S", p, 6000) for p in "ABC"]
    assert found(tmp_path, rows, code="hub_glues") == []
    assert found(tmp_path, rows, [builders.party("S"), *PARTIES[1:]], ("eu_crr",), "hub_glues") == []


def test_a_register_that_names_a_party_of_an_exempt_kind_is_run_like_any_other(tmp_path):
    bank = builders.write_bank(
        tmp_path / "bank",
        parties=PARTIES,
        facilities=[builders.facility(f"F{p}", p) for p in "ABC"],
        capital=[builders.capital()],
        related_parties=[{"party_id": each, "related_group_id": "G"} for each in ("S", "A", "B")],
    )
    tables = run_monitor(bank, select(["cn_related_parties"], as_of=builders.AS_OF), tmp_path / "data").tables
    assert tables["group_members"]["party_id"].to_list() == ["A", "B", "S"]
    # 100.00 each of A and B, under the group that is named after its smallest party.
    assert tables["group_exposures"]["exposure_minor"].to_list() == [200_00]
