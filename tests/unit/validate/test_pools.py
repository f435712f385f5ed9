"""Rows of structures that point to nothing are refused, and what they touch is marked."""

import polars as pl
import pytest

from tests.builders import (
    capital,
    facility,
    fund_holding,
    fund_unit,
    fx_rate,
    incomplete,
    party,
    refused,
    structure,
    tranche,
    underlying,
    validated,
)

PARTIES = [party(name) for name in ("FUND", "OTHER", "P1", "P2")]
SUPPORT = {"structure_id": "S1", "party_id": "P2", "role": "manager", "is_material": True}


def bank(tmp_path, *, level=None, **tables):
    """A fund with one asset, held through one facility."""
    sound = {
        "parties": PARTIES,
        "facilities": [fund_unit()],
        "structures": [structure()],
        "tranches": [tranche()],
        "fund_holdings": [fund_holding(tranche_id="T1")],
        "underlyings": [underlying()],
        "structure_support": [SUPPORT],
        "capital": [capital()],
    }
    return validated(tmp_path, level=level, **(sound | tables))


def test_the_tables_of_structures_get_keys_in_place_of_ids(tmp_path):
    frames = bank(
        tmp_path,
        structures=[structure("S2", party_id=None), structure("S1")],
        underlyings=[underlying("U2", None, inner_structure_id="S2"), underlying("U1", "P2")],
    )
    assert refused(frames) == []
    assert frames["structures"].select("structure_key", "structure_id", "party_key").rows() == [
        (0, "S1", 0),
        (1, "S2", None),
    ]
    assert frames["fund_holdings"].select("facility_key", "structure_key", "tranche_key").rows() == [
        (0, 0, 0)
    ]
    names = ("underlying_key", "structure_key", "obligor_key", "inner_structure_key", "amount_minor")
    assert frames["underlyings"].select(names).rows() == [(0, 0, 3, None, 1000_00), (1, 0, None, 1, 1000_00)]
    assert frames["structure_support"].rows() == [("manager", True, 0, 3)]
    for table in ("structures", "tranches", "fund_holdings", "underlyings", "structure_support"):
        keys = {name: dtype for name, dtype in frames[table].schema.items() if name.endswith("_key")}
        assert set(keys.values()) == {pl.Int32}, table


DANGLING = [
    # table, row, parties touched
    ("structures",        structure("S9", party_id="nobody"),                   []),
    ("tranches",          tranche("T9", "nothing"),                             []),
    ("fund_holdings",     fund_holding("H9", "nothing"),                        []),
    ("fund_holdings",     fund_holding("H9", structure_id="nothing"),           ["FUND"]),
    ("fund_holdings",     fund_holding("H9", tranche_id="nothing"),             ["FUND"]),
    ("underlyings",       underlying("U9", "nobody"),                           ["FUND"]),
    ("underlyings",       underlying("U9", "P2", structure_id="nothing"),       ["P2"]),
    ("underlyings",       underlying("U9", None, inner_structure_id="nothing"), ["FUND"]),
    ("structure_support", SUPPORT | {"party_id": "nobody"},                     ["FUND"]),
    ("structure_support", SUPPORT | {"structure_id": "nothing"},                ["P2"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "touched"), DANGLING)
def test_a_row_of_a_structure_that_points_to_nothing_is_refused(tmp_path, table, row, touched):
    sound = {"structures": structure(), "tranches": tranche(), "fund_holdings": fund_holding(tranche_id="T1"),
             "underlyings": underlying(), "structure_support": SUPPORT}  # fmt: skip
    frames = bank(tmp_path, **{table: [sound[table], row]})
    assert refused(frames) == [(table, 1, ["reference_missing"])]
    assert incomplete(frames) == touched


def test_what_points_to_a_refused_structure_is_refused_as_well(tmp_path):
    frames = bank(tmp_path, structures=[structure(currency="USD")])
    assert {(table, *codes) for table, _, codes in refused(frames)} == {
        ("structures", "rate_missing"),
        ("tranches", "reference_missing"),
        ("fund_holdings", "reference_missing"),
        ("underlyings", "reference_missing"),
        ("structure_support", "reference_missing"),
    }
    assert incomplete(frames) == ["FUND", "P1", "P2"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("tranches", tranche(currency="USD")),
        ("fund_holdings", fund_holding(currency="USD")),
        ("underlyings", underlying(currency="USD")),
    ],
)
def test_an_amount_of_a_structure_needs_a_rate(tmp_path, table, row):
    codes = {table: codes for table, _, codes in refused(bank(tmp_path / "a", **{table: [row]}))}
    assert codes[table] == ["rate_missing"]
    assert refused(bank(tmp_path / "b", **{table: [row]}, fx_rates=[fx_rate()])) == []


def test_who_holds_a_structure_with_a_refused_asset_is_touched_through_every_level(tmp_path):
    frames = bank(
        tmp_path,
        structures=[structure(), structure("S2", party_id="OTHER"), structure("S3", party_id=None)],
        tranches=[],
        fund_holdings=[fund_holding()],
        underlyings=[
            underlying("U1", None, inner_structure_id="S2"),
            underlying("U2", None, structure_id="S2", inner_structure_id="S3"),
            underlying("U3", "P1", structure_id="S3", amount="-1"),
        ],
        structure_support=[],
    )
    assert incomplete(frames) == ["FUND", "OTHER", "P1"]


def test_a_holding_of_a_subsidiary_is_outside_the_perimeter_of_the_bank_alone(tmp_path):
    facilities = [fund_unit(is_solo=False), facility("F2", "P1")]
    frames = bank(tmp_path, facilities=facilities, capital=[capital(level="solo")])
    assert refused(frames) == []
    assert frames["fund_holdings"].is_empty()
