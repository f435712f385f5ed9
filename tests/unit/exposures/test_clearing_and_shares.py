"""Claims on central counterparties, covered bonds, and the agreements that stand beside the facilities."""

import pytest

from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders
from tests.counterparty_rows import (
    AS_OF,
    financing,
    measured,
    months,
    netting_set,
    position,
    totals,
    trade,
)

BOOKS = ("basel_lex", "cn_large_exposures", "eu_crr", "uk_pra", "us_sccl", "apra_aps221")


def ccp(*, is_qualifying):
    return builders.party("CP", kind="ccp", is_qualifying_ccp=is_qualifying)


def clearing(component, **terms):
    row = {"product": "ccp_clearing", "ccp_component": component, "commitment": None, "drawn": "100.00"}
    return builders.facility("F1", "CP", **(row | {"accrued_interest": "3.00", "provision": "9.00"} | terms))


@pytest.mark.parametrize("book_id", BOOKS)
@pytest.mark.parametrize(
    ("component", "counts"),
    [
        ("segregated_margin",     0),
        ("unfunded_default_fund", 0),
        ("other_margin",          100),   # nominal: neither interest nor provision
        ("funded_default_fund",   100),
        ("equity",                100),
    ],
)  # fmt: skip
def test_a_component_of_clearing_counts_by_its_kind(tmp_path, book_id, component, counts):
    frames = measured(tmp_path, book_id, parties=[ccp(is_qualifying=False)], facilities=[clearing(component)])
    found = totals(frames)["CP"]
    assert (found["exposure_minor"], found["exempt_minor"]) == (counts * 100, 0)


@pytest.mark.parametrize(("book_id", "booked"), [("basel_lex", 94_00), ("us_sccl", 103_00)])
def test_clearing_of_no_known_component_counts_as_booked(tmp_path, book_id, booked):
    frames = measured(tmp_path, book_id, parties=[ccp(is_qualifying=False)], facilities=[clearing(None)])
    assert totals(frames)["CP"]["exposure_minor"] == booked


@pytest.mark.parametrize(("is_qualifying", "exempt"), [(True, 56_00), (False, 0), (None, 0)])
def test_what_is_traded_with_a_central_counterparty_is_cleared(tmp_path, is_qualifying, exempt):
    parties = [ccp(is_qualifying=is_qualifying)]
    frames = measured(tmp_path, parties=parties, netting_sets=[netting_set()], derivatives=[trade()])
    found = totals(frames)["CP"]
    assert (found["exposure_minor"], found["exempt_minor"]) == (56_00, exempt)


def test_a_large_set_that_is_cleared_keeps_the_short_margin_period(tmp_path):
    trades = [trade(f"T{n:05}", notional="1") for n in range(5001)]
    margin = {"is_margined": True, "threshold": "0", "minimum_transfer": "0", "margin_days": "10"}
    frames = measured(
        tmp_path, parties=[ccp(is_qualifying=False)], netting_sets=[netting_set(**margin)], derivatives=trades
    )
    # 5,001 x 4 % x 1.5 x root of 10/250 x 1.4 = 84.0168
    assert totals(frames)["CP"]["exposure_minor"] == 84_02


@pytest.mark.parametrize(
    ("cleared", "lent", "breaches"),
    [
        # a quarter of tier 1 capital of 8,000 is 2,000
        ("1500.00", "1500.00", {"basel_lex/general"}),
        ("2000.01", "0.00",    {"basel_lex/general", "cn_large_exposures/ccp_non_qualifying"}),
        ("0.00",    "2000.01", {"basel_lex/general", "cn_large_exposures/ccp_non_qualifying"}),
        ("1000.00", "1000.00", set()),
        ("2000.00", "0.00",    set()),
    ],
)  # fmt: skip
def test_basel_adds_up_what_china_limits_one_by_one(tmp_path, cleared, lent, breaches):
    builders.write_bank(
        tmp_path / "bank",
        parties=[ccp(is_qualifying=False)],
        facilities=[
            builders.facility("F1", "CP", product="ccp_clearing", drawn=cleared, commitment=None),
            builders.facility("F2", "CP", product="interbank_deposit", drawn=lent, commitment=None),
        ],
        capital=[builders.capital()],
    )
    selection = select(["basel_lex", "cn_large_exposures"], as_of=AS_OF)
    found = run_monitor(tmp_path / "bank", selection, tmp_path / "data").tables["breaches"]
    assert {f"{row['book_id']}/{row['limit_id']}" for row in found.to_dicts()} == breaches


@pytest.mark.parametrize(
    ("terms", "counts"),
    [({"is_qualifying": True}, 20_01), ({"is_qualifying": False}, 94_05), ({}, 94_05), ({"product": "bond", "is_qualifying": True}, 94_05)],
)  # fmt: skip
def test_a_qualifying_covered_bond_counts_a_fifth_of_its_nominal(tmp_path, terms, counts):
    row = {
        "product": "covered_bond",
        "drawn": "100.05",
        "commitment": None,
        "accrued_interest": "3.00",
        "provision": "9.00",
    }
    bond = builders.facility("F1", "CP", **(row | terms))
    assert totals(measured(tmp_path, facilities=[bond]))["CP"]["exposure_minor"] == counts


def settlement(due, **terms):
    return builders.facility("F1", "CP", is_settlement=True, maturity_date=due, **terms)


@pytest.mark.parametrize(
    ("book_id", "due", "product", "is_exempt"),
    [
        # the run is on Tuesday 2026-06-30
        ("apra_aps221", "2026-06-30", "advance", True),
        ("apra_aps221", "2026-06-29", "advance", False),
        ("apra_aps221", None,         "advance", False),
        ("eu_crr",      "2026-06-26", "advance", True),    # Friday: Monday and Tuesday passed
        ("eu_crr",      "2026-06-27", "advance", True),    # a Saturday
        ("eu_crr",      "2026-06-25", "advance", False),
        ("eu_crr",      "2026-06-23", "bond",    True),    # five days
        ("eu_crr",      "2026-06-22", "bond",    False),
        ("uk_pra",      "2026-06-25", "advance", False),
        ("cn_large_exposures", None,  "interbank_deposit", True),   # deposits for settlement have no due date
        ("basel_lex",   "2026-06-30", "advance", False),
    ],
)  # fmt: skip
def test_settlement_is_left_out_until_its_days_have_passed(tmp_path, book_id, due, product, is_exempt):
    row = settlement(due, product=product, start_date=None)
    found = totals(measured(tmp_path, book_id, facilities=[row]))["CP"]
    assert found["exempt_minor"] == (found["exposure_minor"] if is_exempt else 0)


@pytest.mark.parametrize(
    ("book_id", "kind", "is_exempt"),
    [("basel_lex", "bank", True), ("basel_lex", "corporate", False), ("us_sccl", "corporate", True), ("apra_aps221", "corporate", False)],
)  # fmt: skip
def test_intraday_exposure_is_left_out_between_banks_and_in_the_united_states_to_all(
    tmp_path, book_id, kind, is_exempt
):
    parties = [builders.party("CP", kind=kind)]
    facilities = [builders.facility("F1", "CP", is_intraday=True)]
    found = totals(measured(tmp_path, book_id, parties=parties, facilities=facilities))["CP"]
    assert found["exempt_minor"] == (100_00 if is_exempt else 0)


@pytest.fixture
def traded(tmp_path):
    """A bank whose ids repeat across tables."""
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("CP", kind="bank"), builders.party("ISS")],
        facilities=[
            builders.facility("A", "CP", product="derivative"),
            builders.facility("B", "ISS", is_trading_book=True, product="bond"),
            builders.facility("C", "ISS", product="derivative"),
        ],
        netting_sets=[netting_set("A"), netting_set("SFT")],
        derivatives=[trade("A", netting_set_id="A", end_date=months(24))],
        securities_financing=[financing("A", netting_set_id="SFT")],
        trading_positions=[position("A", "70")],
        capital=[builders.capital()],
        fx_rates=[builders.fx_rate("USD", "7")],
    )
    return run_monitor(tmp_path / "bank", select(["basel_lex"], as_of=AS_OF), tmp_path / "data")


def test_each_agreement_says_which_table_it_comes_from_though_ids_repeat(traded):
    rows = (
        traded.tables["exposures"]
        .select("facility_id", "source", "obligor_id", "category", "exposure_minor")
        .rows()
    )
    assert rows == [
        ("A", "facilities", "CP", "counterparty", 100_00),
        ("A", "netting_sets", "CP", "counterparty", 56_00),
        ("A", "securities_financing", "CP", "counterparty", 4_00),
        ("A", "securities_financing", "ISS", "counterparty", 96_00),
        ("B", "facilities", "ISS", "trading", 100_00),
        ("C", "facilities", "ISS", "counterparty", 100_00),
        ("trading/ISS", "trading_positions", "ISS", "trading", 70_00),
    ]


def test_a_facility_beside_positions_of_its_kind_counts_as_well_and_that_is_said(traded):
    (said,) = traded.tables["findings"].filter(finding_code="counted_twice").to_dicts()
    assert said["sample"] == ["A", "B"]  # C has no set of its obligor beside it


def test_an_obligor_is_explained_down_to_its_sets_and_positions(traded):
    body = read.obligor(read.Snapshots(traded.folder.parents[1]), "CP")
    told = {(row["facility_id"], row["source"]): (row["product"], row["drawn"]) for row in body["facilities"]}
    assert told == {
        ("A", "facilities"): ("derivative", "100.00"),
        ("A", "netting_sets"): (None, None),
        ("A", "securities_financing"): (None, None),
    }
