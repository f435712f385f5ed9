"""Why a group holds together: sentences, single links and pairs, on banks small enough to work out by hand."""

import pytest

from riskmon.domain.errors import NotFoundError
from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders
from tests.snapshot_builder import write_snapshot


def holding(number, holder, firm, votes, **changes):
    return builders.shareholding(f"R{number}", holder, firm, votes, **changes)


def reliance(number, on, dependent, basis, **changes):
    return builders.relationship(
        f"R{number}", on, dependent, kind="economic_dependence", basis=basis, **changes
    )


# Three subsidiaries, none with a majority, carry M for their parent: 18 + 17 + 16 = 51 %.
COALITION = [
    holding(1, "P", "A", 8000), holding(2, "P", "B", 7000), holding(3, "P", "C", 6000),
    holding(4, "A", "M", 1800), holding(5, "B", "M", 1700), holding(6, "C", "M", 1600),
]  # fmt: skip


def bank(tmp_path, relationships, *, owes="ABCDMP", books=("basel_lex",), kinds=()):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party(p, name=f"{p} Ltd", kind=dict(kinds).get(p, "corporate")) for p in "ABCDMP"],
        relationships=relationships,
        facilities=[builders.facility(f"F{p}", p) for p in owes],
        capital=[builders.capital()],
    )
    run_monitor(tmp_path / "bank", select(list(books), as_of=builders.AS_OF), tmp_path / "data")
    return read.Snapshots(tmp_path / "data")


def sentences(snapshots, group_id):
    return {
        m["party_id"]: (m["sentence_en"], m["sentence_zh"])
        for m in read.group(snapshots, group_id)["members"]
    }


def clause_of(snapshots, book_id="basel_lex"):
    """The places of the grouping and of its first dependence test, as the edition has them."""
    edition = next(b.edition for b in select([book_id], as_of=builders.AS_OF).books)
    return (
        edition.document,
        edition.grouping[0].source.clause,
        edition.grouping[0].dependence_tests[0].source.clause,
    )


def test_a_holding_and_a_dependence_are_told_with_share_and_clause(tmp_path):
    snapshots = bank(
        tmp_path, [holding(1, "A", "B", 6000), reliance(2, "B", "C", "receipts", dependence_bp=8000)]
    )
    document, control, dependence = clause_of(snapshots)
    told = sentences(snapshots, "basel_lex/A")
    assert told["A"][0] == "A Ltd heads the group: the others stand or fall with it."
    assert told["B"] == (
        f"B Ltd is one risk with A Ltd, which holds 60 % of the votes in B Ltd ({document}, {control}).",
        f"B Ltd与A Ltd构成同一风险：A Ltd持有B Ltd60%的表决权（{document}，{control}）。",
    )
    assert told["C"][0] == (
        "C Ltd is one risk with A Ltd, which holds 60 % of the votes in B Ltd; C Ltd earns 80 % of its receipts"
        f" from B Ltd ({document}, {control}; {dependence})."
    )


def test_joint_control_is_told_with_every_holding_of_the_coalition(tmp_path):
    english, chinese = sentences(bank(tmp_path, COALITION), "basel_lex/P")["M"]
    assert (
        "; P Ltd, with what it controls, holds 51 % of the votes (of them A Ltd 18 %, B Ltd 17 %, C Ltd 16 %) in M Ltd ("
        in english
    )
    assert "P Ltd连同其控制的各方合计持有M Ltd51%的表决权" in chinese


@pytest.mark.parametrize(
    ("relationships", "said"),
    [
        ([holding(1, "A", "B", 3000), holding(2, "A", "B", 2001)], ", which holds 50.01 % of the votes in B Ltd"),
        ([holding(1, "A", "B", None, voting_min_bp=5001)], ", which holds at least 50.01 % of the votes in B Ltd"),
        ([builders.relationship("R1", "A", "B", basis="board")], ", which can appoint most of the board of B Ltd"),
        ([builders.relationship("R1", "A", "B", basis=None)], ", which is recorded as controlling B Ltd"),
        ([reliance(1, "A", "B", "repayment_source")], ": B Ltd repays from what comes from A Ltd"),
        ([reliance(1, "A", "B", None)], ": B Ltd would hardly survive the failure of A Ltd"),
    ],
)  # fmt: skip
def test_a_link_is_told_by_its_legal_limb(tmp_path, relationships, said):
    assert (
        f"B Ltd is one risk with A Ltd{said} ("
        in sentences(bank(tmp_path, relationships), "basel_lex/A")["B"][0]
    )


def test_a_person_is_told_as_one_and_each_language_takes_its_own_name(tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[
            builders.party("A", name="孙景齐 (Sun Jingqi)", kind="person"),
            builders.party("B", name="栖川纺织 (Qichuan)"),
        ],
        relationships=[holding(1, "A", "B", 6000)],
        facilities=[builders.facility("F1", "B")],
        capital=[builders.capital()],
    )
    run_monitor(tmp_path / "bank", select(["basel_lex"], as_of=builders.AS_OF), tmp_path / "data")
    english, chinese = sentences(read.Snapshots(tmp_path / "data"), "basel_lex/A")["B"]
    assert english.startswith("Qichuan is one risk with Sun Jingqi, who holds 60 % of the votes in Qichuan (")
    assert chinese.startswith("栖川纺织与孙景齐构成同一风险：孙景齐持有栖川纺织60%的表决权（")


def test_a_connector_is_told_to_owe_nothing(tmp_path):
    snapshots = bank(tmp_path, [holding(1, "A", "B", 6000), holding(2, "B", "C", 6000)], owes="AC")
    assert sentences(snapshots, "basel_lex/A")["B"][0].endswith(
        "; it owes the bank nothing and only connects the others ({}, {}).".format(*clause_of(snapshots)[:2])
    )


def test_a_book_that_borrows_its_grouping_cites_the_book_it_borrows_from(tmp_path):
    snapshots = bank(tmp_path, [holding(1, "A", "B", 6000)], books=("example_policy",))
    document, control, _ = clause_of(snapshots, "cn_large_exposures")
    assert sentences(snapshots, "example_policy/A")["B"][0].endswith(
        f"({document.partition(' (')[0]}, {control})."
    )


def test_without_the_books_text_there_is_a_sentence_and_no_clause(tmp_path):
    folder = write_snapshot(tmp_path)
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    (folder / "manifest.json").write_text(
        text.replace('"borrowed": {"cn_large', '"borrowed": {"x"' + ': "y", "cn_old'), encoding="utf-8"
    )
    body = read.group(read.Snapshots(tmp_path), "example_policy/P1")
    assert body["members"][1]["sentence_en"] == (
        "River Mill is one risk with River Paper, which holds 60 % of the votes in River Mill."
    )
    assert body["splitting_links"] is None


SPLITS = [
    # relationships, owes, links that split the group of its anchor with those they part
    ([holding(1, "A", "B", 6000), holding(2, "B", "C", 6000)], "ABC", {"R1": "BC", "R2": "C"}),
    ([holding(1, "A", "B", 6000), holding(2, "A", "C", 6000)], "ABC", {"R1": "B", "R2": "C"}),
    # two ways to C: no single link holds it
    ([holding(1, "A", "B", 6000), holding(2, "B", "C", 6000), builders.relationship("R3", "A", "C", basis="board")],
     "ABC", {"R1": "B"}),
    # B only connects: without R1 it is C that is lost
    ([holding(1, "A", "B", 6000), holding(2, "B", "C", 6000)], "AC", {"R1": "C", "R2": "C"}),
    # a ring: whichever link goes, one of the two still carries the other
    ([holding(1, "A", "B", 6000), holding(2, "B", "A", 6000)], "AB", {}),
    # 60 % in two holdings of which either is below the line
    ([holding(1, "A", "B", 3000), holding(2, "A", "B", 3000)], "AB", {"R1": "B", "R2": "B"}),
    ([], "A", {}),
]  # fmt: skip


@pytest.mark.parametrize(("relationships", "owes", "expected"), SPLITS)
def test_a_link_splits_the_group_if_the_group_without_it_lacks_a_member(
    tmp_path, relationships, owes, expected
):
    found = read.group(bank(tmp_path, relationships, owes=owes), "basel_lex/A")["splitting_links"]
    assert {each["relationship_id"]: "".join(each["parted_party_ids"]) for each in found} == expected


def test_every_holding_that_a_coalition_cannot_spare_splits_its_group(tmp_path):
    body = read.group(bank(tmp_path, COALITION, owes="M"), "basel_lex/P")
    # only M owes: it is lost with any of the six, since 51 less 16 is below the line
    assert {each["relationship_id"] for each in body["splitting_links"]} == {f"R{n}" for n in range(1, 7)}


def test_a_record_on_votes_takes_the_place_of_the_shareholding_it_stands_behind(tmp_path):
    # The record counts again once the shareholding of the same pair is gone, so neither of them holds B alone.
    behind = [holding(1, "A", "B", 6000), builders.relationship("R2", "A", "B", basis="votes")]
    assert read.group(bank(tmp_path, behind, owes="AB"), "basel_lex/A")["splitting_links"] == []


def test_a_majority_that_a_coalition_holds_as_well_is_told_alone(tmp_path):
    # C and D carry both P and B for A: 30 + 30 of P, 26 + 26 of B. P alone has 50.01 % of B, which is 102.01 % in all.
    links = [
        holding(1, "A", "C", 6000), holding(2, "A", "D", 6000), holding(3, "C", "P", 3000), holding(4, "D", "P", 3000),
        holding(5, "C", "B", 2600), holding(6, "D", "B", 2600), holding(7, "P", "B", 5001),
    ]  # fmt: skip
    snapshots = bank(tmp_path, links)
    why = read.connection(snapshots, ("P", "B"), "basel_lex")["relationships"]
    assert [each["sentence_en"] for each in why] == ["P Ltd holds 50.01 % of the votes in B Ltd"]
    (told,) = read.connection(snapshots, ("C", "B"), "basel_lex")["relationships"][-1:]
    assert told["sentence_en"].startswith(
        "A Ltd, with what it controls, holds 102.01 % of the votes (of them C Ltd"
    )


def couple(*more):
    """Spouses A and B with 30 % each of C."""
    tie = builders.relationship("T1", "A", "B", kind="family", basis="spouse")
    return [holding(1, "A", "C", 3000), holding(2, "B", "C", 3000), tie, *more]


PERSONS = (("A", "person"), ("B", "person"))


def test_what_a_couple_carries_together_is_told_with_the_holdings_of_both(tmp_path):
    snapshots = bank(tmp_path, couple(), owes="C", books=("cn_group_credit",), kinds=PERSONS)
    english, chinese = sentences(snapshots, "cn_group_credit/A")["C"]
    assert english == (
        "C Ltd is one risk with A Ltd: A Ltd and B Ltd, whose votes count as one, together hold 60 % of the votes "
        "(of them A Ltd 30 %, B Ltd 30 %) in C Ltd (CBRC Order 2010 No. 4, art. 3)."
    )
    assert chinese == (
        "C Ltd与A Ltd构成同一风险：A Ltd、B Ltd的表决权合并计算，合计持有C Ltd60%的表决权（其中A Ltd30%，B Ltd30%）"
        "（银监会令2010年第4号，第3条）。"
    )


def test_a_firm_of_a_couple_is_lost_with_either_holding_and_with_the_marriage(tmp_path):
    snapshots = bank(tmp_path, couple(), owes="C", books=("cn_group_credit",), kinds=PERSONS)
    found = read.group(snapshots, "cn_group_credit/A")["splitting_links"]
    assert {each["relationship_id"]: "".join(each["parted_party_ids"]) for each in found} == {
        "R1": "C", "R2": "C", "T1": "C",
    }  # fmt: skip
    assert found[1]["sentence_en"] == "B Ltd holds 30 % of the votes in C Ltd"


def test_a_concert_that_holds_through_a_firm_says_so(tmp_path):
    # B's 30 % are those of D, which B controls.
    links = [holding(1, "A", "C", 3000), holding(2, "D", "C", 3000), holding(3, "B", "D", 6000), couple()[2]]
    english, _ = sentences(
        bank(tmp_path, links, books=("cn_group_credit",), kinds=PERSONS), "cn_group_credit/A"
    )["C"]
    assert (
        "A Ltd and B Ltd, whose votes count as one, together hold, with what they control, 60 % of" in english
    )


@pytest.mark.parametrize(
    ("pair", "ids"), [("AC", "R1 R2 T1"), ("AB", "T1"), ("CD", "R3"), ("AD", "R1 R2 R3 T1")]
)
def test_a_pair_that_a_concert_joins_needs_its_holdings_and_its_tie(tmp_path, pair, ids):
    links = couple(holding(3, "C", "D", 6000))
    body = read.connection(
        bank(tmp_path, links, books=("cn_group_credit",), kinds=PERSONS), tuple(pair), "cn_group_credit"
    )
    assert sorted(each["relationship_id"] for each in body["relationships"]) == ids.split()
    assert body["is_smallest"]


def test_fewer_links_by_way_of_pooled_votes_are_found_beside_a_long_path(tmp_path):
    # P has 30 % of C and carries it with A, which is three links; by way of B, D and M it would be four.
    links = [
        holding(1, "P", "A", 6000), holding(2, "P", "C", 3000), holding(3, "A", "C", 3000),
        reliance(4, "P", "B", "receipts"), reliance(5, "B", "D", "receipts"), reliance(6, "D", "M", "receipts"),
        reliance(7, "M", "C", "receipts"),
    ]  # fmt: skip
    body = read.connection(bank(tmp_path, links), ("P", "C"), "basel_lex")
    assert sorted(each["relationship_id"] for each in body["relationships"]) == ["R1", "R2", "R3"]
    assert body["is_smallest"]


DOUBTS = [
    # relationships, who would join A's group, and the doubts behind each
    ([holding(1, "A", "B", 6000, assessment="doubtful"), holding(2, "B", "C", 6000)], {"B": "R1", "C": "R1"}),
    # a parent above the anchor: the group as it stands goes into the wider one
    ([holding(1, "A", "B", 6000), holding(2, "C", "A", 6000, assessment="doubtful")], {"C": "R2"}),
    # 30 % are on record, 30 % doubtful: together a majority
    ([holding(1, "A", "B", 3000), holding(2, "A", "B", 3000, assessment="doubtful")], {"B": "R2"}),
    # a band from 30 to 60 %
    ([holding(1, "A", "B", None, voting_min_bp=3000, voting_max_bp=6000)], {"B": "R1"}),
    # the coalition that carries M rests on a doubtful holding further up
    ([holding(1, "A", "B", 6000), holding(2, "A", "C", 6000, assessment="doubtful"), holding(3, "B", "M", 3000),
      holding(4, "C", "M", 3000)], {"C": "R2", "M": "R2"}),
    # a rejected one never
    ([holding(1, "A", "B", 6000, assessment="rejected")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("relationships", "expected"), DOUBTS)
def test_a_group_tells_who_would_join_if_doubts_were_confirmed_and_by_which_doubt(
    tmp_path, relationships, expected
):
    found = read.group(bank(tmp_path, relationships), "basel_lex/A")["if_confirmed"]
    assert {
        each["party_id"]: " ".join(link["relationship_id"] for link in each["doubtful_links"])
        for each in found
    } == expected
    assert all(each["exposure"] == "100.00" and each["sentence_zh"] for each in found)


def test_a_band_is_told_with_its_upper_end_where_only_that_joins(tmp_path):
    links = [holding(1, "A", "B", None, voting_min_bp=3000, voting_max_bp=6000)]
    (joining,) = read.group(bank(tmp_path, links), "basel_lex/A")["if_confirmed"]
    assert ", which holds up to 60 % of the votes in B Ltd (" in joining["sentence_en"]
    assert "A Ltd持有B Ltd至多60%的表决权" in joining["sentence_zh"]


def test_a_group_that_stands_only_on_doubts_is_said_to(tmp_path):
    snapshots = bank(tmp_path, [holding(1, "D", "A", 6000, assessment="doubtful")], owes="A")
    with pytest.raises(NotFoundError) as raised:
        read.group(snapshots, "basel_lex/D")
    assert raised.value.why == "It would stand only if doubtful relationships were confirmed."


def test_a_party_is_found_under_every_id_that_was_delivered_for_it(tmp_path):
    lei = "5493001KJTIIGC8Y1R12"
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A", lei=lei), builders.party("Z", lei=lei), builders.party("B")],
        relationships=[holding(1, "Z", "B", 6000)],
        facilities=[builders.facility("F1", "B"), builders.facility("F2", "Z")],
        capital=[builders.capital()],
    )
    run_monitor(tmp_path / "bank", select(["basel_lex"], as_of=builders.AS_OF), tmp_path / "data")
    snapshots = read.Snapshots(tmp_path / "data")
    for either in "AZ":
        party = read.obligor(snapshots, either)["party"]
        assert (party["party_id"], party["alias_ids"]) == ("A", ["Z"])
        assert read.group(snapshots, f"basel_lex/{either}")["group"]["group_id"] == "basel_lex/A"
        assert read.connection(snapshots, (either, "B"), "basel_lex")["party_ids"] == ["A", "B"]


def test_a_reported_ultimate_parent_is_told_of_who_stands_between(tmp_path):
    links = [
        builders.relationship("R1", "A", "C", basis="reported_ultimate"),
        holding(2, "B", "C", 6000),
        holding(3, "B", "D", 6000),
    ]
    told = sentences(bank(tmp_path, links), "basel_lex/A")
    between = "A Ltd, which is reported as the ultimate parent of C Ltd, which B Ltd controls"
    assert told["B"][0].startswith(f"B Ltd is one risk with {between} (")
    assert "A Ltd被申报为C Ltd的最终母公司，而C Ltd由B Ltd控制" in told["B"][1]
    assert told["D"][0].startswith(
        f"D Ltd is one risk with {between}; B Ltd holds 60 % of the votes in D Ltd ("
    )
    assert told["C"][0].startswith(
        "C Ltd is one risk with A Ltd, which is reported as the ultimate parent of C Ltd ("
    )


PAIRS = [
    ([holding(1, "A", "B", 6000), holding(2, "B", "C", 6000)], "AC", "R1 R2"),
    ([holding(1, "A", "B", 6000), holding(2, "A", "C", 6000)], "BC", "R1 R2"),
    # the direct way is shorter than the one by way of B
    ([holding(1, "A", "B", 6000), holding(2, "B", "C", 6000), builders.relationship("R3", "A", "C", basis="board")],
     "AC", "R3"),
    # a minority holding is a link and joins nobody: the way by B does
    ([holding(1, "A", "B", 6000), holding(2, "B", "C", 6000), holding(3, "A", "C", 1000)], "AC", "R1 R2"),
    (COALITION, "PM", "R1 R2 R3 R4 R5 R6"),
    (COALITION, "AB", "R1 R2"),
]  # fmt: skip


@pytest.mark.parametrize(("relationships", "pair", "ids"), PAIRS)
def test_a_pair_is_connected_by_the_fewest_links_that_put_both_into_one_group(
    tmp_path, relationships, pair, ids
):
    body = read.connection(bank(tmp_path, relationships), tuple(pair), "basel_lex")
    assert [each["relationship_id"] for each in body["relationships"]] == ids.split()
    assert all(each["clause"] for each in body["relationships"])


def test_two_parties_of_no_common_group_are_said_to_have_none(tmp_path):
    snapshots = bank(tmp_path, [reliance(1, "A", "C", "receipts"), reliance(2, "B", "C", "receipts")])
    body = read.connection(snapshots, ("A", "B"), "basel_lex")
    # C depends on both, which does not make A and B one risk
    assert (body["group_ids"], body["relationships"]) == ([], [])
    with pytest.raises(NotFoundError, match="'Z' in no group"):
        read.connection(snapshots, ("A", "Z"), "basel_lex")
