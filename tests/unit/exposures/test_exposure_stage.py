"""Exposures of a whole book: what joins rows that the single steps cannot see."""

import pytest

from riskmon import exposures
from riskmon.rulebook.select import select
from tests import builders

BOOKS = ("cn_large_exposures", "cn_group_credit", "example_policy", "basel_lex")


@pytest.fixture
def run(tmp_path):
    def measured(book_id="cn_large_exposures", **tables):
        frames = builders.validated(
            tmp_path / "bank", **{"relationships": [], "capital": [builders.capital()]} | tables
        )
        frames |= exposures.run(frames, select(BOOKS, as_of=builders.AS_OF))
        ids = frames["parties"].select("party_id", obligor_key="party_key")
        own = frames["obligor_exposures"].filter(book_id=book_id).join(ids, on="obligor_key")
        return {row["party_id"]: row for row in own.to_dicts()}

    return measured


def test_a_loan_that_the_book_exempts_is_in_no_loan_balance(run):
    found = run(
        parties=[builders.party("STATE", kind="sovereign"), builders.party("FIRM")],
        facilities=[builders.facility("F1", "STATE"), builders.facility("F2", "FIRM")],
    )
    # Article 13: claims on the own central government are outside every requirement of the measures.
    assert (found["STATE"]["exposure_minor"], found["STATE"]["exempt_minor"]) == (100_00, 100_00)
    assert found["STATE"]["loan_balance_minor"] == 0
    assert found["FIRM"]["loan_balance_minor"] == 100_00


def test_a_loan_that_an_exempt_party_guarantees_stays_in_the_obligors_loan_balance(run):
    found = run(
        parties=[builders.party("STATE", kind="sovereign"), builders.party("FIRM")],
        facilities=[builders.facility("F1", "FIRM")],
        protections=[builders.protection(kind="guarantee", provider_id="STATE", value="100.00")],
        protection_covers=[builders.cover()],
    )
    assert (found["FIRM"]["exposure_minor"], found["FIRM"]["loan_balance_minor"]) == (0, 100_00)
    assert found["STATE"]["exempt_minor"] == 100_00


@pytest.mark.parametrize("book_id", ["cn_large_exposures", "example_policy"])
@pytest.mark.parametrize(
    ("holdings", "owner"),
    [
        # the line is 0.15 % of tier 1 capital of 8 000.00, and the line itself reaches it
        (["12.00"],          "(anonymous)"),
        (["11.99"],          "FUND"),
        (["6.00", "6.00"],   "(anonymous)"),  # one product: no artificial splitting
        (["6.00", "5.99"],   "FUND"),
    ],
)  # fmt: skip
def test_the_holdings_of_one_product_meet_the_look_through_line_together(run, book_id, holdings, owner):
    found = run(
        book_id,
        parties=[builders.party("FUND", kind="fund"), builders.party("OTHER", kind="fund")],
        facilities=[
            builders.facility(f"F{n}", "FUND", product="fund_unit", drawn=amount, commitment=None)
            for n, amount in enumerate(holdings)
        ]
        # another product, and a claim on the product's own obligor that is no holding, do not count
        + [
            builders.facility("X1", "OTHER", product="fund_unit", drawn="5.00", commitment=None),
            builders.facility("X2", "FUND", drawn="50.00", commitment="50.00"),
        ],
    )
    assert found[owner]["specific_minor"] == sum(int(amount.replace(".", "")) for amount in holdings)
    assert found["OTHER"]["specific_minor"] == 5_00


@pytest.mark.parametrize("book_id", BOOKS)
@pytest.mark.parametrize(
    ("period", "left_minor"),
    [
        ({"start_date": "2026-06-30", "maturity_date": None},         50_00),
        ({"start_date": "2026-07-01", "maturity_date": None},         100_00),  # not yet
        ({"start_date": None,         "maturity_date": "2026-06-30"}, 50_00),
        ({"start_date": None,         "maturity_date": "2026-06-29"}, 100_00),  # no longer
    ],
)  # fmt: skip
def test_protection_counts_from_its_start_to_its_end(run, book_id, period, left_minor):
    found = run(
        book_id,
        parties=[builders.party()],
        facilities=[builders.facility(maturity_date="2026-01-31")],  # in arrears: its end is no yardstick
        protections=[builders.protection(**period)],
        protection_covers=[builders.cover()],
    )
    assert found["P1"]["exposure_minor"] == left_minor


def test_what_is_drawn_under_an_off_balance_product_counts_in_full(run):
    found = run(
        parties=[builders.party()],
        facilities=[builders.facility(product="performance_guarantee", drawn="30.00", commitment="100.00")],
    )
    assert found["P1"]["potential_minor"] == 65_00  # 30 paid out, and half of the 70 that may yet be


@pytest.mark.parametrize(
    ("kind",                "provider", "left_minor"),
    [
        ("deposit_certificate", "BANK",     50_00),   # any bank's
        ("government_bond",     "STATE",    50_00),
        ("government_bond",     "ABROAD",   100_00),  # treasury bonds are the own state's
        ("gold",                None,       100_00),  # not among the three deductions
    ],
)  # fmt: skip
def test_three_things_come_off_the_credit_balance_and_go_nowhere_else(run, kind, provider, left_minor):
    found = run(
        "cn_group_credit",
        parties=[
            builders.party(),
            builders.party("BANK", kind="bank"),
            builders.party("STATE", kind="sovereign"),
            builders.party("ABROAD", kind="sovereign", country="XA"),
        ],
        facilities=[builders.facility()],
        protections=[builders.protection(kind=kind, provider_id=provider, maturity_date="2026-07-31")],
        protection_covers=[builders.cover()],
    )
    assert {name: row["credit_balance_minor"] for name, row in found.items()} == {"P1": left_minor}


@pytest.mark.parametrize(("amount", "owner"), [("20.01", "(anonymous)"), ("20.00", "FUND")])
def test_basel_sends_a_product_on_only_above_its_line(run, amount, owner):
    # 0.25 % of tier 1 capital of 8 000.00; an investment of exactly the line stays
    found = run(
        "basel_lex",
        parties=[builders.party("FUND", kind="fund")],
        facilities=[builders.facility("F1", "FUND", product="fund_unit", drawn=amount, commitment=None)],
    )
    assert found[owner]["specific_minor"] == int(amount.replace(".", ""))


def test_what_an_obligor_owes_by_product_is_there_though_no_limit_of_the_bank_asks_yet(tmp_path):
    frames = builders.validated(
        tmp_path,
        parties=[builders.party("X")],
        relationships=[],
        facilities=[
            builders.facility("F1", "X", drawn="10.00", commitment="10.00"),
            builders.facility("F2", "X", product="bond", drawn="5.00", commitment=None),
        ],
        capital=[builders.capital()],
    )
    found = exposures.run(frames, select(["basel_lex"], as_of=builders.AS_OF))["obligor_products"]
    assert dict(found.select("product", "exposure_minor").rows()) == {"loan": 10_00, "bond": 5_00}
