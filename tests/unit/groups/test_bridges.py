"""Reported ultimate parents count only where the recorded links have a gap; who is nearest and who holds jointly."""

import pytest

from riskmon.groups.stage import party_controllers, party_groups
from riskmon.rulebook.select import select
from tests import builders
from tests.builders import relationship, shareholding

BOOK = select(["basel_lex"], as_of=builders.AS_OF).books[0]


def reported(relationship_id, source, target, **more):
    return relationship(relationship_id, source, target, basis="reported_ultimate", **more)


def frames(folder, *relationships):
    ids = sorted({row[end] for row in relationships for end in ("source_party_id", "target_party_id")})
    return builders.validated(
        folder, parties=[builders.party(party_id) for party_id in ids], relationships=relationships
    )


def controllers(folder, *relationships):
    """Per party: controlled_by, ultimate_controllers, lowest_controller, is_joint, is_bridged."""
    tables = frames(folder, *relationships)
    ids = tables["parties"].sort("party_key")["party_id"].to_list()
    found = party_controllers(tables["parties"], tables["relationships"], BOOK.grouping)
    return {
        ids[row["party_key"]]: (
            "".join(ids[key] for key in row["controlled_by"]),
            "".join(ids[key] for key in row["ultimate_controllers"]),
            None if row["lowest_controller"] is None else ids[row["lowest_controller"]],
            row["is_joint"],
            row["is_bridged"],
        )
        for row in found.iter_rows(named=True)
    }


# fmt: off
@pytest.mark.parametrize(
    ("links",                                                                            "of_firm"),
    [
        # P holds D, D holds F: the report of P adds nothing, and D alone controls F directly
        ([relationship("1", "P", "D"), relationship("2", "D", "F"), reported("3", "P", "F")],
                                                                                         ("D", "P", "D", False, False)),
        # nothing is recorded above D: the report bridges, and D is nearer than P although P and B sort before it
        ([relationship("2", "D", "F"), reported("3", "B", "F")],                         ("BD", "B", "D", False, True)),
        # no direct parent at all
        ([reported("3", "P", "F")],                                                      ("P", "P", "P", False, True)),
        # somebody stands above the reported parent, which controls F by direct links: there is no gap
        ([relationship("1", "W", "P"), relationship("2", "P", "D"), relationship("4", "D", "F"), reported("3", "P", "F")],
                                                                                         ("D", "W", "D", False, False)),
        # the reported parent is one of a ring at the top, named by its smallest id
        ([relationship("1", "A", "P"), relationship("4", "P", "A"), relationship("2", "P", "F"), reported("3", "P", "F")],
                                                                                         ("P", "A", "P", False, False)),
        # a rejected link fills no gap; a rejected report fills none either
        ([relationship("1", "P", "D", assessment="rejected"), relationship("2", "D", "F"), reported("3", "P", "F")],
                                                                                         ("DP", "P", "D", False, True)),
        ([relationship("2", "D", "F"), reported("3", "P", "F", assessment="rejected")],  ("D", "D", "D", False, False)),
        # pooled votes are direct links too: P holds A, and both hold 30 % of F
        ([shareholding("1", "P", "A", 6_000), shareholding("2", "P", "F", 3_000), shareholding("3", "A", "F", 3_000),
          reported("4", "P", "F")],                                                      ("P", "P", "P", True, False)),
    ],
)
def test_a_reported_ultimate_parent_bridges_a_gap_and_nothing_else(tmp_path, links, of_firm):
    assert controllers(tmp_path, *links)["F"] == of_firm


@pytest.mark.parametrize(
    ("links",                                                                            "of_firm"),
    [
        # A controls B, and both are recorded over F: B is the nearest, though A sorts first
        ([relationship("1", "A", "B"), relationship("2", "A", "F"), relationship("3", "B", "F")],
                                                                                         ("AB", "A", "B", False, False)),
        # F and B control each other, A controls both: B is not nearer to F than A, for F stands above B as well
        ([relationship("1", "A", "F"), relationship("2", "B", "F"), relationship("3", "F", "B")],
                                                                                         ("AB", "A", "A", False, False)),
        # half and half: nobody controls, two hold it jointly
        ([shareholding("1", "A", "F", 5_000), shareholding("2", "B", "F", 5_000)],       ("", "", None, True, False)),
        # the second half lies with two firms of one parent
        ([shareholding("1", "A", "F", 5_000), shareholding("2", "B", "F", 2_000), shareholding("3", "C", "F", 3_000),
          relationship("4", "P", "B"), relationship("5", "P", "C")],                     ("", "", None, True, False)),
        # 45 and 45 of 90, the rest is treasury stock
        ([shareholding("1", "A", "F", 4_500), shareholding("2", "B", "F", 4_500), shareholding("3", "F", "F", 1_000)],
                                                                                         ("", "", None, True, False)),
        # a third each is three hands; half and 49 % leaves somebody unrecorded
        ([shareholding("1", "A", "F", 3_334), shareholding("2", "B", "F", 3_333), shareholding("3", "C", "F", 3_333)], None),
        ([shareholding("1", "A", "F", 5_000), shareholding("2", "B", "F", 4_900)],       None),
        # an agreement gives the firm to A
        ([shareholding("1", "A", "F", 5_000), shareholding("2", "B", "F", 5_000), relationship("3", "A", "F", basis="contract")],
                                                                                         ("A", "A", "A", False, False)),
    ],
)
def test_the_nearest_controller_and_joint_ventures(tmp_path, links, of_firm):
    assert controllers(tmp_path, *links).get("F") == of_firm
# fmt: on


def test_a_bridge_is_control_in_the_group_and_an_idle_report_is_no_short_cut(tmp_path):
    tables = frames(
        tmp_path,
        relationship("R1", "P", "D"),
        relationship("R2", "D", "F"),
        reported("R3", "P", "F"),
        reported("R4", "P", "X"),
    )
    members = party_groups(tables["parties"], tables["relationships"], BOOK)["group_members"]
    ids = tables["parties"].sort("party_key")["party_id"].to_list()
    names = tables["relationships"].sort("relationship_key")["relationship_id"].to_list()
    assert {ids[row["party_key"]]: [names[key] for key in row["reason"]] for row in members.to_dicts()} == {
        "P": [],
        "D": ["R1"],
        "F": ["R1", "R2"],
        "X": ["R4"],
    }


def test_who_stands_between_a_firm_and_its_reported_parent_is_bridged_too(tmp_path):
    found = controllers(
        tmp_path, relationship("1", "D", "E"), relationship("2", "E", "F"), reported("3", "P", "F")
    )
    assert found == {
        "D": ("P", "P", "P", False, True),
        "E": ("D", "P", "D", False, False),
        "F": ("EP", "P", "E", False, True),
    }


def test_a_report_of_somebody_on_the_way_makes_no_ring(tmp_path):
    # D controls P and F; that P is the ultimate parent of F can at most mean that P stands between.
    found = controllers(
        tmp_path, relationship("1", "D", "P"), relationship("2", "D", "F"), reported("3", "P", "F")
    )
    assert found == {"F": ("DP", "D", "P", False, True), "P": ("D", "D", "D", False, False)}


def test_where_a_doubt_would_fill_the_gap_the_report_is_idle_only_if_confirmed(tmp_path):
    tables = frames(
        tmp_path,
        relationship("R1", "P", "D", assessment="doubtful"),
        relationship("R2", "D", "F"),
        reported("R3", "P", "F"),
    )
    found = party_groups(tables["parties"], tables["relationships"], BOOK)
    names = tables["relationships"].sort("relationship_key")["relationship_id"].to_list()

    def reasons(table):
        return sorted(
            [names[key] for key in row["reason"]] for row in found[table].to_dicts() if row["reason"]
        )

    # D lies between: it controls F, whose ultimate parent P is said to be
    assert reasons("group_members") == [["R3"], ["R3"]]
    assert reasons("if_confirmed_members") == [["R1"], ["R1", "R2"]]
