"""F01, H01, F22 and H08: what headroom says, turned into signals. Amounts are small; every limit is 100.00 unless said."""

import pytest

from tests.builders_frames import bank_frames, limit_row
from tests.signal_rows import gaps_of, rows_of, severities

GROUPS = [{"group_key": 0, "anchor_key": 0}, {"group_key": 1, "anchor_key": 3}]


def _row(exposure, limit=100_00, *, kind="group", key=0, **overrides):
    return limit_row(kind, key, exposure, limit, **overrides)


@pytest.mark.parametrize(
    ("rows",                                                                            "severity", "is_veto"),
    [
        ([_row(70_00)],                                                                 None,       None),
        ([_row(70_00, warning_level="blue")],                                           "blue",     False),
        ([_row(90_00, warning_level="red")],                                            "red",      False),  # near, not over
        ([_row(100_00, warning_level="red")],                                           "red",      False),  # at the limit
        ([_row(100_01, warning_level="red")],                                           "red",      True),
        ([_row(100_01)],                                                                "red",      True),   # no line needed
        ([_row(100_01, is_hard=False, warning_level="orange")],                         "orange",   False),
        ([_row(1, warning_level="blue"), _row(2, limit_id="b", warning_level="orange")], "orange",  False),
        ([_row(1, warning_level="red"), _row(100_01, limit_id="b", warning_level="red")], "red",    True),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("kind", "signal_id"), [("group", "F01"), ("obligor", "H01")])
def test_the_worst_level_of_a_subject_is_its_signal(rows, severity, is_veto, kind, signal_id):
    tables = bank_frames(headroom=[{**row, "subject_kind": kind} for row in rows], groups=GROUPS)
    found = [(row["subject_kind"], row["severity"], row["is_veto"]) for row in rows_of(tables, signal_id)]
    assert found == ([(kind, severity, is_veto)] if severity else [])
    assert rows_of(tables, "H01" if signal_id == "F01" else "F01") == []


def test_the_sentence_names_the_limit_the_numbers_and_how_many_others():
    rows = [
        _row(97_50, warning_level="orange", is_complete=False),
        _row(70_00, limit_id="other", warning_level="blue"),
        _row(10_00, limit_id="far"),
    ]
    (row,) = rows_of(bank_frames(headroom=rows, groups=GROUPS), "F01")
    assert row["cause_id"] == "F01/book/A"
    assert row["evidence"] == (
        "Gravest limit: exposure of 97.50 CNY under book/limit against a limit of 100.00 CNY (97.50 %), a lower bound since rows were "
        "refused; limits at a line besides it: 1."
    )


def test_of_equally_grave_limits_the_one_with_least_headroom_speaks():
    rows = [
        _row(95_00, limit_id="a", warning_level="red"),
        _row(96_00, limit_id="b", warning_level="red"),
    ]
    assert "book/b" in str(rows_of(bank_frames(headroom=rows, groups=GROUPS), "F01")[0]["evidence"])


def test_a_limit_that_is_unknown_for_one_subject_is_not_evaluable_there():
    rows = [_row(1, None), _row(1, key=1)]
    tables = bank_frames(headroom=rows, groups=GROUPS)
    assert severities(tables, "F01") == {"group 0": None}
    (row,) = rows_of(tables, "F01")
    assert row["evidence"] == "Not evaluable for want of the capital base or exposure under book/limit."


def test_a_known_limit_raises_beside_an_unknown_one():
    rows = [_row(1, None), _row(1, key=1), _row(80_00, limit_id="b", warning_level="blue")]
    (row,) = rows_of(bank_frames(headroom=rows, groups=GROUPS), "F01")
    assert row["severity"] == "blue"
    assert "a lower bound, for want of the capital base or exposure under book/limit in part" in str(
        row["evidence"]
    )


def test_a_limit_that_is_unknown_for_every_subject_is_one_gap():
    tables = bank_frames(headroom=[_row(1, None), _row(1, None, key=1)], groups=GROUPS)
    assert rows_of(tables, "F01") == []
    assert gaps_of(tables, "F01") == ["capital base or exposure under book/limit"]


def _doubtful(now, if_confirmed, **overrides):
    """The confirmed group 0 and the if-confirmed group 5 around the same anchor, party 0."""
    return bank_frames(
        groups=GROUPS,
        if_confirmed_groups=[{"group_key": 5, "anchor_key": 0}],
        headroom=[_row(now, **overrides)],
        headroom_if_confirmed=[_row(if_confirmed, key=5, **overrides)],
    )


@pytest.mark.parametrize(
    ("now",   "if_confirmed", "is_hard", "severity"),
    [
        (50_00,   100_00,     True,      {}),                       # at the limit is within it
        (50_00,   100_01,     True,      {"group 0": "red"}),
        (50_00,   100_01,     False,     {"group 0": "orange"}),
        (100_01,  120_00,     True,      {}),                       # over it already: F01 says so
        (100_00,  100_01,     True,      {"group 0": "red"}),
    ],
)  # fmt: skip
def test_a_limit_that_only_doubt_keeps_whole_is_raised(now, if_confirmed, is_hard, severity):
    tables = _doubtful(now, if_confirmed, is_hard=is_hard)
    assert severities(tables, "F22") == severity
    assert not any(row["is_veto"] for row in rows_of(tables, "F22"))


def test_the_sentence_says_that_it_is_an_if():
    (row,) = rows_of(_doubtful(50_00, 120_00), "F22")
    assert row["evidence"] == (
        "If every doubtful relationship were confirmed: exposure of 120.00 CNY under book/limit against a limit of "
        "100.00 CNY (120.00 %)."
    )


def test_a_breach_of_another_limit_or_anchor_does_not_hide_one():
    tables = bank_frames(
        groups=GROUPS,
        if_confirmed_groups=[{"group_key": 5, "anchor_key": 0}],
        headroom=[_row(50_00), _row(120_00, limit_id="other"), _row(120_00, key=1)],
        headroom_if_confirmed=[_row(120_00, key=5), _row(120_00, key=5, limit_id="other")],
    )
    (row,) = rows_of(tables, "F22")
    assert (row["subject_key"], "book/limit" in str(row["evidence"])) == (0, True)


def test_an_anchor_that_leads_no_group_yet_is_raised_as_an_obligor():
    tables = bank_frames(
        groups=GROUPS,
        if_confirmed_groups=[{"group_key": 9, "anchor_key": 4}],
        headroom=[_row(50_00)],
        headroom_if_confirmed=[_row(120_00, key=9)],
    )
    assert [(row["subject_kind"], row["subject_key"], row["cause_id"]) for row in rows_of(tables, "F22")] == [
        ("obligor", 4, "F22/E")
    ]


def test_groups_of_two_books_around_one_anchor_are_told_apart():
    # Under the book only the group of the book breaks its limit; its namesake under the other does not.
    tables = bank_frames(
        groups=[{"group_key": 0, "anchor_key": 0}, {"group_key": 1, "anchor_key": 0, "book_id": "other"}],
        if_confirmed_groups=[
            {"group_key": 0, "anchor_key": 0, "book_id": "other"},
            {"group_key": 1, "anchor_key": 0},
        ],
        headroom=[_row(50_00), _row(50_00, key=1, book_id="other")],
        headroom_if_confirmed=[_row(60_00, book_id="other"), _row(120_00, key=1)],
    )
    assert severities(tables, "F22") == {"group 0": "red"}


@pytest.mark.parametrize(
    ("exposure", "limit",  "earlier", "is_hard", "severity"),
    [
        (100_00,     100_00,  120_00,    True,      {}),
        (100_01,     100_00,  120_00,    True,      {"obligor 0": "red"}),
        (100_01,     100_00,  120_00,    False,     {"obligor 0": "yellow"}),
        (120_01,     100_00,  120_00,    True,      {}),                       # broken before as well
        (120_00,     100_00,  120_00,    True,      {"obligor 0": "red"}),     # at the earlier limit was within it
    ],
)  # fmt: skip
def test_a_limit_that_shrank_under_the_exposure_is_raised(exposure, limit, earlier, is_hard, severity):
    tables = bank_frames(
        headroom=[_row(exposure, limit, kind="obligor", is_hard=is_hard)],
        headroom_previous_capital=[_row(exposure, earlier, kind="obligor", is_hard=is_hard)],
    )
    assert severities(tables, "H08") == severity
    assert not any(row["is_veto"] for row in rows_of(tables, "H08"))
    assert gaps_of(tables, "H08") == []


def test_without_an_earlier_capital_there_is_a_gap_not_silence():
    tables = bank_frames(headroom=[_row(120_00)], groups=GROUPS)
    assert rows_of(tables, "H08") == []
    assert gaps_of(tables, "H08") == ["capital of an earlier date"]


def test_a_breach_whose_past_is_unknown_is_neither_new_nor_old():
    now = [_row(120_00), _row(120_00, key=1)]
    tables = bank_frames(
        headroom=now,
        groups=GROUPS,
        headroom_previous_capital=[_row(120_00, None), _row(120_00, 130_00, key=1)],
    )
    assert severities(tables, "H08") == {"group 0": None, "group 1": "red"}


def test_a_limit_that_is_unknown_now_may_have_shrunk():
    tables = bank_frames(
        headroom=[_row(120_00, None), _row(120_00, key=1)],
        groups=GROUPS,
        headroom_previous_capital=[_row(120_00, 130_00), _row(120_00, 130_00, key=1)],
    )
    assert severities(tables, "H08") == {"group 0": None, "group 1": "red"}


def test_a_limit_of_a_fixed_amount_does_not_shrink_with_the_capital():
    fixed = _row(120_00, limit_id="fixed", base_minor=None)
    tables = bank_frames(headroom=[fixed, _row(1)], groups=GROUPS, headroom_previous_capital=[_row(1)])
    assert rows_of(tables, "H08") == []
    assert gaps_of(tables, "H08") == []
