"""The forecast, by hand: net capital is 10 000.00, and the group line of the Chinese credit rules 15 % of it, 1 500.00."""

from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.forecast import forecast
from riskmon.operations.forecast.forecast import month_end
from riskmon.operations.sample import SAMPLE_AS_OF, write_sample
from riskmon.store.database import place_of
from tests import builders
from tests.declaring import LimitOffice

LINE = ("cn_group_credit", "group_credit")
GROUP = "cn_group_credit/A"


@pytest.fixture
def office(tmp_path):
    return LimitOffice(tmp_path, place_of(tmp_path), books=("cn_group_credit",))


def bank(**more):
    """A leads B; they owe 900 and 500 until the end of 2027, so that 100 are left."""
    return {
        "parties": [builders.party("A"), builders.party("B")],
        "relationships": [builders.relationship("R1", "A", "B")],
        "facilities": [loan("F1", "A", "900.00"), loan("F2", "B", "500.00")],
        "capital": [builders.capital("2026-01-31")],
    } | more


def loan(facility_id, obligor_id, amount, **more):
    return builders.facility(facility_id, obligor_id, commitment=amount, drawn=amount, **more)


def ahead(office, months, subject=GROUP, limit=LINE):
    body = forecast(office.snapshots, office.place, months=months, subject_id=subject)
    found = {(each["book_id"], each["limit_id"]): each for each in body["lines"]}
    return body, found[limit]


def test_where_nothing_matures_every_month_is_as_today(office):
    office.deliver(**bank())
    office.run()
    body, line = ahead(office, 12)
    assert line["headroom"] == ["100.00"] * 13
    assert [each["breach_count"] for each in body["months"]] == [0] * 13
    assert (body["months"][0]["date"], body["months"][12]["date"]) == ("2026-06-30", "2027-06-30")
    assert forecast(office.snapshots, office.place)["lines"] == []


def test_what_matures_frees_headroom_from_its_day_on(office):
    due = [loan("F1", "A", "900.00", maturity_date="2026-08-30"), loan("F2", "B", "500.00")]
    office.deliver(**bank(facilities=due))
    office.run()
    # On the 30th of August the 900 are gone; B alone is no group, and what is tested is the obligor.
    assert ahead(office, 3)[1]["headroom"] == ["100.00", "100.00", None, None]
    part = [loan("F1", "A", "600.00"), loan("F3", "A", "300.00", maturity_date="2026-08-29"), loan("F2", "B", "500.00")]  # fmt: skip
    office.deliver(**bank(facilities=part))
    office.run()
    assert ahead(office, 3)[1]["headroom"] == ["100.00", "100.00", "400.00", "400.00"]


def test_what_is_past_its_end_already_does_not_vanish(office):
    late = [loan("F1", "A", "900.00", maturity_date="2026-05-31"), loan("F2", "B", "500.00")]
    office.deliver(**bank(facilities=late))
    office.run()
    assert ahead(office, 2)[1]["headroom"] == ["100.00"] * 3


def test_exposure_grows_back_when_its_protection_ends(office):
    office.deliver(
        **bank(
            facilities=[loan("F1", "A", "1100.00"), loan("F2", "B", "500.00")],
            protections=[builders.protection("G1", value="200.00", start_date="2025-01-01", maturity_date="2026-08-15")],
            protection_covers=[builders.cover("G1", "F1")],
        )
    )  # fmt: skip
    office.run()
    body, line = ahead(office, 3)
    # 1 100 less a margin of 200, and 500: 100 are left until the margin is gone, then 100 are missing.
    assert line["headroom"] == ["100.00", "100.00", "-100.00", "-100.00"]
    assert line["first_breach_date"] == "2026-08-30"
    assert [each["new_breach_count"] for each in body["months"]] == [0, 0, 1, 0]


def test_capital_that_is_scheduled_counts_from_its_date(office):
    capital = [builders.capital("2026-01-31"), builders.capital("2026-08-01", net_capital="9000.00")]
    office.deliver(**bank(capital=capital))
    office.run()
    # 15 % of 9 000 are 1 350 against 1 400.
    assert ahead(office, 2)[1]["headroom"] == ["100.00", "100.00", "-50.00"]


def test_a_limit_of_the_banks_own_begins_and_ends_on_its_days(office):
    office.deliver(**bank())
    office.run()
    cells = {"subject_kind": "obligor", "subject_id": "A", "measure": "credit_balance", "amount": "1000.00", "currency": "CNY"}  # fmt: skip
    office.settle({"limit_id": "OWN", **cells, "valid_from": "2026-07-15", "valid_to": "2026-08-31"})
    line = ahead(office, 3, "A", ("bank_limits", "OWN"))[1]
    assert line["headroom"] == [None, "100.00", "100.00", None]


def test_an_earmark_counts_until_it_expires_and_a_confirmed_one_until_its_deal_matures(office):
    office.deliver(**bank())
    office.run()
    office.publish()
    office.place_earmark("E1", "B", "30.00")
    assert ahead(office, 1)[1]["headroom"] == ["70.00", "100.00"]
    from riskmon.operations.earmarks import ResolveWish, confirm_earmark

    with office.ledger() as ledger:
        confirm_earmark(ledger, ResolveWish("E1", "Zhao Min", amount="20.00"))
    assert ahead(office, 2)[1]["headroom"] == ["80.00"] * 3


@pytest.mark.parametrize("months", [0, 25])
def test_a_number_of_months_that_nobody_could_mean_is_refused(office, months):
    with pytest.raises(CallerError, match="months"):
        forecast(office.snapshots, office.place, months=months)


def test_a_month_ends_on_the_last_day_that_it_has():
    assert month_end(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_today_of_a_forecast_is_what_the_run_says_of_every_limit(tmp_path):
    books = ("cn_large_exposures", "cn_group_credit", "basel_lex", "example_policy")
    office = LimitOffice(tmp_path, place_of(tmp_path), books=books)
    write_sample(tmp_path / "bank", seed=7, as_of=SAMPLE_AS_OF)
    run = office.run(SAMPLE_AS_OF)
    body = forecast(office.snapshots, office.place, months=1)
    assert body["months"][0]["breach_count"] == run.tables["breaches"].height
    stored = {
        row[:4]: row[4]
        for row in run.tables["headroom"]
        .select("book_id", "limit_id", "subject_kind", "subject_id", "headroom_minor")
        .iter_rows()
    }
    assert body["lines"]
    for line in body["lines"]:
        key = (line["book_id"], line["limit_id"], line["subject_kind"], line["subject_id"])
        known = stored.get(key)
        today = line["headroom"][0]
        assert today is None if known is None else int(today.replace(".", "")) == known, key
