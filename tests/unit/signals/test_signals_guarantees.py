"""E10 and G02. Lines of the early-warning book: E10 above 50 % and above 100 % of net assets; G02 from three members."""

from datetime import date

import pytest

from tests.builders_frames import bank_frames
from tests.signal_rows import gaps_of, rows_of, severities


def _net(amount, party_key=0, **overrides):
    return {"party_key": party_key, "amount_minor": amount, **overrides}


def _given(*amounts, guarantor_key=0, debtor_key=1):
    return [{"guarantor_key": guarantor_key, "debtor_key": debtor_key, "amount_minor": a} for a in amounts]


@pytest.mark.parametrize(
    ("amounts",           "net_assets",  "severity"),
    [
        ([50_00],         100_00,        {}),                       # exactly 50 %
        ([50_01],         100_00,        {"obligor 0": "yellow"}),
        ([60_00, 40_00],  100_00,        {"obligor 0": "yellow"}),  # exactly 100 %, two guarantees together
        ([100_01],        100_00,        {"obligor 0": "red"}),
        ([1],             0,             {"obligor 0": "red"}),     # nothing to answer with
        ([1],             -1,            {"obligor 0": "red"}),
        ([0],             -1,            {}),                       # nothing to answer for
        ([None],          -1,            {"obligor 0": "red"}),
        ([None],          0,             {"obligor 0": "red"}),
        ([None],          100_00,        {"obligor 0": None}),      # unknown is not zero
        ([None, 50_00],   100_00,        {"obligor 0": None}),
        ([None, 50_01],   100_00,        {"obligor 0": "yellow"}),
    ],
)  # fmt: skip
def test_guarantees_are_measured_against_net_assets(amounts, net_assets, severity):
    tables = bank_frames(guarantees=_given(*amounts), financial_statements=[_net(net_assets)])
    assert severities(tables, "E10") == severity


def test_the_sentence_has_the_numbers_and_red_vetoes():
    given = _given(100_00) + _given(50_00, debtor_key=2)
    (row,) = rows_of(bank_frames(guarantees=given, financial_statements=[_net(100_00)]), "E10")
    assert (row["severity"], row["is_veto"], row["cause_id"]) == ("red", True, "E10/A")
    assert row["evidence"] == (
        "Guarantees of 150.00 CNY for 2 others against net assets of 100.00 CNY (150.00 %) at 2025-12-31."
    )


def test_an_amount_that_is_unknown_makes_the_sum_a_lower_bound():
    (row,) = rows_of(bank_frames(guarantees=_given(60_00, None), financial_statements=[_net(100_00)]), "E10")
    assert (row["severity"], row["is_veto"]) == ("yellow", False)
    assert str(row["evidence"]).startswith("Guarantees of at least 60.00 CNY")
    assert "for want of relationships.amount of a guarantee in part" in str(row["evidence"])


def test_a_guarantee_for_oneself_is_not_one_for_others():
    own = _given(500_00, debtor_key=0)
    assert severities(bank_frames(guarantees=own, financial_statements=[_net(100_00)]), "E10") == {}


def test_a_guarantor_without_net_assets_is_unknown_beside_one_that_has_them():
    given = _given(10_00) + _given(10_00, guarantor_key=2)
    tables = bank_frames(guarantees=given, financial_statements=[_net(100_00)])
    assert severities(tables, "E10") == {"obligor 2": None}
    assert (
        rows_of(tables, "E10")[0]["evidence"] == "Not evaluable for want of financial_statements.net_assets."
    )


def test_without_anyones_net_assets_there_is_one_gap():
    tables = bank_frames(guarantees=_given(10_00), financial_statements=[_net(1, item="revenue")])
    assert severities(tables, "E10") == {}
    assert gaps_of(tables, "E10") == ["financial_statements.net_assets"]


D25, D26 = date(2025, 12, 31), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("chosen",                                          "passed_over"),
    [
        ({"period_end": D26},                           {"period_end": D25, "version": "9"}),
        ({"period_end": D26},                           {"period_end": date(2026, 7, 1)}),      # after as_of
        ({"version": "10"},                             {"version": "9"}),
        ({"version": "v10"},                            {"version": "v9"}),
        ({"received_on": D26, "version": "1"},          {"received_on": D25, "version": "2"}),  # received later
        ({"version": "1"},                              {"received_on": date(2026, 7, 1), "version": "2"}),
        ({"is_consolidated": False, "version": "1"},    {"is_consolidated": True, "version": "2"}),
        ({"is_consolidated": True, "period_end": D26},  {"is_consolidated": False, "period_end": D25}),
    ],
)  # fmt: skip
def test_net_assets_are_those_of_the_newest_statement_known(chosen, passed_over):
    # 60 against 100 is yellow; against the 1000 of the row passed over it would be clear.
    statements = [_net(1000_00, **passed_over), _net(100_00, **chosen)]
    tables = bank_frames(guarantees=_given(60_00), financial_statements=statements)
    assert severities(tables, "E10") == {"obligor 0": "yellow"}


def test_net_assets_are_converted_to_the_reporting_currency():
    # 10.00 USD at 7.2 are 72.00 CNY, half of it 36.00.
    net = _net(10_00, currency="USD", rate_e10=72_000_000_000)
    assert severities(bank_frames(guarantees=_given(36_00), financial_statements=[net]), "E10") == {}
    assert severities(bank_frames(guarantees=_given(36_01), financial_statements=[net]), "E10") == {
        "obligor 0": "yellow"
    }


def _ring(*party_keys, ring_key=0):
    return [{"ring_key": ring_key, "party_key": key} for key in party_keys]


def _owes(party_key, **overrides):
    return {"obligor_key": party_key, "past_due_days": 0, "loan_class": "normal", **overrides}


@pytest.mark.parametrize(("size", "severity"), [(2, None), (3, "orange"), (4, "orange")])
def test_a_ring_of_guarantees_has_at_least_three_members(size, severity):
    expected = {f"obligor {key}": severity for key in range(size) if severity}
    assert severities(bank_frames(guarantee_rings=_ring(*range(size))), "G02") == expected


@pytest.mark.parametrize(
    ("facility",                                            "severity"),
    [
        ({"past_due_days": 90},                             "orange"),
        ({"past_due_days": 91},                             "red"),
        ({"loan_class": "special_mention"},                 "orange"),
        ({"loan_class": "substandard"},                     "red"),
        ({"loan_class": "doubtful"},                        "red"),
        ({"loan_class": "loss"},                            "red"),
        ({"past_due_days": None, "loan_class": "loss"},     "red"),
        ({"past_due_days": None},                           "orange"),
        ({"obligor_key": 5, "joint_obligor_keys": [1], "past_due_days": 91}, "red"),
        ({"obligor_key": 5, "past_due_days": 91},           "orange"),  # trouble outside the ring
    ],
)  # fmt: skip
def test_one_member_in_trouble_turns_the_whole_ring_red(facility, severity):
    tables = bank_frames(guarantee_rings=_ring(0, 1, 2), facilities=[_owes(0), _owes(1, **facility)])
    rows = rows_of(tables, "G02")
    assert [(row["subject_key"], row["severity"], row["is_veto"]) for row in rows] == [
        (key, severity, severity == "red") for key in (0, 1, 2)
    ]


def test_two_parties_with_trouble_are_still_no_ring():
    tables = bank_frames(guarantee_rings=_ring(0, 1), facilities=[_owes(1, past_due_days=200)])
    assert severities(tables, "G02") == {}


def test_rings_are_told_apart_and_named_by_their_smallest_party():
    rings = _ring(0, 2, 4, ring_key=7) + _ring(5, 3, 1, ring_key=8)
    rows = rows_of(bank_frames(guarantee_rings=rings, facilities=[_owes(3, past_due_days=91)]), "G02")
    assert {row["cause_id"]: row["severity"] for row in rows} == {"G02/A": "orange", "G02/B": "red"}
    assert rows[0]["evidence"] == "Guarantee ring of 3 parties (A, C, E)."
    assert rows[1]["evidence"] == "Guarantee ring of 3 parties (B, D, F); in trouble: D."


def test_a_member_whose_state_is_unknown_makes_orange_a_lower_bound():
    tables = bank_frames(guarantee_rings=_ring(0, 1, 2), facilities=[_owes(0, past_due_days=None)])
    assert all("lower bound" in str(row["evidence"]) for row in rows_of(tables, "G02"))
    red = bank_frames(
        guarantee_rings=_ring(0, 1, 2), facilities=[_owes(0, past_due_days=None), _owes(1, past_due_days=91)]
    )
    assert not any("lower bound" in str(row["evidence"]) for row in rows_of(red, "G02"))
