"""What is uncertain of one facility is so of everybody who would have to pay in its place, and is always told."""

import polars as pl
import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders as b

BOOKS = ("cn_large_exposures", "basel_lex", "us_sccl")
STALE = b.fx_rate("USD", "0.5", as_of="2026-05-01")
BANK = b.party("BK", kind="bank", risk_weight_bp=2000)


def guarantee(value):
    return b.protection(
        "G",
        kind="guarantee",
        provider_id="BK",
        value=value,
        start_date="2020-01-01",
        maturity_date="2030-01-01",
    )


def ran(tmp_path, books=BOOKS, **tables):
    bank = b.write_bank(tmp_path / "bank", capital=[b.capital(b.AS_OF)], **tables)
    return run_monitor(bank, select(books, as_of=b.AS_OF), tmp_path / "data").tables


def of(found, party_id, book_id="cn_large_exposures"):
    (row,) = found["obligor_exposures"].filter(obligor_id=party_id, book_id=book_id).to_dicts()
    return row["exposure_minor"], row["is_complete"]


def test_a_guarantor_of_a_loan_at_a_stale_rate_is_not_complete(tmp_path):
    """100 USD at 0.5 are 50.00; the newest rate is two months old, and the 50.00 that move to the bank are all of that."""
    found = ran(
        tmp_path,
        parties=[b.party("C"), BANK],
        facilities=[b.facility("F1", "C", currency="USD")],
        protections=[guarantee("5000.00")],
        protection_covers=[b.cover("G", "F1")],
        fx_rates=[STALE],
    )
    assert of(found, "C") == (0, False)
    assert of(found, "BK") == (50_00, False)


def test_who_shares_a_protection_with_a_loan_at_a_stale_rate_is_not_complete(tmp_path):
    """The guarantee of 100 takes 50 of the loan in USD first and leaves 50 for the other: at 0.9 it would leave 10."""
    found = ran(
        tmp_path,
        parties=[b.party("A"), b.party("GX"), BANK],
        facilities=[b.facility("F1", "A", currency="USD"), b.facility("F2", "GX")],
        protections=[guarantee("100.00")],
        protection_covers=[b.cover("G", "F1", rank="1"), b.cover("G", "F2", rank="2")],
        fx_rates=[STALE],
    )
    assert of(found, "GX") == (50_00, False)
    assert of(found, "BK") == (100_00, False)


@pytest.mark.parametrize("book_id", BOOKS)
def test_what_moves_to_a_guarantor_from_a_facility_measured_in_part_is_not_complete(tmp_path, book_id):
    found = ran(
        tmp_path,
        parties=[b.party("D1"), BANK],
        facilities=[b.facility("DV", "D1", product="derivative", commitment=None, drawn="10.00")],
        protections=[guarantee("100.00")],
        protection_covers=[b.cover("G", "DV")],
    )
    assert of(found, "D1", book_id) == (0, False)
    assert of(found, "BK", book_id) == (10_00, False)


def test_a_stale_rate_that_only_a_fund_leans_on_is_told(tmp_path):
    found = ran(
        tmp_path,
        parties=[b.party("FUND"), b.party("X")],
        facilities=[b.fund_unit("FU", "FUND")],
        structures=[b.structure("S1", currency="USD")],
        underlyings=[b.underlying("U1", "X", amount="400.00", currency="USD")],
        fund_holdings=[b.fund_holding("H1", "FU", currency="USD")],
        fx_rates=[STALE],
    )
    codes = found["findings"].filter(pl.col("table") == "fx_rates")["finding_code"].to_list()
    assert codes == ["rate_stale"]


@pytest.mark.parametrize(
    ("book_id", "exposure"),
    [
        # nominal times factor, less provision: 100 x 50 % less 60 is nothing
        ("cn_large_exposures", 0),
        # the provision is on the guarantee, before the factor: (100 - 60) x 50 %
        ("basel_lex", 20_00),
        # (100 - 60) x 100 %
        ("eu_crr", 40_00),
    ],
)
def test_provision_for_a_guarantee_given_comes_off_where_the_book_takes_it_off(tmp_path, book_id, exposure):
    given = b.facility(
        "PG", "A", product="performance_guarantee", commitment="100.00", drawn="0", provision="60.00"
    )
    found = ran(tmp_path, (book_id,), parties=[b.party("A")], facilities=[given])
    assert of(found, "A", book_id)[0] == exposure


def test_provision_beyond_what_is_paid_out_of_a_guarantee_is_on_the_rest(tmp_path):
    """Paid out 30 of 100, provision 50: 30 - 50 leaves nothing paid out and 20 of provision on the 70 undrawn: 50 x 50 %."""
    given = b.facility(
        "PG", "A", product="performance_guarantee", commitment="100.00", drawn="30.00", provision="50.00"
    )
    found = ran(tmp_path, ("basel_lex",), parties=[b.party("A")], facilities=[given])
    assert of(found, "A", "basel_lex")[0] == 25_00
