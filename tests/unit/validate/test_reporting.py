"""The currency and the perimeter a run reports in, its capital, and the rates it may use."""

from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.domain.terms import Level
from tests import builders
from tests.builders import capital, facility, fx_rate, party, protection, validated

PARTIES = {"parties": [party()]}


def test_the_reporting_currency_is_the_currency_of_capital(tmp_path):
    frames = validated(tmp_path, **PARTIES, bank=[{"party_id": "B", "currency": "USD"}], capital=[capital(currency="JPY", net_capital="5", tier1_capital="5", cet1_capital="5")])  # fmt: skip
    assert frames["reporting"].rows() == [("JPY", 0, "consolidated")]


def test_without_capital_it_is_the_banks_and_without_that_the_only_one_of_its_facilities(tmp_path):
    bank = [{"party_id": "B", "currency": "USD"}]
    frames = validated(tmp_path / "a", **PARTIES, bank=bank, facilities=[facility(currency="EUR")])
    assert frames["reporting"]["currency"].to_list() == ["USD"]
    frames = validated(tmp_path / "b", **PARTIES, facilities=[facility(currency="EUR")], capital=[])
    assert frames["reporting"]["currency"].to_list() == ["EUR"]


def test_several_currencies_with_nothing_to_tell_them_apart_stop_the_run(tmp_path):
    with pytest.raises(CallerError, match="facilities is in several currencies: CNY, USD"):
        validated(tmp_path / "a", **PARTIES, facilities=[facility(), facility("F2", currency="USD")])
    with pytest.raises(CallerError, match="capital is in several currencies: CNY, USD"):
        validated(tmp_path / "b", **PARTIES, capital=[capital(), capital("2026-03-31", currency="USD")])


def test_a_bank_without_anything_in_a_currency_reports_in_none(tmp_path):
    assert validated(tmp_path, parties=[], facilities=[], capital=[])["reporting"].rows() == [
        ("XXX", 2, "consolidated")
    ]


LEVELS = [
    # levels of capital, asked for, level of the run
    (["consolidated", "solo"], None,               "consolidated"),
    (["solo"],                 None,               "solo"),
    ([None],                   None,               "consolidated"),   # an empty level is of both
    ([None],                   Level.SOLO,         "solo"),
    (["consolidated", "solo"], Level.SOLO,         "solo"),
    ([],                       Level.SOLO,         "solo"),
    ([],                       None,               "consolidated"),
]  # fmt: skip


@pytest.mark.parametrize(("levels", "asked", "level"), LEVELS)
def test_the_perimeter_is_the_one_asked_for_or_the_widest_with_capital(tmp_path, levels, asked, level):
    rows = [capital(level=name) for name in levels]
    frames = validated(tmp_path, level=asked, **PARTIES, facilities=[facility()], capital=rows)
    assert frames["reporting"]["level"].to_list() == [level]
    assert frames["capital"]["level"].to_list() == ([level] if levels else [])


def test_a_perimeter_without_capital_stops_the_run(tmp_path):
    with pytest.raises(CallerError, match="no row for the level solo; it has consolidated"):
        validated(tmp_path, level=Level.SOLO, **PARTIES, capital=[capital()])


def test_capital_of_the_perimeter_comes_newest_first_without_what_is_later_than_the_run(tmp_path):
    rows = [
        capital("2025-12-31", net_capital="1.00"),
        capital("2026-06-30", net_capital="3.00"),
        capital("2026-06-30", net_capital="9.00", level=None),
        capital("2026-03-31", net_capital="2.00", level=None),
        capital("2026-03-31", net_capital="8.00", level="solo"),
        capital("2026-07-01", net_capital="4.00"),
    ]
    frames = validated(tmp_path, **PARTIES, capital=rows)
    assert frames["capital"]["net_capital_minor"].to_list() == [300, 200, 100]


def test_capital_that_is_only_later_than_the_run_is_said_to_be_missing(tmp_path):
    frames = validated(tmp_path, **PARTIES, facilities=[], capital=[capital("2026-07-01")])
    assert frames["capital"].height == 0
    gap = frames["not_evaluated"].filter(item="capital")
    assert gap["missing"].to_list() == ["a row on or before 2026-06-30"]


def test_the_newest_rate_on_or_before_the_date_counts(tmp_path):
    rates = [
        fx_rate(rate="7.0", as_of="2026-06-28"),
        fx_rate(rate="7.1", as_of="2026-06-29"),
        fx_rate(rate="9.9", as_of="2026-07-01"),
        fx_rate("JPY", "0.05"),
    ]
    frames = validated(
        tmp_path,
        **PARTIES,
        facilities=[facility("F1"), facility("F2", currency="USD"), facility("F3", currency="JPY", drawn="9", commitment="9")],
        protections=[protection(currency="USD")],
        capital=[capital()],
        fx_rates=rates,
    )  # fmt: skip
    shown = frames["facilities"].select("facility_id", "rate_e10", "exponent").rows()
    assert shown == [("F1", 10_000_000_000, 2), ("F2", 71_000_000_000, 2), ("F3", 500_000_000, 0)]
    assert frames["protections"].select("rate_e10", "exponent").rows() == [(71_000_000_000, 2)]


def test_an_amount_without_a_rate_is_refused_and_never_counts_as_zero(tmp_path):
    frames = validated(
        tmp_path,
        **PARTIES,
        facilities=[facility("F1", currency="USD"), facility("F2", currency="EUR")],
        protections=[protection(currency="EUR")],
        capital=[capital()],
        fx_rates=[fx_rate("USD", as_of="2026-07-01"), fx_rate("EUR", as_of=date(2026, 6, 1))],
    )
    assert frames["facilities"]["facility_id"].to_list() == ["F2"]
    assert frames["quarantine_rows"].rows() == [("facilities", 0, ["rate_missing"])]
    assert frames["parties"]["is_complete"].to_list() == [False]


def test_the_rate_of_the_reporting_currency_is_one_whatever_is_delivered(tmp_path):
    frames = validated(
        tmp_path, **PARTIES, facilities=[facility()], capital=[capital()], fx_rates=[fx_rate("CNY", "2")]
    )
    assert frames["facilities"]["rate_e10"].to_list() == [10_000_000_000]


def test_a_solo_run_leaves_facilities_of_subsidiaries_out_and_says_so(tmp_path):
    facilities = [facility("F1", is_solo=True), facility("F2", is_solo=False), facility("F3")]
    tables = {**PARTIES, "facilities": facilities, "capital": [capital(level=None)]}
    solo = validated(tmp_path, level=Level.SOLO, **tables)
    assert solo["facilities"]["facility_id"].to_list() == ["F1", "F3"]
    assert solo["not_evaluated"].filter(item="perimeter").height == 1
    assert solo["quarantine_rows"].height == 0
    consolidated = validated(tmp_path, **tables)
    assert consolidated["facilities"].height == 3
    assert consolidated["not_evaluated"].filter(item="perimeter").height == 0


def test_older_capital_never_stands_in_for_a_newest_row_that_was_refused(tmp_path):
    rows = [capital(net_capital="x"), capital("2026-03-31"), capital("2026-07-31", net_capital="x")]
    frames = validated(tmp_path / "a", **PARTIES, capital=rows)
    # June is unknown, March as delivered; July is after the run's date
    assert frames["capital"].select("as_of", "net_capital_minor", "tier1_capital_minor").rows() == [
        (date(2026, 6, 30), None, None),
        (date(2026, 3, 31), 1_000_000, 800_000),
    ]
    rows = [capital(), capital("2026-03-31", net_capital="x")]
    frames = validated(tmp_path / "b", **PARTIES, capital=rows)
    assert frames["capital"]["as_of"].to_list() == [date(2026, 6, 30)]


@pytest.mark.parametrize(("newest", "claim", "offset", "is_complete"), [
    ("2026-06-20", 75, 75, True),    # ten days before
    ("2026-06-19", 80, 70, False),   # eleven: the highest and the lowest of all that are delivered
])  # fmt: skip
def test_a_stale_rate_never_makes_a_claim_small_or_a_protection_large(
    tmp_path, newest, claim, offset, is_complete
):
    frames = builders.validated(
        tmp_path,
        parties=[builders.party("A"), builders.party("B")],
        facilities=[builders.facility("F1", "A", currency="USD"), builders.facility("F2", "B")],
        protections=[builders.protection(currency="USD")],
        protection_covers=[builders.cover()],
        fx_rates=[
            builders.fx_rate("USD", "8.0", as_of="2025-12-31"),
            builders.fx_rate("USD", "7.0", as_of="2026-03-31"),
            builders.fx_rate("USD", "7.5", as_of=newest),
            builders.fx_rate("USD", "9.9", as_of="2026-07-31"),  # not yet
            builders.fx_rate("EUR", "8.5", as_of="2020-01-01"),  # nothing is in it
        ],
        capital=[builders.capital()],
    )
    rates = [frames["facilities"]["rate_e10"][0], frames["protections"]["rate_e10"][0]]
    assert rates == [claim * 10**9, offset * 10**9]
    assert builders.incomplete(frames) == ([] if is_complete else ["A"])
    assert [row[1] for row in builders.found(frames, "rate_stale")] == ([] if is_complete else [3])


def test_a_parent_facility_that_is_not_there_is_said(tmp_path):
    frames = builders.validated(
        tmp_path,
        parties=[builders.party("A")],
        facilities=[
            builders.facility("F1", "A", parent_facility_id="F2"),
            builders.facility("F2", "A", parent_facility_id="GONE"),
        ],
        capital=[builders.capital()],
    )
    assert builders.found(frames, "parent_missing") == [("facilities", 1, ["F2"])]
