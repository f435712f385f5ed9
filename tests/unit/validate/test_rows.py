"""What is wrong with one row, seen on its own, table by table."""

import polars as pl
import pytest

from riskmon.domain.finding import FINDING_KINDS, QUARANTINING
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.validate.rows import broken_rules

FACILITY = {
    "facility_id": "F1",
    "obligor_id": "P1",
    "product": "loan",
    "currency": "CNY",
    "commitment_minor": 100,
    "drawn_minor": 100,
}
GUARANTEE = {"product": "financing_guarantee", "drawn_minor": None}
RELATIONSHIP = {"relationship_id": "R1", "source_party_id": "P1", "target_party_id": "P2", "kind": "control"}
HOLDING = {"kind": "shareholding", "target_party_id": "P1"}
PROTECTION = {"protection_id": "G1", "kind": "gold", "currency": "CNY", "value_minor": 5}
COVER = {"protection_id": "G1", "facility_id": "F1"}
ROWS = {
    "bank": {"party_id": "B"},
    "parties": {"party_id": "P1"},
    "facilities": FACILITY,
    "relationships": RELATIONSHIP,
    "protections": PROTECTION,
    "protection_covers": COVER,
    "capital": {"as_of": "2026-06-30", "currency": "CNY", "net_capital_minor": 5},
    "fx_rates": {"as_of": "2026-06-30", "currency": "USD", "rate_e10": 5},
    "country_ratings": {"country": "CN", "grade": "A+"},
    "bank_limits": {"limit_id": "L1", "subject_id": "P1", "subject_kind": "obligor"},
    "ratings": {"party_id": "P1", "rated_on": "2026-06-30", "grade": "7"},
    "financial_statements": {"party_id": "P1", "period_end": "2026-06-30", "item": "assets", "amount_minor": -5, "currency": "CNY"},
    "account_behaviour": {"party_id": "P1", "period_end": "2026-06-30", "average_balance_minor": -5, "currency": "CNY"},
    "bureau_summaries": {"party_id": "P1", "as_of": "2026-06-30", "currency": "CNY"},
    "payments": {"payment_id": "X1", "payer_id": "P1", "amount_minor": 5, "currency": "CNY", "paid_on": "2026-06-30"},
    "events": {"event_id": "E1", "party_id": "P1", "kind": "lawsuit"},
    "related_parties": {"party_id": "P1"},
    "joint_credit": {"anchor_party_id": "P1", "as_of": "2026-06-30", "currency": "CNY"},
    "structures": {"structure_id": "S1"},
    "tranches": {"structure_id": "S1", "tranche_id": "T1", "size_minor": 5, "currency": "CNY"},
    "fund_holdings": {"holding_id": "H1", "facility_id": "F1", "structure_id": "S1", "amount_minor": 5, "currency": "CNY"},
    "underlyings": {"structure_id": "S1", "underlying_id": "U1", "amount_minor": 5, "currency": "CNY"},
    "structure_support": {"structure_id": "S1", "party_id": "P1"},
    "trading_positions": {"position_id": "T1", "issuer_id": "P1", "instrument": "bond", "side": "long", "market_value_minor": 5, "currency": "CNY"},
    "netting_sets": {"netting_set_id": "N1", "counterparty_id": "P1", "currency": "CNY"},
    "derivatives": {"trade_id": "D1", "netting_set_id": "N1", "asset_class": "equity", "instrument": "swap", "currency": "CNY", "notional_minor": 5},
    "securities_financing": {"trade_id": "R1", "netting_set_id": "N1", "direction": "repo", "cash_minor": 5, "security_value_minor": 5, "currency": "CNY"},
}  # fmt: skip

BROKEN = [
    # table, changes, codes
    ("parties",       {"party_id": None},                                        ["key_missing"]),
    ("parties",       {"kind": None},                                            []),                  # read as a corporate
    ("facilities",    {"facility_id": None},                                     ["key_missing"]),
    ("facilities",    {"obligor_id": None},                                      ["key_missing"]),
    ("facilities",    {"product": None},                                         ["value_missing"]),
    ("facilities",    {"currency": None},                                        ["value_missing"]),
    ("facilities",    {"product": None, "faults": ["value_unknown"]},            []),                  # unread, not missing
    ("facilities",    {"facility_id": None, "faults": ["value_invalid"]},        []),
    ("facilities",    {"commitment_minor": None},                                []),
    ("facilities",    {"drawn_minor": None},                                     ["amount_missing"]),
    ("facilities",    {"drawn_minor": None, "faults": ["amount_invalid"]},       []),
    ("facilities",    {"drawn_minor": 0},                                        []),
    ("facilities",    GUARANTEE,                                                 []),
    ("facilities",    GUARANTEE | {"commitment_minor": None},                    ["amount_missing"]),
    ("facilities",    {"commitment_minor": -1},                                  ["amount_negative"]),
    ("facilities",    {"drawn_minor": -1},                                       ["amount_negative"]),
    ("facilities",    {"accrued_interest_minor": -1},                            ["amount_negative"]),
    ("facilities",    {"provision_minor": -1},                                   ["amount_negative"]),
    ("facilities",    {"start_date": "2026-01-02", "maturity_date": "2026-01-01"}, ["dates_out_of_order"]),
    ("facilities",    {"start_date": "2026-01-01", "maturity_date": "2026-01-01"}, []),
    ("facilities",    {"start_date": "2026-01-02"},                              []),
    ("relationships", {"source_party_id": None},                                 ["key_missing"]),
    ("relationships", {"target_party_id": None},                                 ["key_missing"]),
    ("relationships", {"relationship_id": None},                                 ["key_missing"]),
    ("relationships", {"kind": None},                                            ["value_missing"]),
    ("relationships", {"target_party_id": "P1"},                                 ["self_loop"]),
    ("relationships", HOLDING,                                                   []),                  # treasury stock
    ("relationships", {"voting_bp": 10_000, "dependence_bp": 0},                 []),
    ("relationships", {"voting_bp": 10_001},                                     ["share_out_of_range"]),
    ("relationships", {"voting_min_bp": -1},                                     ["share_out_of_range"]),
    ("relationships", {"voting_max_bp": 10_001},                                 ["share_out_of_range"]),
    ("relationships", {"economic_bp": 10_001},                                   ["share_out_of_range"]),
    ("relationships", {"dependence_bp": -1},                                     ["share_out_of_range"]),
    ("relationships", {"amount_minor": -1},                                      ["amount_negative"]),
    ("relationships", {"valid_from": "2026-01-02", "valid_to": "2026-01-01"},    ["dates_out_of_order"]),
    ("protections",   {"protection_id": None},                                   ["key_missing"]),
    ("protections",   {"kind": None},                                            ["value_missing"]),
    ("protections",   {"value_minor": None},                                     ["value_missing"]),
    ("protections",   {"currency": None},                                        ["value_missing"]),
    ("protections",   {"value_minor": -1},                                       ["amount_negative"]),
    ("protections",   {"start_date": "2026-01-02", "maturity_date": "2026-01-01"}, ["dates_out_of_order"]),
    ("protection_covers", {"protection_id": None},                               ["key_missing"]),
    ("protection_covers", {"facility_id": None},                                 ["key_missing"]),
    ("protection_covers", {"facility_id": None, "party_id": "P1"},               []),
    ("protection_covers", {"covered_amount_minor": -1},                          ["amount_negative"]),
    ("capital",       {"as_of": None},                                           ["key_missing"]),
    ("capital",       {"currency": None},                                        ["value_missing"]),
    ("capital",       {"net_capital_minor": -1},                                 []),                  # a fact, if a sad one
    ("fx_rates",      {"currency": None},                                        ["key_missing"]),
    ("fx_rates",      {"rate_e10": None},                                        ["value_missing"]),
    ("country_ratings", {"grade": "Aa3"},                                        ["value_unknown"]),
    ("country_ratings", {"grade": None},                                         ["value_missing"]),
    ("bank_limits",   {"subject_kind": None},                                    ["value_missing"]),
    ("bank_limits",   {"amount_minor": -1},                                      ["amount_negative"]),
    ("ratings",       {"rated_on": None},                                        ["key_missing"]),
    ("financial_statements", {"item": None},                                     ["key_missing"]),
    ("financial_statements", {"amount_minor": None},                             ["value_missing"]),
    ("account_behaviour", {"inflow_minor": -1},                                  ["amount_negative"]),
    ("bureau_summaries", {"debt_minor": -1},                                     ["amount_negative"]),
    ("payments",      {"payer_id": None},                                        ["key_missing"]),     # nobody's payment
    ("payments",      {"payer_id": None, "payee_id": "P2"},                      []),                  # from somebody unknown
    ("payments",      {"paid_on": None},                                         ["value_missing"]),
    ("payments",      {"amount_minor": -1},                                      ["amount_negative"]),
    ("events",        {"kind": None},                                            ["value_missing"]),
    ("structures",    {"total_value_minor": -1},                                 ["amount_negative"]),
    ("structures",    {"structure_id": None},                                    ["key_missing"]),
    ("tranches",      {"size_minor": -1},                                        ["amount_negative"]),
    ("tranches",      {"size_minor": None},                                      ["value_missing"]),
    ("fund_holdings", {"facility_id": None},                                     ["key_missing"]),
    ("fund_holdings", {"amount_minor": -1},                                      ["amount_negative"]),
    ("underlyings",   {"amount_minor": None},                                    ["value_missing"]),
    ("underlyings",   {"amount_minor": -1},                                      ["amount_negative"]),
    ("underlyings",   {"obligor_id": None, "inner_structure_id": None},          []),                  # nobody is named
    ("structure_support", {"party_id": None},                                    ["key_missing"]),
    ("trading_positions", {"issuer_id": None},                                   ["key_missing"]),
    ("trading_positions", {"market_value_minor": None},                          ["value_missing"]),
    ("trading_positions", {"side": None},                                        ["value_missing"]),
    ("trading_positions", {"instrument": "put"},                                 ["amount_missing"]),  # no strike
    ("trading_positions", {"instrument": "put", "strike_value_minor": 5},        []),
    ("trading_positions", {"instrument": "credit_default_swap"},                 ["amount_missing"]),
    ("trading_positions", {"strike_value_minor": -5},                            ["amount_negative"]),
    ("netting_sets",  {"counterparty_id": None},                                 ["key_missing"]),
    ("netting_sets",  {"collateral_minor": -5},                                  []),                  # what the bank posted
    ("netting_sets",  {"threshold_minor": -5},                                   ["amount_negative"]),
    ("derivatives",   {"netting_set_id": None},                                  ["key_missing"]),
    ("derivatives",   {"asset_class": None},                                     ["value_missing"]),
    ("derivatives",   {"notional_minor": None},                                  ["value_missing"]),
    ("derivatives",   {"notional_minor": -5},                                    ["amount_negative"]),
    ("derivatives",   {"market_value_minor": -5},                                []),
    ("derivatives",   {"start_date": "2026-01-02", "end_date": "2026-01-01"},    ["dates_out_of_order"]),
    ("securities_financing", {"direction": None},                                ["value_missing"]),
    ("securities_financing", {"cash_minor": -5},                                 ["amount_negative"]),
    ("facilities",    {"facility_id": None, "drawn_minor": -1, "commitment_minor": -1}, ["amount_negative", "key_missing"]),
]  # fmt: skip


def codes(table: str, changes: dict[str, object]) -> list[str]:
    """The rules that a valid row of the table breaks once it is changed."""
    declared = {column.frame_name: column.dtype for column in INPUT_TABLES[table].columns}
    cells = ROWS[table] | {"faults": []} | changes
    rows = pl.DataFrame(
        {
            "row_number": pl.Series([0], dtype=pl.Int64),
            **{
                name: pl.Series([cells.get(name)]).str.to_date()
                if dtype == pl.Date() and cells.get(name)
                else pl.Series([cells.get(name)], dtype=dtype)
                for name, dtype in declared.items()
            },
            "faults": pl.Series([cells["faults"]], dtype=pl.List(pl.String)),
        }
    )
    return sorted(broken_rules(rows, INPUT_TABLES[table])["code"])


@pytest.mark.parametrize("table", INPUT_TABLES)
def test_a_sound_row_breaks_no_rule(table):
    assert codes(table, {}) == []


@pytest.mark.parametrize(("table", "changes", "broken"), BROKEN)
def test_a_row_breaks_the_rules_that_bear_the_name_of_its_findings(table, changes, broken):
    assert codes(table, changes) == broken
    assert QUARANTINING.issuperset(broken)


@pytest.mark.parametrize("table", INPUT_TABLES)
def test_a_row_of_nothing_breaks_only_rules_about_what_is_missing(table):
    nothing = {column.frame_name: None for column in INPUT_TABLES[table].columns}
    assert {"key_missing", "value_missing"}.issuperset(codes(table, nothing))
    assert {"key_missing", "value_missing"}.issubset(FINDING_KINDS)
