"""The search for dependence: what the data suggest, what is left alone, and what could not be looked at."""

from datetime import date

import polars as pl
import pytest

from riskmon import exposures, groups, validate
from riskmon.ingest import read_bank
from riskmon.pipeline import advance
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
RECEIPTS = "suggested:receipts:BUYER:SELLER"
LOANS = {"SELLER": "600.00"}
"""Above 5 % of tier 1 capital of 10 000.00."""


def searched(folder, *, books=("basel_lex",), loans=None, known_at=None, parties=(), capital=None, **tables):
    """The tables after the search: of a bank with one loan to each obligor, and every party that a row names."""
    loans = LOANS if loans is None else loans
    ends = ("payer_id", "payee_id", "party_id", "provider_id", "source_party_id", "target_party_id")
    named = {row[end] for rows in tables.values() for row in rows for end in ends if row.get(end)}
    given = {row["party_id"] for row in parties}
    outside = {name for name in named if name.startswith("EXT")}
    builders.write_bank(
        folder,
        **{"relationships": []}
        | tables
        | {
            "parties": [
                *parties,
                *(builders.party(name) for name in sorted(named.union(loans) - given - outside)),
            ],
            "capital": [builders.capital(tier1_capital="10000.00")] if capital is None else capital,
            "facilities": [
                *(
                    builders.facility(f"F-{name}", name, drawn=loan, commitment=loan)
                    for name, loan in loans.items()
                ),
                *tables.get("facilities", []),
            ],
        },
    )
    selection = select(list(books), as_of=AS_OF, known_at=known_at)
    bank = read_bank(folder, required=())
    for stage in (validate.run, exposures.run, groups.search):
        bank = advance(bank, selection, stage)
    return bank


def suggested(folder, **tables):
    links = searched(folder, **tables)["relationships"].filter("is_suggested")
    return sorted(links["relationship_id"])


def gaps(tables):
    rows = tables["not_evaluated"].filter(pl.col("item") == "dependence search")
    return {(row["book_id"], row["missing"]): row["effect"] for row in rows.iter_rows(named=True)}


def payments(*amounts, **terms):
    """Payments of the buyer to the seller, for rent."""
    return [
        builders.payment(f"X{n}", "BUYER", "SELLER", amount, **{"purpose": "rent"} | terms)
        for n, amount in enumerate(amounts)
    ] + [builders.payment("X99", "BUYER", None, "1000000.00", purpose="rent")]


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        # the gate of the US rule opens for all whom control connects with the firm above it, so its search does too
        ("us_sccl", [RECEIPTS]),
        # the 5 % of Basel are of one counterparty by itself
        ("basel_lex", []),
    ],
)
def test_who_is_searched_beside_a_firm_above_the_line(tmp_path, book, expected):
    holds = [builders.relationship("R1", "SELLER", "SUB")]
    found = suggested(
        tmp_path, books=(book,), loans={"SUB": "600.00"}, relationships=holds, payments=payments("75.00")
    )
    assert found == expected


def test_a_suggestion_tells_amount_dates_rows_share_and_what_it_is_a_share_of(tmp_path):
    rows = [
        builders.payment("X2", "BUYER", "SELLER", "40.00", paid_on="2026-05-01", purpose="rent"),
        builders.payment("X1", "BUYER", "SELLER", "35.00", paid_on="2025-07-01", purpose="rent"),
        builders.payment("X3", None, "SELLER", "25.00", purpose="rent"),
        builders.payment("X4", "BUYER", None, "1000.00", purpose="rent"),
    ]
    (link,) = searched(tmp_path, payments=rows)["relationships"].to_dicts()
    assert link["evidence"] == (
        "BUYER paid SELLER 75.00 CNY in 2 payments from 2025-07-01 (X1) to 2026-05-01 (X2): 75.00 % of the receipts of "
        "SELLER in the 12 months to 2026-06-30, 100.00 CNY by all such payments seen. "
        "Whether it could be replaced is not known."
    )
    told = {name: link[name] for name in ("relationship_id", "kind", "basis", "assessment", "recorded_by")}
    assert told == {
        "relationship_id": RECEIPTS, "kind": "economic_dependence", "basis": "receipts", "assessment": "doubtful",
        "recorded_by": "riskmon",
    }  # fmt: skip


def test_relationships_keep_the_position_by_id_as_their_key(tmp_path):
    recorded = [builders.shareholding(name, "BUYER", "SELLER", 1_000) for name in ("R1", "z9")]
    links = searched(tmp_path, payments=payments("1.00"), relationships=recorded)["relationships"]
    assert links["relationship_id"].to_list() == ["R1", RECEIPTS, "z9"]
    assert links["relationship_key"].to_list() == [0, 1, 2]
    assert links.schema["relationship_key"] == pl.Int32


@pytest.mark.parametrize(("recorded", "is_suggested"), [
    ({"assessment": "confirmed"}, False),
    ({"assessment": "rejected"}, False),
    ({"assessment": "doubtful"}, False),
    ({"assessment": None}, False),
    ({"is_replaceable": True}, False),
    ({"basis": "output"}, True),                                              # another situation
    ({"source_party_id": "SELLER", "target_party_id": "BUYER"}, True),        # the other way round
    ({"source_party_id": "SELLER", "target_party_id": "BUYER", "is_mutual": True}, False),
    ({"kind": "shareholding", "basis": None, "voting_bp": 100}, True),
    ({"valid_to": "2026-06-29", "assessment": "rejected"}, True),             # the rejection is over
    ({"known_since": "2026-07-01"}, True),                                    # nobody knows of it yet
])  # fmt: skip
def test_nothing_is_suggested_that_is_on_record_whatever_became_of_it(tmp_path, recorded, is_suggested):
    row = builders.dependence("R1", "BUYER", "SELLER", "receipts") | recorded
    found = suggested(tmp_path, payments=payments("1.00"), relationships=[row])
    assert found == ([RECEIPTS] if is_suggested else [])


@pytest.mark.parametrize("assessment", [None, "confirmed", "rejected"])
def test_joint_liability_on_record_is_known_both_ways(tmp_path, assessment):
    together = [builders.facility("F9", "A", joint_obligor_ids=["B"], drawn="600.00", commitment="600.00")]
    record = [builders.dependence("R1", "B", "A", "joint_liability", assessment=assessment)]
    assert (
        suggested(tmp_path, loans={"A": "1.00", "B": "1.00"}, facilities=together, relationships=record) == []
    )


@pytest.mark.parametrize(("paid_on", "counts"), [
    ("2025-06-30", False), ("2025-07-01", True), ("2026-06-30", True), ("2026-07-01", False),
])  # fmt: skip
def test_a_year_of_payments_up_to_the_runs_date_counts(tmp_path, paid_on, counts):
    assert bool(suggested(tmp_path, payments=payments("1.00", paid_on=paid_on))) is counts


def test_a_payment_made_after_what_was_known_does_not_count(tmp_path):
    rows = payments("1.00", paid_on="2026-05-01")
    assert suggested(tmp_path / "a", payments=rows, known_at=date(2026, 5, 1)) == [RECEIPTS]
    assert suggested(tmp_path / "b", payments=rows, known_at=date(2026, 4, 30)) == []


@pytest.mark.parametrize("purpose", ["funding", "repayment", "internal", " Repayment "])
def test_money_lent_repaid_or_moved_within_is_no_income(tmp_path, purpose):
    assert RECEIPTS not in suggested(tmp_path, payments=payments("1.00", purpose=purpose))


def test_what_strangers_pay_is_part_of_what_a_party_lives_on(tmp_path):
    rows = [*payments("40.00"), builders.payment("X8", "EXT-1", "SELLER", "60.00", purpose="rent")]
    tables = searched(tmp_path, payments=rows)
    assert tables["relationships"].is_empty()
    assert builders.refused(tables) == []


def test_what_a_party_pays_itself_and_what_the_bank_pays_is_no_income(tmp_path):
    rows = [
        *payments("50.00"),
        builders.payment("X7", "SELLER", "SELLER", "900.00", purpose="rent"),
        builders.payment("X8", "WE", "SELLER", "900.00", purpose=None),
        builders.payment("X9", None, "SELLER", "50.00", purpose="rent"),
    ]
    own = [builders.party("WE", kind="bank")]
    found = suggested(tmp_path, payments=rows, parties=own, bank=[{"party_id": "WE", "currency": "CNY"}])
    assert found == [RECEIPTS]


def test_the_bank_itself_is_nobody_to_be_dependent_on(tmp_path):
    rows = [builders.payment(f"X{name}", "WE", name, "9.00", purpose="funding") for name in ("A", "B")]
    own = [builders.party("WE", kind="bank")]
    bank = [{"party_id": "WE", "currency": "CNY"}]
    assert (
        suggested(tmp_path, loans={"A": "600.00", "B": "600.00"}, payments=rows, parties=own, bank=bank) == []
    )


@pytest.mark.parametrize(("statements", "is_suggested"), [
    ([], True),                                                                # 60 of 60 seen
    ([("revenue", "120.00", {})], True),                                       # exactly half
    ([("revenue", "120.02", {})], False),
    ([("revenue", "10.00", {})], True),                                        # less than was seen: what was seen counts
    ([("total_income", "120.02", {}), ("revenue", "100.00", {})], False),      # income goes before revenue
    ([("revenue", "120.02", {"period_end": "2025-06-30"})], True),             # of the year before
    ([("revenue", "120.02", {"period_end": "2026-07-31"})], True),             # of the future
    ([("revenue", "120.02", {"received_on": "2026-07-01"})], True),            # nobody has it yet
    ([("revenue", "120.02", {}), ("revenue", "100.00", {"version": "2"})], True),
    ([("revenue", "100.00", {}), ("revenue", "120.02", {"version": "2"})], False),
    ([("revenue", "120.02", {}), ("revenue", "30.00", {"period_end": "2026-03-31"})], False),  # a quarter's revenue
    ([("revenue", "100.00", {}), ("revenue", "900.00", {"is_consolidated": True})], True),
])  # fmt: skip
def test_the_whole_is_what_the_newest_statement_of_the_year_says_and_never_less_than_was_seen(
    tmp_path, statements, is_suggested
):
    rows = [builders.statement("SELLER", item, amount, **terms) for item, amount, terms in statements]
    found = suggested(tmp_path, payments=payments("60.00"), financial_statements=rows)
    assert found == ([RECEIPTS] if is_suggested else [])


def test_payments_in_several_currencies_add_up_in_the_reporting_currency(tmp_path):
    rows = [
        *payments("28.00"),
        builders.payment("X7", "BUYER", "SELLER", "10.00", currency="USD", purpose="rent"),  # 72.00 CNY
        builders.payment("X8", None, "SELLER", "100.00", purpose="rent"),
    ]
    tables = searched(tmp_path, payments=rows, fx_rates=[builders.fx_rate("USD", "7.2")])
    assert tables["relationships"]["dependence_bp"].to_list() == [5_000]


def test_what_relies_on_the_same_party_as_one_above_the_line_is_suggested_too(tmp_path):
    rows = [
        builders.payment("X1", "BUYER", "LARGE", "9.00", purpose="rent"),
        builders.payment("X2", "BUYER", "SMALL", "9.00", purpose="rent"),
        builders.payment("X3", "OTHER", "MINI", "9.00", purpose="rent"),
        builders.payment("X4", "BUYER", None, "1000.00", purpose="rent"),
        builders.payment("X5", "OTHER", None, "1000.00", purpose="rent"),
    ]
    loans = {"LARGE": "600.00", "SMALL": "1.00", "MINI": "1.00"}
    found = suggested(tmp_path / "a", loans=loans, payments=rows)
    assert found == ["suggested:receipts:BUYER:LARGE", "suggested:receipts:BUYER:SMALL"]
    # Once it is known that the large one does not rely on the buyer, the small one stands beside nobody.
    rejected = [builders.dependence("R1", "BUYER", "LARGE", "receipts", assessment="rejected")]
    assert suggested(tmp_path / "b", loans=loans, payments=rows, relationships=rejected) == []


@pytest.mark.parametrize("kind", ["sovereign", "central_bank"])
def test_a_party_of_a_kind_that_a_book_does_not_follow_is_not_suggested(tmp_path, kind):
    state = [builders.party("BUYER", kind=kind)]
    assert suggested(tmp_path, payments=payments("1.00"), parties=state) == []


def test_an_interbank_client_is_not_searched_under_the_chinese_measures(tmp_path):
    bank = [builders.party("BUYER", kind="bank")]
    found = suggested(tmp_path / "cn", books=("cn_large_exposures",), payments=payments("1.00"), parties=bank)
    assert found == []
    assert suggested(tmp_path / "basel", payments=payments("1.00"), parties=bank) == [RECEIPTS]


def test_one_alone_that_relies_on_a_funder_shares_it_with_nobody(tmp_path):
    rows = [builders.payment("X1", "FUNDER", "SELLER", "9.00", purpose="funding")]
    assert suggested(tmp_path, payments=rows) == []


@pytest.mark.parametrize(("terms", "counts"), [
    ({}, True), ({"maturity_date": "2026-06-30"}, True), ({"maturity_date": "2026-06-29"}, False),
    ({"start_date": "2026-06-30"}, True), ({"start_date": "2026-07-01"}, False), ({"provider_id": None}, False),
])  # fmt: skip
def test_only_what_is_assigned_now_is_a_source_of_repayment(tmp_path, terms, counts):
    rows = [
        builders.protection(
            f"G{name}", **{"kind": "receivable", "provider_id": "PAYER", "value": "900.00"} | terms
        )
        for name in ("A", "B")
    ]
    covers = [builders.cover(f"G{name}", f"F-{name}") for name in ("A", "B")]
    loans = {"A": "600.00", "B": "600.00"}
    found = suggested(tmp_path, loans=loans, protections=rows, protection_covers=covers)
    assert bool(found) is counts


@pytest.mark.parametrize(("votes", "is_suggested"), [
    # votes of H1 and H2 in A, then in B
    ((3_000, 2_001, 2_500, 2_600), True),
    ((3_000, 2_000, 2_500, 2_600), False),   # exactly half of A
    ((3_000, 2_001, 2_500, 2_500), False),   # exactly half of B
    ((6_000, 1_000, 6_000, 1_000), False),   # H1 alone has both: control
    ((6_000, 1_000, 1_000, 6_000), True),    # one each
])  # fmt: skip
def test_firms_that_the_same_holders_carry_are_suggested_both_ways(tmp_path, votes, is_suggested):
    pairs = [("H1", "A"), ("H2", "A"), ("H1", "B"), ("H2", "B")]
    holdings = [
        builders.shareholding(f"R{n}", holder, firm, share)
        for n, ((holder, firm), share) in enumerate(zip(pairs, votes, strict=True))
    ]
    loans = {"A": "1.00", "B": "600.00"}
    tables = searched(tmp_path / "a", loans=loans, relationships=holdings)
    made = tables["relationships"].filter("is_suggested")
    assert made["relationship_id"].to_list() == (["suggested:owners_in_common:A:B"] if is_suggested else [])
    assert made["is_mutual"].all()
    doubted = [row | {"assessment": "doubtful"} for row in holdings]
    assert suggested(tmp_path / "b", loans=loans, relationships=doubted) == []


def test_owners_in_common_are_named_with_their_votes(tmp_path):
    holdings = [
        builders.shareholding(f"R-{holder}{firm}", holder, firm, 2_000)
        for holder in ("H1", "H2", "H3")
        for firm in ("A", "B")
    ]
    tables = searched(tmp_path, loans={"A": "600.00", "B": "600.00"}, relationships=holdings)
    (link,) = tables["relationships"].filter("is_suggested").to_dicts()
    assert link["dependence_bp"] == 6_000
    assert link["evidence"] == (
        "The same holders (H1, H2, H3) have 60.00 % of the votes of A and 60.00 % of those of B; none of them has that "
        "many of both alone."
    )


def test_a_guarantee_for_several_debtors_may_be_called_for_any_one_of_them(tmp_path):
    found = suggested(
        tmp_path,
        loans={"A": "1.00", "B": "1.00", "G": "600.00"},
        protections=[builders.protection("G1", kind="guarantee", provider_id="G", value="60.00")],
        protection_covers=[builders.cover("G1", "F-A"), builders.cover("G1", "F-B")],
        financial_statements=[builders.statement("G", "net_assets", "100.00")],
    )
    assert found == ["suggested:guarantee_burden:A:G", "suggested:guarantee_burden:B:G"]


def test_without_anybody_above_the_line_nothing_is_missing(tmp_path):
    assert gaps(searched(tmp_path, loans={"SELLER": "500.00"})) == {}


def test_a_search_that_is_due_without_a_table_to_search_in_says_so(tmp_path):
    found = gaps(searched(tmp_path))
    assert found["basel_lex", "table payments"] == (
        "A search is due for SELLER; receipts, expenditure, output, funding_source had nothing to be searched in."
    )
    assert "guarantee_burden" in found["basel_lex", "table financial_statements"]
    assert "repayment_source" in found["basel_lex", "table protections"]
    assert "partner_liability" in found["basel_lex", "an input table that shows it"]


def test_a_party_that_no_payment_names_is_not_taken_for_independent(tmp_path):
    tables = searched(tmp_path, loans=LOANS | {"SILENT": "700.00"}, payments=payments("1.00"))
    effect = gaps(tables)["basel_lex", "payments"]
    assert "SILENT" in effect
    assert "SELLER" not in effect


def test_payments_without_a_purpose_show_no_output_and_no_funding(tmp_path):
    without = gaps(searched(tmp_path / "a", payments=payments("1.00", purpose=None)))
    assert "output, funding_source" in without["basel_lex", "payments.purpose"]
    sold = gaps(searched(tmp_path / "b", payments=payments("1.00", purpose="goods")))
    assert "output" not in sold["basel_lex", "payments.purpose"]


@pytest.mark.parametrize("tier1", [None, ""])
def test_where_the_line_is_unknown_nobody_was_searched_and_it_is_said(tmp_path, tier1):
    tables = searched(tmp_path, payments=payments("1.00"), capital=[builders.capital(tier1_capital=tier1)])
    assert tables["relationships"].is_empty()
    assert list(gaps(tables)) == [("basel_lex", "capital.tier1_capital")]


@pytest.mark.parametrize(("amount", "net_assets"), [("60.00", None), (None, "100.00")])
def test_a_guarantor_that_cannot_be_weighed_is_named(tmp_path, amount, net_assets):
    tables = searched(
        tmp_path,
        relationships=[
            builders.relationship(
                "R1", "SELLER", "DEBTOR", kind="guarantee", basis=None, amount=amount, currency="CNY"
            )
        ],
        financial_statements=[builders.statement("SELLER", "net_assets", net_assets)] if net_assets else [],
    )
    assert "SELLER" in gaps(tables)["basel_lex", "net assets or amounts of guarantees"]
    assert not tables["relationships"]["is_suggested"].any()


def test_an_exposure_that_is_not_complete_may_pass_the_line(tmp_path):
    # A derivative counts with what is booked only.
    open_ended = [builders.facility("F9", "SELLER", product="derivative", drawn="1.00", commitment="1.00")]
    found = suggested(tmp_path, loans={"SELLER": "1.00"}, facilities=open_ended, payments=payments("1.00"))
    assert found == [RECEIPTS]
