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
    assert told["A"][0] == "A Ltd is the anchor: the group stands or falls with it."
    assert told["B"] == (
        f"B Ltd is one risk with A Ltd, which holds 60 % of the votes in B Ltd ({document}, {control}).",
        f"B Ltd与A Ltd构成同一风险：A Ltd持有B Ltd60%的表决权（{document}, {control}）。",
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
        "; it owes the bank nothing and only connects."
    )


def test_a_book_that_borrows_its_grouping_cites_the_book_it_borrows_from(tmp_path):
    snapshots = bank(tmp_path, [holding(1, "A", "B", 6000)], books=("example_policy",))
    document, control, _ = clause_of(snapshots, "cn_large_exposures")
    assert sentences(snapshots, "example_policy/A")["B"][0].endswith(f"({document}, {control}).")


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
