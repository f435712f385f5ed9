"""One facility explained: contract, factor, protections with clause or reason, exemption, where it counts."""

from datetime import date

import pytest

from riskmon.domain.errors import NotFoundError
from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory):
    folder = tmp_path_factory.mktemp("facility")
    builders.write_bank(
        folder / "bank",
        parties=[
            builders.party("X"),
            builders.party("Y"),
            builders.party("Z", kind="bank"),
            builders.party("PB", kind="policy_bank"),
        ],
        relationships=[builders.relationship("R1", "X", "Y")],
        facilities=[
            builders.facility("F1", "X", currency="USD", commitment="100.00", drawn="60.00", is_cancellable=False),
            builders.facility("F2", "Y"),
            builders.facility("F3", "PB", product="bond", commitment=None),
        ],
        protections=[
            builders.protection("G1", kind="guarantee", provider_id="Z", value="70.00"),
            builders.protection("H1", kind="property", value="500.00"),
            builders.protection("M1", kind="cash_margin", value="5.00", maturity_date="2027-01-01"),
        ],
        protection_covers=[builders.cover(name, "F1") for name in ("G1", "H1", "M1")],
        fx_rates=[builders.fx_rate("USD", "2")],
        capital=[builders.capital()],
    )  # fmt: skip
    books = ["cn_large_exposures", "cn_group_credit", "example_policy"]
    run_monitor(folder / "bank", select(books, as_of=AS_OF), folder / "data")
    return read.Snapshots(folder / "data")


def under(snapshots, facility_id, book_id):
    body = read.facility(snapshots, facility_id)
    return body, next(book for book in body["books"] if book["book_id"] == book_id)


def test_the_contract_is_told_in_its_own_currency_with_the_rate_applied(snapshots):
    contract = read.facility(snapshots, "F1")["facility"]
    assert (contract["currency"], contract["drawn"], contract["rate_e10"]) == ("USD", "60.00", 2 * 10**10)


def test_each_book_names_its_factor_and_its_clause(snapshots):
    # 40 dollars undrawn are 80; more than a year: 50 % by annex 4, 40 % by the bank's policy, all of it in 2010
    found = {}
    for book_id in ("cn_large_exposures", "example_policy", "cn_group_credit"):
        _, book = under(snapshots, "F1", book_id)
        (row,) = [row for row in book["exposures"] if row["factor_bp"] is not None]
        found[book_id] = (row["factor_bp"], row["exposure_gross"], row["factor_clause"].rpartition(", ")[2])
    assert found == {
        "cn_large_exposures": (5_000, "40.00", "item 2"),
        "example_policy": (4_000, "32.00", "5.2"),
        "cn_group_credit": (10_000, "80.00", "art. 4"),
    }


def test_every_protection_is_told_with_its_clause_or_the_reason_why_it_does_not_count(snapshots):
    _, book = under(snapshots, "F1", "cn_large_exposures")
    told = {
        use["protection_id"]: (use["mitigation_id"], use["refusal"], use["applied"])
        for use in book["protections"]
    }
    assert told == {
        "G1": ("domestic_guarantor", None, "70.00"),
        "H1": (None, "kind_not_eligible", "0.00"),
        "M1": (None, "ends_before_claim", "0.00"),
    }
    guarantee = next(use for use in book["protections"] if use["protection_id"] == "G1")
    assert guarantee["clause"].endswith("annex 5, eligible guarantors")
    _, earlier = under(snapshots, "F1", "cn_group_credit")
    assert {use["protection_id"]: use["refusal"] for use in earlier["protections"]} == {
        "G1": "kind_not_eligible",
        "H1": "kind_not_eligible",
        "M1": None,
    }


def test_a_facility_names_the_parties_groups_and_limits_it_counts_in(snapshots):
    _, book = under(snapshots, "F1", "cn_large_exposures")
    parties = {party["party_id"]: party for party in book["parties"]}
    assert set(parties) == {"X", "Z"}
    assert parties["X"]["group_ids"] == ["cn_large_exposures/X"]
    assert {row["limit_id"] for row in parties["X"]["headroom"]} == {"loan_single", "single", "group"}
    assert {row["limit_id"] for row in parties["Z"]["headroom"]} == {"interbank"}


def test_an_exempt_facility_names_the_exemption(snapshots):
    _, book = under(snapshots, "F3", "cn_large_exposures")
    (row,) = book["exposures"]
    assert (row["exempt"], row["exemption_id"]) == ("100.00", "policy_bank")
    assert row["exemption_clause"].endswith("art. 15")


def test_the_rows_of_a_facility_add_up_to_what_its_parties_show(snapshots):
    body, book = under(snapshots, "F1", "cn_large_exposures")
    # 120 + 40 gross, 70 of it moved to the guarantor
    assert sorted((row["obligor_id"], row["category"], row["exposure"]) for row in book["exposures"]) == [
        ("X", "general", "50.00"),
        ("X", "potential", "40.00"),
        ("Z", "general", "70.00"),
    ]
    assert body["currency"] == "CNY"


def test_a_facility_that_is_not_there_is_said(snapshots):
    with pytest.raises(NotFoundError, match="no facility 'F9'"):
        read.facility(snapshots, "F9")
