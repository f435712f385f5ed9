"""The bank's own limits: which number each is tested on, and which of them nobody tests."""

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

BOOKS = ["cn_group_credit", "cn_large_exposures"]


@pytest.fixture
def run(tmp_path):
    def tested(*limits, capital=(), assessment="confirmed"):
        builders.write_bank(
            tmp_path / "bank",
            parties=[builders.party("A"), builders.party("B"), builders.party("C")],
            relationships=[builders.relationship("R1", "A", "B", assessment=assessment)],
            facilities=[
                # 100.00 of loans less a provision of 10.00: exposure 90.00, credit balance 100.00
                builders.facility("F1", "A", provision="10.00"),
                builders.facility("F2", "B", drawn="20.00", commitment="20.00"),
            ],
            capital=[builders.capital(), *capital],
            bank_limits=[{"limit_id": f"L{n}", **limit} for n, limit in enumerate(limits)],
        )
        selection = select(BOOKS, as_of=builders.AS_OF)
        return run_monitor(tmp_path / "bank", selection, tmp_path / "data").tables

    return tested


def own(tables):
    rows = tables["headroom"].filter(book_id="bank_limits").sort("limit_id")
    return rows.select("subject_id", "exposure_minor", "limit_minor", "is_breach").rows()


def obligor(**more):
    return {"subject_kind": "obligor", "subject_id": "A"} | more


def group(anchor, **more):
    return {"subject_kind": "group", "subject_id": anchor} | more


@pytest.mark.parametrize(
    ("measure", "exposure_minor"),
    [(None, 90_00), ("exposure", 90_00), ("loan_balance", 100_00), ("credit_balance", 100_00)],
)
def test_a_limit_without_a_book_is_on_one_that_measures_it(run, measure, exposure_minor):
    tables = run(obligor(measure=measure, amount="95.00", currency="CNY"))
    assert own(tables) == [("A", exposure_minor, 95_00, exposure_minor > 95_00)]


@pytest.mark.parametrize(
    ("base", "limit_minor"), [("net_capital", 100_00), ("tier1_capital", 80_00), ("cet1_capital", 70_00)]
)
def test_a_limit_may_be_a_share_of_each_capital_figure(run, base, limit_minor):
    tables = run(obligor(capital_bp=100, capital_base=base))
    assert own(tables) == [("A", 90_00, limit_minor, limit_minor < 90_00)]


def test_a_group_limit_is_on_the_group_of_its_anchor(run):
    tables = run(group("A", book_id="cn_large_exposures", amount="110.00", currency="CNY"))
    assert own(tables) == [("cn_large_exposures/A", 110_00, 110_00, False)]


@pytest.mark.parametrize("book_id", ["cn_large_exposures", None])
def test_a_group_limit_that_fits_no_group_is_said_to_be_untested(run, book_id):
    anchor = "B" if book_id else "A"  # B is a member of the group around A
    tables = run(group(anchor, book_id=book_id, amount="1.00", currency="CNY"))
    assert own(tables) == []
    untested = tables["not_evaluated"].filter(item="bank_limits/L0")
    assert untested.height == 1
    assert untested["effect"][0].startswith("The limit is not tested")


def test_a_doubtful_relationship_is_weighed_against_the_banks_own_limit_too(run):
    limit = group("A", book_id="cn_large_exposures", amount="100.00", currency="CNY")
    tables = run(limit, assessment="doubtful")
    assert own(tables) == [("cn_large_exposures/A", 90_00, 100_00, False)]
    raised = tables["signals"].filter(signal_id="F22", state="raised")
    assert raised["severity"].to_list() == ["red"]  # 110.00 if confirmed
    assert "bank_limits/L0" in raised["evidence"][0]


@pytest.mark.parametrize(("earlier", "is_raised"), [("20000.00", True), ("10000.00", False)])
def test_a_share_of_capital_that_shrank_is_told_from_one_that_was_broken_before(run, earlier, is_raised):
    # 0.80 % of net capital: 80.00 now, 160.00 or 80.00 a month ago, against 90.00
    tables = run(
        obligor(capital_bp=80, capital_base="net_capital"),
        capital=[builders.capital("2026-05-31", net_capital=earlier)],
    )
    shrunk = tables["signals"].filter(signal_id="H08", subject_id="A")
    assert shrunk["state"].to_list() == (["raised"] if is_raised else [])


def test_an_obligor_that_owes_nothing_has_all_of_its_limit_left(run):
    tables = run({"subject_kind": "obligor", "subject_id": "C", "amount": "95.00", "currency": "CNY"})
    assert own(tables) == [("C", 0, 95_00, False)]


def test_a_limit_without_a_figure_is_said_not_to_be_tested(run):
    tables = run(obligor(amount=None))
    assert own(tables) == []
    assert "bank_limits/L0" in tables["not_evaluated"]["item"]


@pytest.mark.parametrize(
    ("amount", "limit_minor", "is_breach"),
    [
        ("95.00", 90_00, False),  # 5.00 would be left, and none of it may be lent
        ("80.00", 80_00, True),
        (None, 90_00, False),
    ],
)
def test_a_frozen_limit_is_held_at_what_is_used(run, amount, limit_minor, is_breach):
    currency = "CNY" if amount else None
    tables = run(obligor(is_frozen=True, amount=amount, currency=currency))
    assert own(tables) == [("A", 90_00, limit_minor, is_breach)]
    row = tables["headroom"].filter(limit_id="L0").row(0, named=True)
    assert row["headroom_minor"] == limit_minor - 90_00
    assert row["clause"] == "bank_limits L0, frozen"
