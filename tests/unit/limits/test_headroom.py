"""Headroom: where a limit bites, which lines warn, which limit binds, what is unknown."""

from datetime import date

import polars as pl
import pytest

from riskmon.limits.headroom import book_headroom, with_binding
from riskmon.limits.subjects import party_classes
from riskmon.rulebook.select import select

POLICY, LEGAL = select(["example_policy", "cn_large_exposures"], as_of=date(2026, 6, 30)).books[::-1]
NO_ANCHORS = pl.DataFrame(schema={"group_key": pl.Int32, "anchor_key": pl.Int32})
CLASSES = pl.DataFrame(
    {"party_key": [0], "party_class": ["non_interbank"]}, schema_overrides={"party_key": pl.Int32}
)


def subject(exposure, *, loans=0, exempt=0):
    return pl.DataFrame(
        {
            "subject_kind": ["obligor"], "subject_key": [0], "class_key": [0], "exposure_minor": [exposure],
            "exempt_minor": [exempt], "loan_balance_minor": [loans], "credit_balance_minor": [None],
            "clearing_minor": [0], "is_complete": [True], "subject_id": [None], "applies_to": [None],
        },
        schema_overrides={
            "subject_key": pl.Int32, "class_key": pl.Int32, "credit_balance_minor": pl.Int64, "subject_id": pl.String,
            "applies_to": pl.String,
        },
    )  # fmt: skip


def row(book, limit_id, exposure, *, bases=None, **more):
    known = {"tier1_capital": 1_000, "net_capital": 1_000} if bases is None else bases
    found = book_headroom(subject(exposure, **more), CLASSES, book, known).filter(
        pl.col("limit_id") == limit_id
    )
    return found.row(0, named=True)


def test_the_books_are_the_ones_meant():
    assert (POLICY.id, LEGAL.id) == ("example_policy", "cn_large_exposures")


@pytest.mark.parametrize(
    # 15 % of 1 000 is 150; red from 90 % of it
    ("exposure", "headroom", "excess", "is_breach", "level"),
    [
        (134,         16,        0,        False,       None),
        (135,         15,        0,        False,       "red"),
        (150,          0,        0,        False,       "red"),
        (151,         -1,        1,        True,        "red"),
    ],
)  # fmt: skip
def test_a_limit_is_kept_to_its_last_minor_unit(exposure, headroom, excess, is_breach, level):
    found = row(LEGAL, "single", exposure)
    assert found["limit_minor"] == 150
    assert [found[k] for k in ("headroom_minor", "excess_minor", "is_breach", "warning_level")] == [
        headroom,
        excess,
        is_breach,
        level,
    ]


@pytest.mark.parametrize(
    # the internal line is 12 % of 1 000 = 120: blue 84, yellow 96, orange 120, red 135 (90 % of the legal 150)
    ("exposure", "level"),
    [
        (83, None),
        (84, "blue"),
        (96, "yellow"),
        (119, "yellow"),
        (120, "orange"),
        (134, "orange"),
        (135, "red"),
    ],
)
def test_the_internal_line_warns_in_four_levels(exposure, level):
    assert row(POLICY, "single", exposure)["warning_level"] == level


def test_a_limit_is_rounded_down():
    assert row(LEGAL, "single", 0, bases={"tier1_capital": 999, "net_capital": 999})["limit_minor"] == 149


def test_exempt_exposure_does_not_count_against_the_limit():
    assert row(LEGAL, "single", 500, exempt=400)["exposure_minor"] == 100


@pytest.mark.parametrize("bases", [{}, {"tier1_capital": None, "net_capital": 1_000}])
def test_an_unknown_base_leaves_the_limit_unknown_and_never_clear(bases):
    found = row(LEGAL, "single", 10**9, bases=bases)
    assert [found[k] for k in ("limit_minor", "headroom_minor", "is_breach", "warning_level")] == [None] * 4


def test_the_binding_limit_is_the_one_with_least_headroom_over_all_books():
    bases = {"tier1_capital": 1_000, "net_capital": 1_000}
    rows = [book_headroom(subject(50, loans=40), CLASSES, book, bases) for book in (LEGAL, POLICY)]
    found = with_binding(pl.concat(rows), NO_ANCHORS).filter("is_binding")
    # legal: loans 100 - 40 = 60, exposure 150 - 50 = 100; internal: loans 80 - 40 = 40, exposure 120 - 50 = 70
    assert found.select("book_id", "limit_id", "headroom_minor").rows() == [
        ("example_policy", "loan_single", 40)
    ]


@pytest.mark.parametrize(
    ("party", "bank_is_gsib", "classes"),
    [
        ({"kind": "corporate"}, True, {"non_interbank"}),
        ({"kind": "sovereign"}, True, {"non_interbank"}),
        ({"kind": "bank"}, True, {"interbank"}),
        ({"kind": "financial"}, True, {"interbank"}),
        ({"kind": "ccp", "is_qualifying_ccp": True}, True, {"qccp_non_clearing"}),
        ({"kind": "ccp"}, True, {"ccp_non_qualifying"}),
        ({"kind": "anonymous"}, True, {"anonymous"}),
        ({"kind": "bank", "is_gsib": True, "gsib_since": date(2025, 6, 30)}, True, {"interbank", "gsib"}),
        (
            {"kind": "bank", "is_gsib": True, "gsib_since": date(2025, 7, 1)},
            True,
            {"interbank"},
        ),  # twelve months
        ({"kind": "bank", "is_gsib": True}, True, {"interbank", "gsib"}),
        ({"kind": "bank", "is_gsib": True}, False, {"interbank"}),
    ],
)
def test_the_class_of_a_party_decides_which_limits_apply(party, bank_is_gsib, classes):
    schema = {
        "party_key": pl.Int32, "kind": pl.String, "is_qualifying_ccp": pl.Boolean, "is_gsib": pl.Boolean,
        "gsib_since": pl.Date,
    }  # fmt: skip
    frame = pl.DataFrame([{name: ({"party_key": 0} | party).get(name) for name in schema}], schema=schema)
    found = party_classes(frame, LEGAL, bank_is_gsib=bank_is_gsib, as_of=date(2026, 6, 30))
    assert set(found["party_class"]) == classes
