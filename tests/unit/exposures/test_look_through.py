"""Holdings of funds and securitisations: who carries what stands behind them.

Tier 1 capital is 8 000.00, so the line is 12.00 under the Chinese measures (0.15 %) and 20.00 elsewhere (0.25 %).
"""

import polars as pl
import pytest

from riskmon.domain.terms import ANONYMOUS_PARTY_ID
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

ANON = ANONYMOUS_PARTY_ID


class Looked:
    """One run under one book: exposures by obligor, and where the parts landed."""

    def __init__(self, tables):
        self.tables = tables
        totals = tables["obligor_exposures"]
        self.exposures = dict(
            totals.filter(pl.col("exposure_gross_minor") > 0)
            .select("obligor_id", "exposure_minor")
            .iter_rows()
        )

    def landed(self):
        rows = self.tables["look_through"]
        names = (
            "structure_id",
            "underlying_id",
            "obligor_id",
            "landing",
            "part",
            "depth",
            "looked_through_minor",
        )
        return rows.select(names).rows()

    def gaps(self):
        rows = self.tables["not_evaluated"].filter(pl.col("item") == "look_through")
        return dict(rows.select("missing", "effect").iter_rows())

    def findings(self, code):
        return self.tables["findings"].filter(finding_code=code)["sample"].to_list()

    def is_complete(self, obligor_id):
        return self.tables["obligor_exposures"].filter(obligor_id=obligor_id)["is_complete"].item()


@pytest.fixture
def run(tmp_path):
    def looked(book="basel_lex", *, choices=None, own=(), **tables):
        named = {row["obligor_id"] for row in tables.get("underlyings", ()) if row["obligor_id"]}
        named |= {row["party_id"] for row in tables.get("structure_support", ())}
        ids = {"FUND", *own, *(row["party_id"] for row in tables["structures"] if row["party_id"]), *named}
        bank = {
            "parties": [builders.party(name) for name in sorted(ids)],
            "facilities": [builders.fund_unit()],
            "relationships": [],
            "capital": [builders.capital()],
        } | tables
        builders.write_bank(tmp_path / "bank", **bank)
        selection = select([book], as_of=builders.AS_OF, choices=choices)
        return Looked(run_monitor(tmp_path / "bank", selection, tmp_path / "data").tables)

    return looked


def one_fund(*assets, **more):
    """S1 of 1 000.00, of which the bank holds a tenth, with these assets: (id, obligor, amount)."""
    return {
        "structures": [builders.structure()],
        "fund_holdings": [builders.fund_holding()],
        "underlyings": [
            builders.underlying(name, obligor, amount=amount) for name, obligor, amount in assets
        ],
    } | more


def test_a_nested_fund_is_replaced_by_its_assets(run):
    # A tenth of S1: 60.00 of X, 40.00 in S2; S2 is 25 % Y and 75 % X, so 10.00 of Y and 30.00 more of X.
    found = run(
        **one_fund(("U1", "X", "600.00")) | {
            "structures": [
                builders.structure(),
                builders.structure("S2", party_id=None, total_value="2000.00"),
            ],
            "underlyings": [
                builders.underlying("U1", "X", amount="600.00"),
                builders.underlying("U2", None, inner_structure_id="S2", amount="400.00"),
                builders.underlying("V1", "Y", structure_id="S2", amount="500.00"),
                builders.underlying("V2", "X", structure_id="S2", amount="1500.00"),
            ],
        }
    )  # fmt: skip
    # Y is below 20.00 and stays with the fund that the bank holds.
    assert found.exposures == {"X": 90_00, "FUND": 10_00}
    assert found.landed() == [
        ("S1", None, "FUND", "structure", "identified", 2, 10_00),
        ("S1", "U1", "X", "obligor", "identified", 1, 60_00),
        ("S1", "V2", "X", "obligor", "identified", 2, 30_00),
    ]
    assert found.gaps() == {}


def test_the_parts_of_one_obligor_in_one_fund_meet_the_line_together(run):
    assets = (("U1", "X", "100.00"), ("U2", "X", "100.00"), ("U3", "Y", "199.90"), ("U4", "Z", "600.10"))
    assert run(**one_fund(*assets)).exposures == {"X": 20_00, "FUND": 19_99, "Z": 60_01}


def test_a_ring_of_funds_is_cut_where_it_comes_back_and_what_is_cut_is_not_lost(run):
    # A tenth of S1: 50.00 X, 50.00 in S2; S2 is half Y and half S1: 25.00 Y, and 25.00 of S1 again.
    found = run(
        structures=[builders.structure(), builders.structure("S2", party_id=None)],
        fund_holdings=[builders.fund_holding()],
        underlyings=[
            builders.underlying("U1", "X", amount="500.00"),
            builders.underlying("U2", None, inner_structure_id="S2", amount="500.00"),
            builders.underlying("V1", "Y", structure_id="S2", amount="500.00"),
            builders.underlying("V2", None, structure_id="S2", inner_structure_id="S1", amount="500.00"),
        ],
    )
    assert found.exposures == {"X": 50_00, "Y": 25_00, ANON: 25_00}
    assert ("S1", "V2", ANON, "unknown_client", "ring", 2, 25_00) in found.landed()
    assert not found.is_complete(ANON)
    assert found.findings("structure_ring") == [["S1"]]
    assert found.gaps() == {
        "underlyings of S1": "25.00 of 100.00 in S1 is unresolved (25.00 %); levels looked through: 2."
    }


def test_a_fund_that_holds_itself_is_cut_at_once(run):
    found = run(
        structures=[builders.structure()],
        fund_holdings=[builders.fund_holding()],
        underlyings=[
            builders.underlying("U1", "X", amount="900.00"),
            builders.underlying("U2", None, inner_structure_id="S1", amount="100.00"),
        ],
    )
    # What is cut goes to the unknown client though it is below the line of 20.00.
    assert found.exposures == {"X": 90_00, ANON: 10_00}


def test_what_a_stated_total_leaves_unexplained_is_an_asset_of_nobody(run):
    found = run(**one_fund(("U1", "X", "700.00")))
    assert found.exposures == {"X": 70_00, ANON: 30_00}
    assert found.gaps()["underlyings of S1"].startswith("30.00 of 100.00 in S1 is unresolved (30.00 %)")


def test_what_a_stated_total_leaves_unexplained_may_burn_a_tranche_alone(run):
    # half of a tranche of 20.00: X of 30.00 could burn it, and so could whoever is behind the other 70.00
    found = run(
        structures=[builders.structure(total_value="100.00")],
        facilities=[builders.fund_unit(drawn="10.00")],
        tranches=[builders.tranche(size="20.00")],
        fund_holdings=[builders.fund_holding(amount="10.00", tranche_id="T1")],
        underlyings=[builders.underlying("U1", "X", amount="30.00")],
        capital=[builders.capital(tier1_capital="4000.00")],  # a line of 10.00
    )
    assert found.exposures == {"X": 10_00, ANON: 10_00}


def test_without_a_stated_total_the_assets_are_the_whole(run):
    structures = [builders.structure(total_value=None, currency=None)]
    assert run(**one_fund(("U1", "X", "300.00"), ("U2", "Y", "100.00"), structures=structures)).exposures == {
        "X": 75_00, "Y": 25_00,
    }  # fmt: skip


def test_thirds_that_stay_together_are_rounded_up_once(run):
    # 100.00 in equal thirds of a total of 300.00: each part is 33.33 and a third of a minor unit.
    thirds = [(f"U{n}", f"P{n}", "100.00") for n in range(3)]
    structures = [builders.structure(total_value="300.00")]
    capital = [builders.capital(tier1_capital="80000.00")]  # a line of 200.00: all stay
    assert run(**one_fund(*thirds, structures=structures, capital=capital)).exposures == {"FUND": 100_00}


def test_thirds_that_leave_are_rounded_up_one_by_one(run):
    thirds = [(f"U{n}", f"P{n}", "100.00") for n in range(3)]
    structures = [builders.structure(total_value="300.00")]
    assert run(**one_fund(*thirds, structures=structures)).exposures == {
        "P0": 33_34,
        "P1": 33_34,
        "P2": 33_34,
    }


def test_direct_and_looked_through_exposure_to_one_party_are_one(run):
    found = run(
        **one_fund(("U1", "X", "1000.00")),
        facilities=[builders.fund_unit(), builders.facility("F2", "X", drawn="7.00", commitment="7.00")],
    )
    assert found.exposures == {"X": 107_00}


def test_all_structures_share_one_unknown_client(run):
    found = run(
        own=["F2"],
        structures=[builders.structure(), builders.structure("S2", party_id="F2")],
        facilities=[builders.fund_unit(), builders.fund_unit("F2", "F2")],
        fund_holdings=[builders.fund_holding(), builders.fund_holding("H2", "F2", structure_id="S2")],
        underlyings=[
            builders.underlying("U1", None),
            builders.underlying("V1", None, structure_id="S2"),
        ],
    )
    assert found.exposures == {ANON: 200_00}
    limit = found.tables["headroom"].filter(subject_id=ANON, limit_id="general")
    assert limit["exposure_minor"].to_list() == [200_00]


def test_unidentified_assets_are_tested_alone_abroad_and_together_in_china(run):
    # two of 15.00: below 20.00 each, above 12.00; three of 11.00 are below 12.00 each and above together
    abroad = one_fund(("U1", None, "150.00"), ("U2", None, "150.00"), ("U3", "X", "700.00"))
    assert run(**abroad).exposures == {"X": 70_00, "FUND": 30_00}
    home = one_fund(*((f"U{n}", None, "110.00") for n in range(3)), ("U9", "X", "670.00"))
    assert run("cn_large_exposures", **home).exposures == {"X": 67_00, ANON: 33_00}


@pytest.mark.parametrize(
    ("book", "amount", "owner"),
    [
        # a structure whose assets cannot be told apart: the line is 20.00, 12.00 in China
        ("basel_lex",          "20.00", "FUND"),
        ("basel_lex",          "20.01", ANON),
        ("eu_crr",             "20.00", "FUND"),
        ("uk_pra",             "20.01", ANON),
        ("us_sccl",            "20.00", ANON),
        ("us_sccl",            "19.99", "FUND"),
        ("apra_aps221",        "19.99", "FUND"),
        ("cn_large_exposures", "12.00", ANON),
        ("cn_large_exposures", "11.99", "FUND"),
        ("cn_group_credit",    "99.00", "FUND"),  # the guideline of 2010 does not look through
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_meets_the_line_as_a_whole(run, book, amount, owner):
    found = run(
        book,
        facilities=[builders.fund_unit(drawn=amount)],
        structures=[builders.structure()],
        fund_holdings=[builders.fund_holding(amount=amount, is_distinguishable=False)],
        underlyings=[builders.underlying("U1", "X")],
    )
    assert found.exposures == {owner: int(amount.replace(".", ""))}


@pytest.mark.parametrize(
    ("book", "exposures"),
    [
        # X of exactly 20.00, Y of 19.99, Z of 60.01
        ("basel_lex",          {"X": 20_00, "FUND": 19_99, "Z": 60_01}),
        ("us_sccl",            {"X": 20_00, "FUND": 19_99, "Z": 60_01}),
        ("eu_crr",             {"X": 20_00, "Y": 19_99, "Z": 60_01}),  # an identified obligor has no line
        ("cn_large_exposures", {"X": 20_00, "Y": 19_99, "Z": 60_01}),  # 12.00
        # the structure carries its nominal amount beside the names that leave it
        ("apra_aps221",        {"X": 20_00, "FUND": 100_00, "Z": 60_01}),
    ],
)  # fmt: skip
def test_each_book_draws_its_own_line_for_identified_obligors(run, book, exposures):
    found = run(book, **one_fund(("U1", "X", "200.00"), ("U2", "Y", "199.90"), ("U3", "Z", "600.10")))
    assert found.exposures == exposures


def test_in_australia_what_cannot_be_told_counts_with_the_structure_once(run):
    # 15.00 of 100.00 is explained by nothing and below the line: it is in the nominal amount already.
    found = run("apra_aps221", **one_fund(("U1", "X", "850.00")))
    assert found.exposures == {"X": 85_00, "FUND": 100_00}


def test_a_company_in_the_united_states_may_test_an_issuers_assets_in_full(run):
    # 5.00 is the bank's share of assets of 50.00, above the line of 20.00
    tables = one_fund(("U1", "X", "50.00"), ("U2", "Y", "950.00"))
    assert run("us_sccl", **tables).exposures == {"FUND": 5_00, "Y": 95_00}
    choices = {"us_sccl.look_through_test": "total_assets"}
    assert run("us_sccl", choices=choices, **tables).exposures == {"X": 5_00, "Y": 95_00}


@pytest.mark.parametrize(
    ("book", "supporters"),
    [("basel_lex", {"MGR", "LIQ"}), ("apra_aps221", {"MGR", "LIQ"}), ("us_sccl", {"LIQ"})],
)
def test_a_third_party_behind_a_structure_carries_the_investment_as_well(run, book, supporters):
    support = [
        {"structure_id": "S1", "party_id": "MGR", "role": "manager", "is_material": True},
        {"structure_id": "S1", "party_id": "MGR", "role": "originator", "is_material": True},
        {
            "structure_id": "S1",
            "party_id": "LIQ",
            "role": "liquidity",
            "is_material": None,
        },  # not said to be minor
        {"structure_id": "S1", "party_id": "ADV", "role": "liquidity", "is_material": False},
    ]
    found = run(book, **one_fund(("U1", "X", "1000.00")), structure_support=support)
    carried = {name: amount for name, amount in found.exposures.items() if name not in ("X", "FUND")}
    assert carried == dict.fromkeys(supporters, 100_00)
    assert found.exposures["X"] == 100_00


def test_support_of_a_nested_structure_counts_for_what_is_in_it(run):
    found = run(
        structures=[builders.structure(), builders.structure("S2", party_id=None)],
        fund_holdings=[builders.fund_holding()],
        underlyings=[
            builders.underlying("U1", "X", amount="600.00"),
            builders.underlying("U2", None, inner_structure_id="S2", amount="400.00"),
            builders.underlying("V1", "Y", structure_id="S2"),
        ],
        structure_support=[{"structure_id": "S2", "party_id": "MGR", "role": "manager", "is_material": True}],
    )
    assert found.exposures == {"X": 60_00, "Y": 40_00, "MGR": 40_00}


def test_the_bank_is_no_risk_of_its_own_for_what_it_supports(run):
    found = run(
        **one_fund(("U1", "X", "1000.00")),
        bank=[{"party_id": "BANK", "currency": "CNY"}],
        structure_support=[
            {"structure_id": "S1", "party_id": "BANK", "role": "manager", "is_material": True}
        ],
    )
    assert found.exposures == {"X": 100_00}


def test_what_a_facility_has_beside_its_holdings_is_unidentified(run):
    found = run(**one_fund(("U1", "X", "1000.00")), facilities=[builders.fund_unit(drawn="130.00")])
    assert found.exposures == {"X": 100_00, ANON: 30_00}


def test_a_holding_of_more_than_there_is_keeps_its_whole_amount(run):
    structures = [builders.structure(total_value="80.00")]
    found = run(**one_fund(("U1", "X", "80.00"), structures=structures))
    # never more than the asset; the other 20.00 of the investment is behind nothing
    assert found.exposures == {"X": 80_00, "FUND": 20_00}
    assert found.findings("holding_above_size") == [["S1"]]


def test_holdings_of_one_asset_through_several_tranches_are_never_more_than_the_asset(run):
    found = run(
        structures=[builders.structure(total_value="100.00")],
        facilities=[builders.fund_unit(), builders.fund_unit("F2")],
        tranches=[builders.tranche("T1", size="20.00"), builders.tranche("T2", size="80.00")],
        fund_holdings=[
            builders.fund_holding(amount="20.00", tranche_id="T1"),
            builders.fund_holding("H2", "F2", amount="40.00", tranche_id="T2"),
        ],
        underlyings=[
            builders.underlying("U1", "X", amount="30.00"),
            builders.underlying("U2", "Y", amount="70.00"),
        ],
    )
    # X: 20 + 15, at most 30; Y: 20 + 35. F1 and F2 are booked at 80 and 60 more than their holdings.
    assert (found.exposures["X"], found.exposures["Y"]) == (30_00, 55_00)
    assert found.exposures[ANON] == 140_00


def test_protection_of_a_holding_reduces_nothing_behind_it(run):
    found = run(
        **one_fund(("U1", "X", "1000.00")),
        parties=[builders.party("FUND"), builders.party("X"), builders.party("STATE", kind="sovereign")],
        protections=[
            builders.protection("G1", value="40.00"),
            builders.protection("G2", kind="guarantee", provider_id="STATE", value="40.00"),
        ],
        protection_covers=[builders.cover("G1", "F1"), builders.cover("G2", "F1")],
    )
    assert found.exposures == {"X": 100_00}
    assert found.tables["obligor_exposures"]["mitigated_in_minor"].sum() == 0
    assert "2 covers" in found.gaps()["a rule for protection of holdings"]


def test_protection_of_a_fund_that_is_not_looked_through_still_counts(run):
    found = run(
        structures=[],
        protections=[builders.protection("G1", value="40.00")],
        protection_covers=[builders.cover("G1", "F1")],
    )
    assert found.exposures == {ANON: 60_00}


def test_without_capital_every_part_leaves_its_structure(run):
    found = run(
        **one_fund(("U1", "X", "0.10"), ("U2", None, "999.90")),
        capital=[builders.capital(tier1_capital=None)],
    )
    assert found.exposures == {"X": 1, ANON: 99_99}


def test_assets_in_another_currency_are_converted_up_and_a_total_down(run):
    # at 7.2: a total of 720.00, a holding of 72.00 CNY, a tenth
    found = run(
        **one_fund() | {
            "structures": [builders.structure(total_value="100.00", currency="USD")],
            "fund_holdings": [builders.fund_holding(amount="10.00", currency="USD")],
            "underlyings": [builders.underlying("U1", "X", amount="100.00", currency="USD")],
            "facilities": [builders.fund_unit(drawn="10.00", currency="USD")],
        },
        fx_rates=[builders.fx_rate()],
    )  # fmt: skip
    assert found.exposures == {"X": 72_00}


def test_a_refused_asset_goes_to_the_unknown_client_and_marks_who_it_touches(run):
    found = run(
        **one_fund(("U1", "X", "600.00")) | {
            "underlyings": [
                builders.underlying("U1", "X", amount="600.00"),
                builders.underlying("U2", "NOBODY", amount="400.00"),
            ],
            "parties": [builders.party("FUND"), builders.party("X")],
        }
    )  # fmt: skip
    assert found.exposures == {"X": 60_00, ANON: 40_00}
    assert not found.is_complete("FUND")


def test_a_commitment_to_invest_counts_beside_what_is_held(run):
    # the undrawn 50.00 may be called at any time: 40 % of it, unidentified, at the line and so with the fund
    found = run(
        **one_fund(("U1", "X", "1000.00")),
        facilities=[builders.fund_unit(commitment="150.00", is_cancellable=False)],
    )
    assert found.exposures == {"X": 100_00, "FUND": 20_00}


def test_protection_of_a_holding_that_is_looked_through_is_told_and_takes_nothing(run):
    found = run(
        **one_fund(("U1", "X", "1000.00")),
        protections=[builders.protection("G1", value="40.00")],
        protection_covers=[builders.cover("G1", "F1")],
    )
    uses = found.tables["protection_uses"].select("facility_id", "protection_id", "refusal", "applied_minor")
    assert uses.rows() == [("F1", "G1", "looked_through", 0)]
    assert found.exposures == {"X": 100_00}
