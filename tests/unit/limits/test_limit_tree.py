"""The tree of a bank's own limits: what each line counts, alone and within its parents' lines.

The bank of every test. A steel holding A controls B under the book; C is a food firm, G a bank that guarantees.

    A  steel  north   loan 90.00, bond 30.00
    B  steel  south   loan 20.00
    C  food   north   loan 40.00, of it 10.00 guaranteed by G
    G  finance south  the 10.00 guaranteed for C
"""

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

BOOK = "cn_large_exposures"
PARTIES = [
    builders.party("A", industry="steel", region="north"),
    builders.party("B", industry="steel", region="south"),
    builders.party("C", industry="food", region="north"),
    builders.party("G", kind="bank", industry="finance", region="south"),
]


def loan(facility_id, obligor_id, amount, **more):
    return builders.facility(facility_id, obligor_id, drawn=amount, commitment=amount, **more)


@pytest.fixture
def run(tmp_path):
    def tested(*limits, parties=PARTIES, facilities=(), books=(BOOK,)):
        builders.write_bank(
            tmp_path / "bank",
            parties=parties,
            relationships=[builders.relationship("R1", "A", "B")],
            facilities=[
                loan("F1", "A", "90.00"),
                loan("F2", "A", "30.00", product="bond"),
                loan("F3", "B", "20.00"),
                loan("F4", "C", "40.00"),
                *facilities,
            ],
            protections=[builders.protection("P1", kind="guarantee", provider_id="G", value="10.00")],
            protection_covers=[builders.cover("P1", "F4")],
            capital=[builders.capital()],
            bank_limits=list(limits),
        )
        return run_monitor(
            tmp_path / "bank", select(list(books), as_of=builders.AS_OF), tmp_path / "data"
        ).tables

    return tested


def line(limit_id, subject_kind, subject_id, amount, **more):
    return {
        "limit_id": limit_id, "subject_kind": subject_kind, "subject_id": subject_id, "book_id": BOOK,
        "amount": amount, "currency": "CNY", "is_shared": True,
    } | more  # fmt: skip


def counted(tables):
    rows = tables["headroom"].filter(book_id="bank_limits").sort("limit_id", "subject_id")
    return rows.select("limit_id", "subject_kind", "subject_id", "exposure_minor", "is_breach").rows()


def untested(tables):
    return sorted(item for item in tables["not_evaluated"]["item"] if item.startswith("bank_limits/"))


@pytest.mark.parametrize(
    ("subject_kind", "subject_id", "more", "exposure_minor"),
    [
        ("industry", "steel", {}, 140_00),  # 90 + 30 + 20
        ("region", "north", {}, 150_00),  # 90 + 30 + 40 - 10
        ("country", "CN", {}, 180_00),
        ("bank", "us", {}, 180_00),
        ("product", "loan", {}, 140_00),  # 90 + 20 + 30: what G guarantees is no loan of G's
        ("bank", "us", {"product": "bond"}, 30_00),
        ("industry", "steel", {"product": "loan"}, 110_00),
        ("group", "A", {"product": "loan"}, 110_00),
        ("obligor", "G", {}, 10_00),
        ("obligor", "G", {"product": "loan"}, 0),
        ("industry", "shipping", {}, 0),
        ("product", "loan", {"measure": "loan_balance"}, 150_00),  # before protection
        ("region", "north", {"measure": "loan_balance"}, 130_00),
    ],
)
def test_a_shared_line_counts_all_that_it_names(run, subject_kind, subject_id, more, exposure_minor):
    tables = run(line("L1", subject_kind, subject_id, "145.00", **more))
    subject = f"{BOOK}/A" if subject_kind == "group" else subject_id
    assert counted(tables) == [("L1", subject_kind, subject, exposure_minor, exposure_minor > 145_00)]


@pytest.mark.parametrize(("subject_kind", "subject_id"), [("industry", "steel"), ("group", "A")])
def test_a_line_that_is_not_shared_is_given_to_each_obligor(run, subject_kind, subject_id):
    tables = run(line("L1", subject_kind, subject_id, "100.00", is_shared=False))
    assert counted(tables) == [("L1", "obligor", "A", 120_00, True), ("L1", "obligor", "B", 20_00, False)]


def test_a_line_that_does_not_say_is_one_amount_for_all(run):
    tables = run(line("L1", "industry", "steel", "100.00", is_shared=None))
    assert counted(tables) == [("L1", "industry", "steel", 140_00, True)]
    unstated = tables["findings"].filter(finding_code="limit_sharing_unstated")
    assert unstated["sample"].to_list() == [["L1"]]


def test_a_line_within_lines_counts_only_what_they_all_count(run):
    tables = run(
        line("L1", "group", "A", "200.00"),
        line("L2", "product", "loan", "100.00", parent_limit_id="L1", book_id=None),
        line("L3", "obligor", "B", "15.00", parent_limit_id="L2", book_id=None),
        line("L4", "region", "north", "95.00", parent_limit_id="L2", book_id=None),
    )
    assert counted(tables) == [
        ("L1", "group", f"{BOOK}/A", 140_00, False),
        ("L2", "product", "loan", 110_00, True),  # the loans of the group
        ("L3", "obligor", "B", 20_00, True),
        ("L4", "region", "north", 90_00, False),  # the loans of its northern members
    ]


def test_a_line_inherits_its_measure_as_well(run):
    tables = run(
        line("L1", "region", "north", "500.00", measure="loan_balance"),
        line("L2", "obligor", "C", "35.00", parent_limit_id="L1", book_id=None),
    )
    assert counted(tables)[1] == ("L2", "obligor", "C", 40_00, True)  # 30.00 of exposure after protection


def test_a_line_that_contradicts_its_parent_counts_nothing(run):
    tables = run(
        line("L1", "industry", "steel", "200.00"),
        line("L2", "industry", "food", "1.00", parent_limit_id="L1"),
    )
    assert counted(tables)[1] == ("L2", "industry", "food", 0, False)


def test_a_line_of_nothing_forbids_the_product(run):
    tables = run(line("L1", "bank", "us", "0.00", product="bond"))
    assert counted(tables) == [("L1", "bank", "us", 30_00, True)]
    assert tables["breaches"].filter(limit_id="L1")["excess_minor"].to_list() == [30_00]


def test_an_ended_parent_still_says_what_its_child_counts(run):
    tables = run(
        line("L1", "industry", "steel", "1.00", valid_to="2026-06-29"),
        line("L2", "product", "bond", "25.00", parent_limit_id="L1"),
    )
    assert counted(tables) == [("L2", "product", "bond", 30_00, True)]


def test_lines_whose_parents_lead_nowhere_are_said_not_to_be_tested(run):
    tables = run(
        line("L1", "obligor", "A", "1.00", parent_limit_id="L2"),
        line("L2", "obligor", "A", "1.00", parent_limit_id="L1"),  # its own grandparent
        line("L3", "obligor", "A", "1.00", parent_limit_id="L2"),
        line("L4", "obligor", "A", "1.00", parent_limit_id="none"),
        line("L5", "obligor", "A", "1.00", parent_limit_id="L5"),
    )
    assert counted(tables) == []
    assert untested(tables) == [f"bank_limits/L{number}" for number in range(1, 6)]


def test_a_sector_that_an_obligor_without_a_sector_may_belong_to_is_a_lower_bound(run):
    limits = line("L1", "industry", "steel", "500.00"), line("L2", "region", "north", "500.00")
    parties = [*PARTIES, builders.party("D", region="west")]
    tables = run(*limits, parties=parties, facilities=[loan("F5", "D", "7.00")])
    complete = tables["headroom"].filter(book_id="bank_limits").sort("limit_id")["is_complete"]
    assert complete.to_list() == [False, True]


def test_a_refused_row_makes_every_line_around_its_obligor_a_lower_bound(run):
    limits = (
        line("L1", "industry", "steel", "500.00"),
        line("L2", "industry", "food", "500.00"),
        line("L3", "industry", "steel", "500.00", is_shared=False),
    )
    tables = run(*limits, facilities=[loan("F5", "B", "seven")])
    rows = tables["headroom"].filter(book_id="bank_limits").sort("limit_id", "subject_id")
    assert rows.select("limit_id", "subject_id", "is_complete").rows() == [
        ("L1", "steel", False),
        ("L2", "food", True),
        ("L3", "A", True),
        ("L3", "B", False),
    ]


def test_clearing_that_a_book_keeps_out_of_groups_is_out_of_their_lines_too(run):
    parties = [*PARTIES, builders.party("K", kind="ccp")]
    facilities = [loan("F5", "K", "50.00", product="ccp_clearing"), loan("F6", "K", "5.00")]
    limits = [
        line("L1", "obligor", "K", "1.00", book_id="basel_lex"),
        line("L2", "group", "K", "1.00", book_id="basel_lex"),
    ]
    tables = run(*limits, parties=parties, facilities=facilities, books=("basel_lex",))
    # alone all of it counts; as a group of its own only what is not clearing
    assert [row[3] for row in counted(tables)] == [55_00, 5_00]
