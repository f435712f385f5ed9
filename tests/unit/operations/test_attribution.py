"""What changed an exposure between two runs, and a headroom: one cause at a time, and all together to the minor unit."""

import shutil
from datetime import date

import polars as pl
import pytest
from rich.console import Console

from riskmon.cli.explain_changes import print_changes
from riskmon.cli.explain_words import Language, Words
from riskmon.ingest import read_bank
from riskmon.operations import read
from riskmon.operations.attribution import Side, attributed
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders
from tests.counterparty_rows import financing, netting_set, position, trade

THEN, NOW = date(2026, 3, 31), date(2026, 6, 30)
BOOK = "cn_large_exposures"


def loan(obligor_id, amount, **more):
    return builders.facility(f"F-{obligor_id}", obligor_id, drawn=amount, commitment=amount, **more)


def bank(**tables):
    usual = {
        "parties": [builders.party(name) for name in "ABC"],
        "relationships": [],
        "facilities": [loan("A", "100.00")],
        "capital": [builders.capital("2026-03-31")],
        "fx_rates": [builders.fx_rate(as_of="2026-03-31", rate="7.0")],
    }
    return usual | tables


@pytest.fixture
def change(tmp_path):
    def between(before, after, *, books=(BOOK,), dates=(THEN, NOW), choices=({}, {})):
        sides = []
        for name, tables, as_of, chosen in zip(("then", "now"), (before, after), dates, choices, strict=True):
            folder = builders.write_bank(tmp_path / name, **tables)
            selection = select(list(books), as_of=as_of, choices=chosen)
            outputs = run_monitor(folder, selection, tmp_path / f"{name}-data").tables
            sides.append(Side(selection, read_bank(folder, required=()), outputs))
        return attributed(*sides)

    return between


def causes(rows, subject_id, measure="exposure", limit_id=None):
    found = rows.filter(
        (pl.col("subject_id") == subject_id)
        & (pl.col("measure") == measure)
        & pl.col("limit_id").eq_missing(pl.lit(limit_id))
    )
    return dict(found.select("cause", "change_minor").rows())


@pytest.mark.parametrize(
    ("before", "after", "cause", "change_minor"),
    [
        ({}, {"facilities": [loan("A", "60.00")]}, "repayment", -40_00),
        ({}, {"facilities": []}, "repayment", -100_00),
        ({}, {"facilities": [loan("A", "130.00")]}, "new_business", 30_00),
        (
            {},
            {
                "facilities": [
                    loan("A", "100.00"),
                    builders.facility("F2", "A", drawn="30.00", commitment="30.00"),
                ]
            },
            "new_business",
            30_00,
        ),
        (
            {"facilities": [loan("A", "100.00", provision="5.00")]},
            {"facilities": [loan("A", "100.00", provision="8.00")]},
            "provision",
            -3_00,
        ),
        (
            {"facilities": [loan("A", "10.00", currency="USD")]},  # 70.00
            {
                "facilities": [loan("A", "10.00", currency="USD")],
                "fx_rates": [builders.fx_rate(as_of="2026-06-30", rate="7.2")],
            },
            "currency",
            2_00,
        ),
        (
            {
                "protections": [builders.protection(value="50.00")],
                "protection_covers": [builders.cover(facility_id="F-A")],
            },
            {
                "protections": [builders.protection(value="20.00")],
                "protection_covers": [builders.cover(facility_id="F-A")],
            },
            "collateral",
            30_00,
        ),
        (
            # the margin ends between the two dates
            {
                "protections": [builders.protection(maturity_date="2028-01-01")],
                "protection_covers": [builders.cover(facility_id="F-A")],
            },
            {
                "protections": [builders.protection(maturity_date="2026-05-01")],
                "protection_covers": [builders.cover(facility_id="F-A")],
            },
            "collateral",
            50_00,
        ),
    ],
)
def test_one_cause_explains_the_whole_change(change, before, after, cause, change_minor):
    rows = change(bank(**before), bank(**after))
    assert causes(rows, "A") == {cause: change_minor}


SWAP = trade(market_value="100.00")
REPO = financing(security_issuer_id=None)
BOND = position(issuer_id="A")


def trades(*, sets=(), derivatives=(), repos=(), positions=()):
    """A bank that has nothing but these trades with A."""
    return bank(
        facilities=[],
        netting_sets=[netting_set(each, "A") for each in sets],
        derivatives=list(derivatives),
        securities_financing=list(repos),
        trading_positions=list(positions),
    )


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        ({}, {"sets": ["NS"], "derivatives": [SWAP]}, "new_business"),
        ({"sets": ["NS"], "derivatives": [SWAP]}, {"sets": ["NS"], "derivatives": [SWAP, SWAP | {"trade_id": "T2"}]}, "new_business"),
        ({"sets": ["NS"], "derivatives": [SWAP]}, {}, "repayment"),
        ({"sets": ["NS"], "derivatives": [SWAP]}, {"sets": ["NS"], "derivatives": [SWAP | {"market_value": "130.00"}]}, "market"),
        ({}, {"sets": ["NS"], "repos": [REPO]}, "new_business"),
        ({"sets": ["NS"], "repos": [REPO]}, {"sets": ["NS"]}, "repayment"),
        ({"sets": ["NS"], "repos": [REPO]}, {"sets": ["NS"], "repos": [REPO | {"cash": "120"}]}, "market"),
        ({}, {"positions": [BOND]}, "new_business"),
        ({"positions": [BOND]}, {"positions": [BOND, BOND | {"position_id": "T2"}]}, "new_business"),
        ({"positions": [BOND]}, {}, "repayment"),
        ({"positions": [BOND]}, {"positions": [BOND | {"market_value": "90"}]}, "market"),
    ],
)  # fmt: skip
def test_a_trade_that_comes_is_new_business_and_one_that_ends_is_repaid(change, before, after, cause):
    rows = change(trades(**before), trades(**after), dates=(NOW, NOW), books=("basel_lex",))
    assert causes(rows, "A").keys() == {cause}


def test_a_trade_with_another_side_is_another_trade(change):
    # a long bond of 100 is sold, and an option that is sold on 70 takes its place under the same id
    put = BOND | {"instrument": "put", "side": "short", "market_value": "30", "strike_value": "100"}
    rows = change(trades(positions=[BOND]), trades(positions=[put]), dates=(NOW, NOW))
    assert causes(rows, "A") == {"repayment": -100_00, "new_business": 70_00}


def test_a_trade_that_gains_while_another_comes_is_told_in_two_causes(change):
    gained = BOND | {"market_value": "110"}
    rows = change(trades(positions=[BOND]), trades(positions=[gained, BOND | {"position_id": "T2"}]))
    assert causes(rows, "A") == {"market": 10_00, "new_business": 100_00}


def test_a_margin_that_ends_by_itself_is_time(change):
    protected = {
        "facilities": [loan("A", "100.00", maturity_date="2026-04-30")],
        "protections": [builders.protection(maturity_date="2026-05-01")],
        "protection_covers": [builders.cover(facility_id="F-A")],
    }
    assert causes(change(bank(**protected), bank(**protected)), "A") == {"time": 50_00}


def test_several_causes_add_up_in_the_stated_order(change):
    # 10 USD at 7.0 less nothing is 70.00. Rate 7.2: +2.00. Provision of 1 USD: -7.20. Half repaid: -5 USD, -36.00.
    before = bank(facilities=[loan("A", "10.00", currency="USD")])
    after = bank(
        facilities=[loan("A", "5.00", currency="USD", provision="1.00"), loan("B", "1.00")],
        fx_rates=[builders.fx_rate(as_of="2026-06-30", rate="7.2")],
    )
    rows = change(before, after)
    assert causes(rows, "A") == {"currency": 2_00, "provision": -7_20, "repayment": -36_00}
    assert causes(rows, "B") == {"new_business": 1_00}


def test_a_book_with_another_edition_is_a_change_of_the_rulebook(change):
    # a commitment of 100.00 over a year converts at 50 % under the text of 2019 and at 40 % under that of 2023
    terms = {"start_date": "2022-01-01", "maturity_date": "2025-01-01", "is_cancellable": False}
    line = builders.facility("F1", "A", product="commitment", drawn=None, commitment="100.00", **terms)
    tables = bank(facilities=[line], capital=[builders.capital("2022-12-31")], fx_rates=[])
    dates = (date(2022, 12, 31), date(2023, 3, 31))
    rows = change(tables, tables, books=("basel_lex",), dates=dates)
    assert causes(rows, "A") == {"rulebook": -10_00}


def test_a_member_that_leaves_takes_its_exposure_with_it(change):
    link = builders.relationship("R1", "A", "B")
    before = bank(relationships=[link], facilities=[loan("A", "100.00"), loan("B", "40.00")])
    after = bank(relationships=[], facilities=[loan("A", "110.00"), loan("B", "40.00")])
    rows = change(before, after)
    assert causes(rows, f"{BOOK}/A") == {"new_business": 10_00, "group_membership": -40_00}
    assert causes(rows, "B") == {}
    assert causes(rows, f"{BOOK}/B") == {"group_membership": 40_00}  # now a group of its own


def test_a_member_that_comes_brings_what_it_owed_before_and_owes_more_by_its_own_business(change):
    link = builders.relationship("R1", "A", "B")
    before = bank(relationships=[], facilities=[loan("A", "100.00"), loan("B", "40.00")])
    after = bank(relationships=[link], facilities=[loan("A", "100.00"), loan("B", "55.00")])
    rows = change(before, after)
    assert causes(rows, f"{BOOK}/A") == {"group_membership": 40_00, "new_business": 15_00}


def test_a_member_that_repays_all_has_not_left_the_group(change):
    link = builders.relationship("R1", "A", "B")
    both, alone = [loan("A", "100.00"), loan("B", "40.00")], [loan("A", "100.00")]
    repaid = change(bank(relationships=[link], facilities=both), bank(relationships=[link], facilities=alone))
    assert causes(repaid, f"{BOOK}/A") == {"repayment": -40_00}


def test_headroom_falls_with_capital_and_rises_with_repayment(change):
    # 15 % of 8 000.00 is 1 200.00, of 7 000.00 it is 1 050.00
    before = bank()
    after = bank(
        facilities=[loan("A", "60.00")], capital=[builders.capital("2026-06-30", tier1_capital="7000.00")]
    )
    rows = change(before, after)
    assert causes(rows, "A", "headroom", "single") == {"capital": -150_00, "repayment": 40_00}
    assert causes(rows, "A", "headroom", "loan_single") == {"repayment": 40_00}


def test_what_becomes_exempt_gives_headroom_and_no_exposure(change):
    bonds = [builders.facility("F1", "A", product="bond", drawn="100.00", commitment=None)]
    before = bank(facilities=bonds)
    after = bank(facilities=bonds, parties=[builders.party("A", kind="policy_bank")])
    rows = change(before, after)
    assert causes(rows, "A", "exempt") == {"reference": 100_00}
    assert causes(rows, "A") == {}


def test_a_claim_that_moves_to_a_guarantor_is_told_on_both_sides(change):
    parties = [builders.party("A"), builders.party("Z", kind="bank")]
    guarantee = {
        "protections": [builders.protection(kind="guarantee", provider_id="Z", value="30.00")],
        "protection_covers": [builders.cover(facility_id="F-A")],
    }
    rows = change(bank(parties=parties), bank(parties=parties, **guarantee))
    assert causes(rows, "A") == {"collateral": -30_00}
    assert causes(rows, "Z") == {"collateral": 30_00}


def test_a_claim_that_changes_its_guarantor_is_told_where_the_debtor_owes_the_same(change):
    parties = [builders.party("A"), builders.party("Y", kind="bank"), builders.party("Z", kind="bank")]

    def guaranteed_by(guarantor):
        return bank(
            parties=parties,
            protections=[builders.protection(kind="guarantee", provider_id=guarantor, value="30.00")],
            protection_covers=[builders.cover(facility_id="F-A")],
        )

    rows = change(guaranteed_by("Y"), guaranteed_by("Z"))
    assert (causes(rows, "A"), causes(rows, "Y"), causes(rows, "Z")) == (
        {},
        {"collateral": -30_00},
        {"collateral": 30_00},
    )
    assert causes(rows, f"{BOOK}/Z") == {"collateral": 30_00}


def test_a_fund_that_shifts_from_one_firm_to_another_is_told_where_nothing_stays_on_the_fund(change):
    def fund_of(a, b):
        return bank(
            parties=[builders.party(name) for name in "AB"] + [builders.party("FUND", kind="fund")],
            facilities=[builders.fund_unit("F1")],
            structures=[builders.structure()],
            fund_holdings=[builders.fund_holding()],
            underlyings=[
                builders.underlying("U1", "A", amount=a),
                builders.underlying("U2", "B", amount=b),
            ],
        )

    # a tenth of the fund, above 0.15 % of 8 000.00 on either side
    rows = change(fund_of("600.00", "400.00"), fund_of("300.00", "700.00"))
    assert (causes(rows, "A"), causes(rows, "B")) == ({"market": -30_00}, {"market": 30_00})


def test_two_equal_runs_have_nothing_to_tell(change):
    assert change(bank(), bank()).is_empty()


def test_a_run_tells_what_changed_since_the_one_before_and_explain_shows_it(tmp_path, capsys):
    data = tmp_path / "data"
    for name, tables, as_of in (("then", bank(), THEN), ("now", bank(facilities=[loan("A", "60.00")]), NOW)):
        run_monitor(builders.write_bank(tmp_path / name, **tables), select([BOOK], as_of=as_of), data)
    told = read.obligor(read.Snapshots(data), "A")
    assert [
        (row["measure"], row["cause"], row["change"]) for row in told["changes"] if row["limit_id"] is None
    ] == [
        ("exposure", "repayment", "-40.00"),
        ("loan_balance", "repayment", "-40.00"),
    ]
    print_changes(Console(width=120), told["changes"], Words(Language.CHINESE, {}))
    assert f"{BOOK}项下风险暴露: 还款 -40.00" in capsys.readouterr().out


def test_an_earlier_run_whose_tables_are_gone_is_said_not_to_be_comparable(tmp_path):
    data = tmp_path / "data"
    folder = builders.write_bank(tmp_path / "bank", **bank())
    shutil.rmtree(run_monitor(folder, select([BOOK], as_of=THEN), data).folder / "inputs")
    tables = run_monitor(folder, select([BOOK], as_of=NOW), data).tables
    assert tables["attribution"].is_empty()
    assert "attribution" in tables["not_evaluated"]["item"]
