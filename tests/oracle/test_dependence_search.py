"""The search for dependence under every book: the line on exposure that starts it, and the lines of what it proposes.

Tier 1 capital is 10 000.00, so that a search is due above 500.00 (5 %, strictly above in every text). Where a text has
a number for a situation (see `test_dependence`), the search proposes from that number; where it has none, from a
quarter of receipts, expenditure or output, and from half of net assets, debt, funding or receivables: the defaults of
the early-warning book.
"""

from datetime import date

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
HALF_OF_RECEIPTS = ("apra_aps221", "basel_lex", "cn_large_exposures", "us_sccl")
QUARTER_OF_RECEIPTS = ("eu_crr", "uk_pra")
BOOKS = (*HALF_OF_RECEIPTS, *QUARTER_OF_RECEIPTS)


def suggested(folder, *books, loans, parties=(), **tables):
    """The suggestions of a run: id to share in basis points. `loans` is what each obligor owes."""
    named = {
        row[column]
        for rows in tables.values()
        for row in rows
        for column in (
            "payer_id",
            "payee_id",
            "party_id",
            "provider_id",
            "source_party_id",
            "target_party_id",
        )
        if row.get(column)
    }
    facilities = [
        builders.facility(f"F-{name}", name, drawn=amount, commitment=amount)
        for name, amount in loans.items()
    ]
    known = {row["party_id"] for row in parties}
    builders.write_bank(
        folder / "bank",
        **{"relationships": [], "capital": [builders.capital(tier1_capital="10000.00")]}
        | tables
        | {"facilities": [*facilities, *tables.get("facilities", [])]}
        | {"parties": [*parties, *(builders.party(name) for name in sorted(named.union(loans) - known))]},
    )
    result = run_monitor(folder / "bank", select(list(books), as_of=AS_OF), folder / "data")
    links = result.tables["relationships"].filter("is_suggested")
    assert set(links["assessment"]) <= {"doubtful"}
    return dict(links.select("relationship_id", "dependence_bp").iter_rows())


def trade(part, rest):
    """BUYER pays SELLER the part of what it receives; the rest comes from somebody whom the bank does not know."""
    return [
        builders.payment("X1", "BUYER", "SELLER", part, purpose="rent"),
        builders.payment("X2", None, "SELLER", rest, purpose="rent"),
        builders.payment("X3", "BUYER", None, "1000000.00", purpose="rent"),
    ]


RECEIPTS = "suggested:receipts:BUYER:SELLER"


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize(("exposure", "is_due"), [("500.01", True), ("500.00", False), ("499.99", False)])
@pytest.mark.parametrize("large", ["BUYER", "SELLER"])
def test_a_search_is_due_strictly_above_five_percent_of_tier_1_at_either_end(
    tmp_path, book, exposure, is_due, large
):
    loans = {"BUYER": "1.00", "SELLER": "1.00"} | {large: exposure}
    found = suggested(tmp_path, book, loans=loans, payments=trade("90.00", "10.00"))
    assert set(found) == ({RECEIPTS} if is_due else set())


def test_two_parties_that_only_together_pass_the_line_are_not_searched(tmp_path):
    loans = {"BUYER": "300.00", "SELLER": "300.00"}
    assert suggested(tmp_path, "basel_lex", loans=loans, payments=trade("90.00", "10.00")) == {}


@pytest.mark.parametrize("book", BOOKS)
def test_receipts_are_proposed_from_the_line_of_the_text_or_a_quarter(tmp_path, book):
    line = 5_000 if book in HALF_OF_RECEIPTS else 2_500
    loans = {"BUYER": "600.00", "SELLER": "600.00"}
    for share in (line - 1, line, line + 1):
        # Of 10 000.00 in all, one basis point is 1.00.
        payments = trade(f"{share}.00", f"{10_000 - share}.00")
        found = suggested(tmp_path / str(share), book, loans=loans, payments=payments)
        assert found == ({RECEIPTS: share} if share >= line else {}), share


@pytest.mark.parametrize("book", BOOKS)
def test_expenditure_is_proposed_from_the_line_of_the_text_or_a_quarter(tmp_path, book):
    line = 5_000 if book in HALF_OF_RECEIPTS else 2_500
    for share in (line - 1, line, line + 1):
        payments = [
            builders.payment("X1", "BUYER", "SELLER", f"{share}.00", purpose=None),
            builders.payment("X2", "BUYER", None, f"{10_000 - share}.00", purpose=None),
            builders.payment("X3", None, "SELLER", "1000000.00", purpose=None),
        ]
        loans = {"BUYER": "600.00"}
        found = suggested(tmp_path / str(share), book, loans=loans, payments=payments)
        # The spender relies on the party that it pays.
        assert found == ({"suggested:expenditure:SELLER:BUYER": share} if share >= line else {}), share


@pytest.mark.parametrize(("book", "line"), [
    ("cn_large_exposures", 5_000),                       # most of the output
    ("us_sccl", 2_500),                                  # a quarter or more
    ("basel_lex", 2_500), ("apra_aps221", 2_500), ("eu_crr", 2_500), ("uk_pra", 2_500),  # a significant part
])  # fmt: skip
def test_output_is_proposed_from_the_line_of_the_text_or_a_quarter(tmp_path, book, line):
    for share in (line - 1, line, line + 1):
        payments = [
            builders.payment("X1", "BUYER", "SELLER", f"{share}.00", purpose="goods"),
            builders.payment("X2", None, "SELLER", f"{10_000 - share}.00", purpose="services"),
            # No sale: it counts among the receipts, and not in the output.
            builders.payment("X3", None, "SELLER", "1000000.00", purpose="dividend"),
            builders.payment("X4", "BUYER", None, "1000000.00", purpose="goods"),
        ]
        found = suggested(tmp_path / str(share), book, loans={"SELLER": "600.00"}, payments=payments)
        assert found == ({"suggested:output:BUYER:SELLER": share} if share >= line else {}), share


def guarantee(amount):
    return builders.relationship(
        "R1", "GUARANTOR", "DEBTOR", kind="guarantee", basis=None, amount=amount, currency="CNY"
    )


BURDEN = "suggested:guarantee_burden:DEBTOR:GUARANTOR"


@pytest.mark.parametrize("book", [book for book in BOOKS if book != "us_sccl"])
@pytest.mark.parametrize(("amount", "net_assets", "share"), [
    ("5000.00", "10000.00", 5_000),
    ("5001.00", "10000.00", 5_001),
    ("4999.00", "10000.00", None),
    ("4999.99", "10000.00", None),   # 49.9999 %
    ("30000.00", "10000.00", 10_000),  # three times what it owns; a share is at most the whole
])  # fmt: skip
def test_a_guarantee_is_a_burden_from_half_of_what_the_guarantor_owns(
    tmp_path, book, amount, net_assets, share
):
    found = suggested(
        tmp_path,
        book,
        loans={"GUARANTOR": "600.00"},
        relationships=[guarantee(amount)],
        financial_statements=[builders.statement("GUARANTOR", "net_assets", net_assets)],
    )
    assert found == ({BURDEN: share} if share else {})


@pytest.mark.parametrize("net_assets", ["0.00", "-1.00"])
def test_a_guarantor_that_owns_nothing_can_bear_no_guarantee(tmp_path, net_assets):
    found = suggested(
        tmp_path,
        "basel_lex",
        loans={"GUARANTOR": "600.00"},
        relationships=[guarantee("0.01")],
        financial_statements=[builders.statement("GUARANTOR", "net_assets", net_assets)],
    )
    assert found == {BURDEN: None}


@pytest.mark.parametrize(("amount", "share"), [
    ("500.00", 5_000), ("500.10", 5_001), ("499.90", None), ("499.99", None),
])  # fmt: skip
def test_in_the_us_a_guarantee_is_set_against_the_exposure_to_the_guarantor(tmp_path, amount, share):
    # Exposure to the guarantor of 1 000.00; what it owns does not matter.
    found = suggested(
        tmp_path,
        "us_sccl",
        loans={"GUARANTOR": "1000.00"},
        relationships=[guarantee(amount)],
        financial_statements=[builders.statement("GUARANTOR", "net_assets", "1.00")],
    )
    assert found == ({BURDEN: share} if share else {})


def test_under_two_measures_of_one_guarantee_the_share_is_the_one_that_a_book_has_a_line_on(tmp_path):
    # 300.00 is 30 % of the exposure, which is below the US line, and 60 % of the net assets.
    found = suggested(
        tmp_path,
        "us_sccl",
        "basel_lex",
        loans={"GUARANTOR": "1000.00"},
        relationships=[guarantee("300.00")],
        financial_statements=[builders.statement("GUARANTOR", "net_assets", "500.00")],
    )
    assert found == {BURDEN: 3_000}


@pytest.mark.parametrize(("book", "kind", "is_proposed"), [
    ("basel_lex", "bank", True), ("eu_crr", "bank", True), ("uk_pra", "bank", True), ("apra_aps221", "bank", True),
    ("us_sccl", "bank", True),
    ("cn_large_exposures", "bank", False),  # a source of funding that is no bank
    ("cn_large_exposures", "fund", True),
])  # fmt: skip
def test_two_that_live_on_one_funder_are_proposed_from_half_of_their_funding(
    tmp_path, book, kind, is_proposed
):
    for share in (4_999, 5_000):
        payments = [
            builders.payment(f"X{name}{who}", who, name, amount, purpose="funding")
            for name in ("A", "B")
            for who, amount in (("FUNDER", f"{share}.00"), ("", f"{10_000 - share}.00"))
        ]
        found = suggested(
            tmp_path / str(share),
            book,
            loans={"A": "600.00", "B": "1.00"},
            parties=[builders.party("FUNDER", kind=kind)],
            payments=payments,
        )
        both = {f"suggested:funding_source:FUNDER:{name}": share for name in ("A", "B")}
        assert found == (both if is_proposed and share >= 5_000 else {}), share


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize(("value", "is_proposed"), [("300.00", True), ("300.01", True), ("299.99", False)])
def test_two_that_one_payer_repays_are_proposed_from_half_of_their_debt(tmp_path, book, value, is_proposed):
    # A owes 600.00, half of which is 300.00; B owes 10.00.
    found = suggested(
        tmp_path,
        book,
        loans={"A": "600.00", "B": "10.00"},
        protections=[
            builders.protection("G1", kind="receivable", provider_id="PAYER", value=value),
            builders.protection("G2", kind="accepted_draft", provider_id="PAYER", value="10.00"),
        ],
        protection_covers=[builders.cover("G1", "F-A"), builders.cover("G2", "F-B")],
    )
    both = {f"suggested:repayment_source:PAYER:{name}" for name in ("A", "B")}
    assert set(found) == (both if is_proposed else set())


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize(("value", "share"), [("50.00", 5_000), ("49.99", None)])
def test_receivables_with_one_debtor_are_proposed_from_half_of_them(tmp_path, book, value, share):
    found = suggested(
        tmp_path,
        book,
        loans={"CREDITOR": "600.00"},
        protections=[builders.protection("G1", kind="receivable", provider_id="PAYER", value=value)],
        protection_covers=[builders.cover("G1", "F-CREDITOR")],
        financial_statements=[builders.statement("CREDITOR", "accounts_receivable", "100.00")],
    )
    assert found == ({"suggested:receivables:PAYER:CREDITOR": share} if share else {})
