"""Which relationships count under a book, and as what."""

from datetime import date

import polars as pl
import pytest

from graph_models.terms import LinkKind
from riskmon.groups.links import counting_links
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
BOOKS = {
    book.id: book
    for book in select(["cn_large_exposures", "cn_group_credit", "basel_lex"], as_of=AS_OF).books
}

MERGING = select(["cn_large_exposures"], as_of=AS_OF, choices={"cn_large_exposures.dependence": "merge_all"})
BOOKS["merge_all"] = MERGING.books[0]

FIRM, MILL, STATE, BANK = range(4)
PARTIES = pl.DataFrame(
    {
        "party_key": [FIRM, MILL, STATE, BANK],
        "kind": ["corporate", "corporate", "sovereign", "bank"],
        "is_own_bank": [False, False, False, False],
    },
    schema_overrides={"party_key": pl.Int32},
)
SCHEMA = {
    "relationship_key": pl.Int32, "source_key": pl.Int32, "target_key": pl.Int32, "kind": pl.String,
    "basis": pl.String, "voting_bp": pl.Int32, "voting_min_bp": pl.Int32, "voting_max_bp": pl.Int32,
    "dependence_bp": pl.Int32, "is_replaceable": pl.Boolean, "is_mutual": pl.Boolean, "assessment": pl.String,
}  # fmt: skip


def links(*rows, book="cn_large_exposures", if_confirmed=False):
    full = [
        {"relationship_key": n, "source_key": FIRM, "target_key": MILL, "assessment": "none"} | row
        for n, row in enumerate(rows)
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in full], schema=SCHEMA)
    found = counting_links(frame, PARTIES, BOOKS[book].grouping, if_confirmed=if_confirmed)
    return [(LinkKind(row["link"]).name, row["votes_bp"]) for row in found.iter_rows(named=True)]


def control(basis=None, **more):
    return {"kind": "control", "basis": basis} | more


def reliance(basis=None, **more):
    return {"kind": "economic_dependence", "basis": basis} | more


@pytest.mark.parametrize(
    ("relationship",                                                     "counts_as"),
    [
        ({"kind": "shareholding", "voting_bp": 3000},                    [("HOLDING", 3000)]),
        ({"kind": "shareholding", "voting_min_bp": 5001, "voting_max_bp": 7500}, [("HOLDING", 5001)]),  # lower bound
        ({"kind": "shareholding"},                                       []),              # a holding without votes
        (control("consolidation"),                                       [("CONTROL", 0)]),
        (control(),                                                      [("CONTROL", 0)]),
        (control("deemed"),                                              [("CONTROL", 0)]),  # feature 4 of a group
        (control(assessment="confirmed"),                                [("CONTROL", 0)]),
        (control(assessment="doubtful"),                                 []),
        (control(assessment="rejected"),                                 []),
        (control(source_key=STATE),                                      []),              # a hub joins nobody
        (reliance("receipts", dependence_bp=5000),                       [("DEPENDENCE", 0)]),  # 50 % is inclusive
        (reliance("receipts", dependence_bp=4999),                       []),
        (reliance("receipts"),                                           [("DEPENDENCE", 0)]),  # recorded, share unknown
        (reliance("output", dependence_bp=5000),                         [("DEPENDENCE", 0)]),  # most of the output
        (reliance("output", dependence_bp=4999),                         []),
        (reliance("repayment_source"),                                   [("DEPENDENCE", 0)]),
        (reliance(),                                                     [("DEPENDENCE", 0)]),  # a judgement
        (reliance("receipts", is_replaceable=True),                      []),
        (reliance("receipts", target_key=BANK),                          []),              # non-interbank only
        ({"kind": "family", "basis": "collateral_2"},                    [("LINKED", 0)]),
        ({"kind": "key_person"},                                         [("LINKED", 0)]),
        ({"kind": "guarantee"},                                          []),              # no group of its own
    ],
)  # fmt: skip
def test_what_counts_under_the_chinese_measures(relationship, counts_as):
    assert links(relationship) == counts_as


def test_the_2010_guideline_knows_no_dependence():
    assert links(reliance("receipts", dependence_bp=9000), book="cn_group_credit") == []


@pytest.mark.parametrize("basis", ["receipts", "expenditure", "output"])
@pytest.mark.parametrize(("share_bp", "counts"), [(5000, True), (4999, False)])
def test_the_coarser_reading_asks_for_the_same_shares(basis, share_bp, counts):
    found = links(reliance(basis, dependence_bp=share_bp), book="merge_all")
    assert found == ([("DEPENDENCE", 0)] if counts else [])


@pytest.mark.parametrize("basis", ["joint_liability", "owners_in_common", "receivables", "partner_liability"])
def test_basels_list_of_dependences_is_a_minimum(basis):
    assert links(reliance(basis), book="basel_lex") == [("DEPENDENCE", 0)]


def test_clients_of_one_sovereign_are_not_grouped_under_basel():
    assert links(control("consolidation", source_key=STATE), book="basel_lex") == []


@pytest.mark.parametrize("relationship", [{"kind": "family", "basis": "spouse"}, control("deemed")])
def test_basel_knows_neither_families_nor_deemed_links(relationship):
    assert links(relationship, book="basel_lex") == []


def test_if_confirmed_a_doubtful_relationship_counts_and_a_band_with_its_upper_bound():
    assert links(control(assessment="doubtful"), if_confirmed=True) == [("CONTROL", 0)]
    band = {"kind": "shareholding", "voting_min_bp": 2501, "voting_max_bp": 5001}
    assert links(band, if_confirmed=True) == [("HOLDING", 5001)]
    # more than a quarter, and nobody says how much: it may be all
    assert links({"kind": "shareholding", "voting_min_bp": 2501}, if_confirmed=True) == [("HOLDING", 10000)]
    # the ends the wrong way round: a group that stands never shrinks if doubts are confirmed
    wrong = {"kind": "shareholding", "voting_min_bp": 7500, "voting_max_bp": 5000}
    assert links(wrong) == links(wrong, if_confirmed=True) == [("HOLDING", 7500)]
    assert links(control(assessment="rejected"), if_confirmed=True) == []


def test_a_control_record_on_votes_gives_way_to_the_shareholding_of_the_pair():
    holding = {"kind": "shareholding", "voting_bp": 4000}
    assert links(holding, control("votes")) == [("HOLDING", 4000)]
    assert links(control("votes")) == [("CONTROL", 0)]
