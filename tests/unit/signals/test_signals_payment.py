"""A01 and A08. Lines of the early-warning book: A01 at 1, 31 and 91 days; A08 above 0 % and above 50 %, 12 months."""

from datetime import date

import pytest

from tests.builders_frames import bank_frames
from tests.signal_rows import gaps_of, rows_of, severities

RECENT, OLD = date(2026, 3, 1), date(2024, 3, 1)


def _days(*days, **overrides):
    return bank_frames(facilities=[{"obligor_key": 0, "past_due_days": d, **overrides} for d in days])


@pytest.mark.parametrize(
    ("days",        "severity"),
    [
        ([0],       {}),
        ([1],       {"obligor 0": "yellow"}),
        ([30],      {"obligor 0": "yellow"}),
        ([31],      {"obligor 0": "orange"}),
        ([90],      {"obligor 0": "orange"}),
        ([91],      {"obligor 0": "red"}),
        ([0, 91],   {"obligor 0": "red"}),      # the worst facility speaks
        ([None, 0], {"obligor 0": None}),       # unknown is not clear
        ([None, 1], {"obligor 0": "yellow"}),   # what is known raises all the same
    ],
)  # fmt: skip
def test_days_past_due_raise_by_the_longest_arrears(days, severity):
    assert severities(_days(*days), "A01") == severity


def test_arrears_name_the_facility_the_clause_and_the_subject_as_cause():
    (row,) = rows_of(_days(3, 37), "A01")
    assert row == {
        "subject_kind": "obligor", "subject_key": 0, "signal_id": "A01", "state": "raised", "severity": "orange",
        "is_veto": False, "cause_id": "A01/A", "clause": "Early-warning catalogue, A01",
        "evidence": "37 days past due on facility F1, the most among its facilities (2).",
        "evidence_zh": "逾期37天，授信业务F1，为其2笔业务中最长。",
    }  # fmt: skip


def test_arrears_that_are_known_in_part_are_a_lower_bound():
    raised, unknown = rows_of(_days(5, None), "A01")[0], rows_of(_days(0, None), "A01")[0]
    assert "a lower bound, for want of facilities.past_due_days in part" in raised["evidence"]
    assert (unknown["state"], unknown["severity"], unknown["is_veto"]) == ("not_evaluable", None, False)
    assert unknown["evidence"] == "Not evaluable for want of facilities.past_due_days."


def test_a_joint_obligor_is_as_late_as_the_first():
    tables = _days(31, joint_obligor_keys=[2, 2, 0])
    assert severities(tables, "A01") == {"obligor 0": "orange", "obligor 2": "orange"}


def test_a_column_that_is_never_filled_is_one_gap_not_a_row_for_every_obligor():
    tables = _days(None, None)
    assert severities(tables, "A01") == {}
    assert gaps_of(tables, "A01") == ["facilities.past_due_days"]


def _refinancing(drawn, **overrides):
    return {
        "obligor_key": 0, "drawn_minor": drawn, "refinances_facility_id": "OLD", "start_date": RECENT, **overrides,
    }  # fmt: skip


def _plain(drawn, **overrides):
    return {"obligor_key": 0, "drawn_minor": drawn, "start_date": RECENT, **overrides}


@pytest.mark.parametrize(
    ("rolled",    "plain",    "severity"),
    [
        (0,           100_00,     {}),                       # a refinancing that owes nothing is no share
        (1,           10**15,     {"obligor 0": "yellow"}),  # above 0 %
        (50_00,       50_00,      {"obligor 0": "yellow"}),  # exactly 50 % is not above it
        (50_01,       50_00,      {"obligor 0": "red"}),     # one minor unit more
    ],
)  # fmt: skip
def test_the_share_of_debt_that_was_rolled_over_raises(rolled, plain, severity):
    assert severities(bank_frames(facilities=[_refinancing(rolled), _plain(plain)]), "A08") == severity


@pytest.mark.parametrize(
    ("changes",                                                                   "severity"),
    [
        ({"start_date": date(2025, 6, 30)},                                       "yellow"),  # 12 months before, included
        ({"start_date": date(2025, 6, 29)},                                       "clear"),
        ({"start_date": date(2026, 6, 30)},                                       "yellow"),
        ({"start_date": date(2026, 7, 1)},                                        "clear"),   # not begun yet
        ({"start_date": None},                                                    None),      # begun when?
        ({"refinances_facility_id": None},                                        "clear"),
        ({"refinances_facility_id": None, "restructured_on": date(2025, 6, 30)},  "yellow"),
        ({"refinances_facility_id": None, "restructured_on": date(2025, 6, 29)},  "clear"),
        ({"start_date": OLD, "restructured_on": RECENT},                          "yellow"),
    ],
)  # fmt: skip
def test_only_what_happened_within_the_window_counts(changes, severity):
    # 40 of 100 rolled over: yellow if it counts. The second obligor keeps both columns filled.
    other = _refinancing(1, obligor_key=1, restructured_on=RECENT)
    tables = bank_frames(facilities=[_refinancing(40_00, **changes), _plain(60_00), other])
    assert severities(tables, "A08").get("obligor 0", "clear") == severity


@pytest.mark.parametrize(
    ("first",                     "second",                      "severity"),
    [
        ({"restructured_on": OLD},    {"restructured_on": RECENT},   "red"),      # the second restructuring, in the window
        ({},                          {"restructured_on": RECENT},   "yellow"),
        ({"restructured_on": OLD},    {},                            "yellow"),   # refinanced, not restructured again
        ({"restructured_on": OLD},    {"restructured_on": OLD},      "yellow"),   # again, but before the window
    ],
)  # fmt: skip
def test_a_second_restructuring_is_red_whatever_its_share(first, second, severity):
    again = _refinancing(1_00, refinances_facility_id="F0", **second)
    tables = bank_frames(facilities=[_plain(0, start_date=OLD, **first), again, _plain(99_00)])
    assert severities(tables, "A08") == {"obligor 0": severity}


def test_a_refinanced_facility_that_is_not_delivered_leaves_the_severity_a_lower_bound():
    (row,) = rows_of(
        bank_frames(facilities=[_refinancing(10_00, restructured_on=RECENT), _plain(90_00)]), "A08"
    )
    assert row["severity"] == "yellow"
    assert "a lower bound, for want of the facility that was refinanced in part" in row["evidence"]


@pytest.mark.parametrize("named_again", [[0], [2, 2]])
def test_a_joint_facility_counts_once_for_each_who_owes_it(named_again):
    # 45 of 105 is yellow for A; counted twice it would be 90 of 150, red. C owes nothing else: all of it is rolled.
    tables = bank_frames(facilities=[_refinancing(45_00, joint_obligor_keys=named_again), _plain(60_00)])
    rows = {row["subject_key"]: str(row["evidence"]) for row in rows_of(tables, "A08")}
    assert rows[0].startswith("45.00 of 105.00 CNY")
    assert rows.get(2, "45.00 of 45.00 CNY").startswith("45.00 of 45.00 CNY")


def test_debt_is_added_up_in_the_reporting_currency():
    # 10.00 USD at 7.2 are 72.00 CNY; 72 of 72 + 71.99 is above 50 %, 72 of 72 + 72 is not.
    usd = {"currency": "USD", "rate_e10": 72_000_000_000}
    red = bank_frames(facilities=[_refinancing(10_00, **usd), _plain(71_99)])
    yellow = bank_frames(facilities=[_refinancing(10_00, **usd), _plain(72_00)])
    assert severities(red, "A08") == {"obligor 0": "red"}
    assert severities(yellow, "A08") == {"obligor 0": "yellow"}
    assert rows_of(yellow, "A08")[0]["evidence"] == (
        "72.00 of 144.00 CNY drawn debt (50.00 %) was rolled over or restructured since 2025-06-30."
    )


def test_a_currency_without_decimals_is_scaled_to_the_reporting_currency():
    # 1000 JPY at 0.05 are 50.00 CNY.
    yen = {"currency": "JPY", "rate_e10": 500_000_000, "exponent": 0}
    tables = bank_frames(facilities=[_refinancing(1000, **yen), _plain(50_00)])
    assert "50.00 of 100.00 CNY" in rows_of(tables, "A08")[0]["evidence"]


def test_a_contingent_facility_owes_nothing_that_is_drawn():
    contingent = _plain(None, product="bill_acceptance")
    assert severities(bank_frames(facilities=[_refinancing(1), contingent]), "A08") == {"obligor 0": "red"}


def test_a_bank_without_either_column_has_no_answer_and_with_one_a_partial_answer():
    neither = bank_frames(facilities=[_plain(1)])
    assert gaps_of(neither, "A08") == ["facilities.refinances_facility_id", "facilities.restructured_on"]
    assert rows_of(neither, "A08") == []
    one = bank_frames(facilities=[_refinancing(1)])
    assert gaps_of(one, "A08") == ["facilities.restructured_on"]
    assert severities(one, "A08") == {"obligor 0": "red"}
