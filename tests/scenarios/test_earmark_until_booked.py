"""An earmark from the first day to the last, on a small bank, with the limits and groups that its runs find.

The example policy lets a group owe 15 % of a net capital of 10 000, which is 1 500. A owes 300; B, which A controls, nothing.
"""

from datetime import timedelta

import polars as pl
import pytest

from riskmon.domain.errors import NotReadyError
from riskmon.operations.checks import Deal, Decisions
from riskmon.operations.earmarks import (
    PlaceWish,
    ResolveWish,
    confirm_earmark,
    open_ledger,
    place_earmark,
    publish_run,
)
from riskmon.operations.earmarks.claims import measures_of
from tests import builders
from tests.assessing import AS_OF, Office, findings

GROUP = ("example_policy", "group_credit", "group", "example_policy/A")
F1 = builders.facility("F1", "A", commitment="300.00", drawn="300.00")


@pytest.fixture
def office(store_place, tmp_path):
    found = Office(tmp_path, store_place)
    found.deliver(
        parties=[builders.party("A"), builders.party("B")],
        relationships=[builders.relationship("R1", "A", "B")],
        facilities=[F1],
        capital=[builders.capital("2026-01-31")],
    )
    found.run()
    return found


@pytest.fixture
def ledger(office):
    measures = measures_of(Decisions(office.snapshots), most_days=3)
    with open_ledger(office.place, measures, most_hours=720, clock=office.clock) as opened:
        yield opened


def place(ledger, earmark_id, obligor, amount, **deal):
    wish = Deal(obligor_id=obligor, product="loan", amount=amount, currency="CNY", **deal)
    return place_earmark(ledger, PlaceWish(earmark_id, wish, 24, "Li Na"))


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
def test_a_group_that_only_earmarks_make_is_held_to_its_limit_whoever_comes_first(office, ledger, order):
    publish_run(ledger, office.snapshots, "Li Na")
    amounts = {"A": "700.00", "B": "500.00"}
    for party in order:
        answer = place(ledger, f"E-{party}", party, amounts[party])
        assert answer.outcome == "placed", answer
    # 300 + 700 + 500 are the limit of 1 500.
    for party in order:
        refused = place(ledger, f"more-{party}", party, "0.01")
        assert (refused.outcome, refused.line, refused.left_minor) == ("limit_broken", GROUP, 0)


def test_a_confirmed_earmark_counts_until_its_facility_arrives_and_then_no_more(office, ledger):
    publish_run(ledger, office.snapshots, "Li Na")
    place(ledger, "E1", "A", "700.00")
    place(ledger, "E2", "B", "500.00")
    confirm_earmark(ledger, ResolveWish("E1", "Li Na"))
    office.deliver(capital=[builders.capital("2026-01-31"), builders.capital("2025-01-31")])
    assert findings(office.run(), "earmark_") == {"earmark_unmatched": ["E1"]}
    waiting = publish_run(ledger, office.snapshots, "Li Na")
    assert (waiting.outcome, waiting.unmatched, waiting.over) == ("published", ["E1"], {})
    assert place(ledger, "E3", "A", "0.01").outcome == "limit_broken"

    booked = builders.facility("F2", "A", commitment="700.00", drawn="700.00", earmark_id="E1")
    office.deliver(facilities=[F1, booked])
    run = office.run()
    assert findings(run, "earmark_") == {}
    answer = publish_run(ledger, office.snapshots, "Li Na")
    assert (dict(answer.booked), answer.unmatched, answer.over) == ({"E1": "F2"}, [], {})
    # 1 000 owed and 500 of E2 earmarked are the limit, as before: it counts once, not twice and not never.
    assert place(ledger, "E3", "A", "0.01").outcome == "limit_broken"
    group = run.tables["headroom"].filter(pl.col("subject_id") == "A", pl.col("limit_id") == "single")
    assert group["exposure_minor"].to_list() == [1_000_00]


def test_an_earmark_leaves_the_group_that_splits(office, ledger):
    publish_run(ledger, office.snapshots, "Li Na")
    place(ledger, "E1", "A", "700.00")
    place(ledger, "E2", "B", "500.00")
    office.deliver(relationships=[builders.relationship("R1", "A", "B", assessment="rejected")])
    office.run()
    publish_run(ledger, office.snapshots, "Li Na")
    assert place(ledger, "E3", "A", "0.01").outcome == "placed"


def test_what_cannot_be_answered_is_refused(office, ledger):
    assert place(ledger, "E0", "A", "1.00").outcome == "nothing_published"
    publish_run(ledger, office.snapshots, "Li Na")
    assert place(ledger, "E1", "nobody", "1.00").outcome == "party_unknown"
    fund = Deal(obligor_id="A", product="fund_unit", amount="1.00", currency="CNY")
    assert place_earmark(ledger, PlaceWish("E2", fund, 24, "Li Na")).outcome == "not_computable"
    dollars = Deal(obligor_id="A", product="loan", amount="1.00", currency="USD")
    assert place_earmark(ledger, PlaceWish("E3", dollars, 24, "Li Na")).outcome == "not_computable"
    office.today = AS_OF + timedelta(days=4)
    assert place(ledger, "E4", "A", "1.00").outcome == "snapshot_stale"


def test_nothing_can_be_published_before_a_run(store_place, tmp_path):
    empty = Office(tmp_path / "empty", store_place)
    measures = measures_of(Decisions(empty.snapshots), most_days=3)
    with open_ledger(store_place, measures, most_hours=720) as ledger, pytest.raises(NotReadyError):
        publish_run(ledger, empty.snapshots, "Li Na")
