"""The standardised approach for derivatives, formula by formula, against arithmetic by hand.

Where nothing else is said: two years to go, so that the maturity factor is 1, and neither value nor collateral, so that
the exposure is alpha (1.4) times the add-on.
"""

from decimal import Decimal
from math import exp, sqrt

import pytest

from tests.counterparty_rows import at_stake, measured, months, netting_set, totals, trade


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "bank"


def units(text):
    return Decimal(text)


def near(found, expected):
    """Never less than the exact number, and at most a cent above."""
    assert expected - 1e-6 <= float(found) <= expected + 0.01 + 1e-6, (found, expected)


@pytest.mark.parametrize(
    ("asset_class", "terms", "factor"),
    [
        ("foreign_exchange", {},                                                    "0.04"),
        ("equity",           {},                                                    "0.32"),
        ("equity",           {"is_index": True},                                    "0.20"),
        ("equity",           {"is_index": None},                                    "0.32"),  # not known: the higher
        ("commodity",        {"reference_id": "electricity"},                       "0.40"),
        ("commodity",        {"reference_id": "gold"},                              "0.18"),
        ("commodity",        {"reference_id": "corn"},                              "0.18"),
        ("commodity",        {"reference_id": "UNHEARD OF"},                        "0.40"),
        ("commodity",        {"reference_id": None},                                "0.40"),
    ],
)  # fmt: skip
def test_the_supervisory_factor_is_that_of_the_asset_class_and_its_part(folder, asset_class, terms, factor):
    # 1.4 x 1,000 x factor
    assert at_stake(folder, [trade("T1", asset_class, **terms)]) == 1400 * units(factor)


@pytest.mark.parametrize(
    ("terms", "factor"),
    [
        ({"reference_grade": "AAA"},                       0.0038),
        ({"reference_grade": "AA-"},                       0.0038),
        ({"reference_grade": "A-"},                        0.0042),
        ({"reference_grade": "BBB-"},                      0.0054),
        ({"reference_grade": "IG"},                        0.0054),  # somewhere in investment grade
        ({"reference_grade": "BB+"},                       0.0106),
        ({"reference_grade": "B"},                         0.016),
        ({"reference_grade": "CCC"},                       0.06),
        ({"reference_grade": "D"},                         0.06),
        ({"reference_grade": None},                        0.06),    # not known: the highest
        ({"reference_grade": "BBB-", "is_index": True},    0.0038),
        ({"reference_grade": "SG", "is_index": True},      0.0106),
        ({"reference_grade": None, "is_index": True},      0.0106),
    ],
)  # fmt: skip
def test_credit_counts_by_grade_and_duration(folder, terms, factor):
    duration = (1 - exp(-0.05 * 5)) / 0.05
    found = at_stake(
        folder, [trade("T1", "credit", instrument="credit_default_swap", end_date=months(60), **terms)]
    )
    near(found, 1.4 * 1000 * duration * factor)


@pytest.mark.parametrize(
    ("start", "end", "duration", "maturity"),
    [
        (None, 120, (1 - exp(-0.5)) / 0.05,         1),
        (-12,  120, (1 - exp(-0.5)) / 0.05,         1),           # begun: from today
        (12,   132, (exp(-0.05) - exp(-0.55)) / 0.05, 1),
        (None, 6,   (1 - exp(-0.025)) / 0.05,       sqrt(0.5)),   # half a year
        (None, 0,   10 / 250,                       sqrt(10 / 250)),  # ten business days at least
        (None, None, 1 / 0.05,                      1),           # no end is known: the longest
    ],
)  # fmt: skip
def test_rates_count_by_duration_and_maturity(folder, start, end, duration, maturity):
    times = {
        "start_date": None if start is None else months(start),
        "end_date": None if end is None else months(end),
    }
    found = at_stake(folder, [trade("T1", "interest_rate", instrument="swap", **times)])
    near(found, 1.4 * 1000 * duration * maturity * 0.005)


def rates(*positions, **terms):
    return [
        trade(f"T{n}", "interest_rate", instrument="swap", side=side, end_date=months(years), **terms)
        for n, (side, years) in enumerate(positions)
    ]


def test_rates_offset_in_full_in_a_maturity_range_and_in_part_across(folder):
    def d(years):
        return 1000 * (1 - exp(-0.05 * years)) / 0.05

    # 2 and 5 years are one range: what is left is their difference
    near(at_stake(folder / "1", rates(("long", 60), ("short", 24))), 1.4 * 0.005 * (d(5) - d(2)))
    # half a year, two years, ten years: 70 % next to each other, 30 % at the ends
    one, two, three = d(0.5) * sqrt(0.5), -d(2), d(10)
    mixed = sqrt(one**2 + two**2 + three**2 + 1.4 * one * two + 1.4 * two * three + 0.6 * one * three)
    near(at_stake(folder / "2", rates(("long", 6), ("short", 24), ("long", 120))), 1.4 * 0.005 * mixed)
    # a year to the day is in the middle range, and so are five
    near(at_stake(folder / "3", rates(("long", 12), ("short", 60))), 1.4 * 0.005 * (d(5) - d(1)))


def test_rates_of_two_currencies_offset_nothing(folder):
    apart = [
        *rates(("long", 24)),
        trade("U", "interest_rate", side="short", currency="USD", notional="142.85"),
    ]
    size = (1 - exp(-0.1)) / 0.05
    near(at_stake(folder, apart), 1.4 * 0.005 * size * (1000 + 142.85 * 7))


@pytest.mark.parametrize(
    ("second", "left"),
    [
        ({"side": "short", "notional": "400"},                                                    600),
        ({"side": "long", "currency": "USD", "reference_id": "CNY", "notional": "10"},            930),   # 70 short
        ({"side": "long", "currency": "USD", "reference_id": "USDCNY", "notional": "10"},         930),
        ({"side": "short", "currency": "USD", "reference_id": None, "notional": "10"},           1070),
        ({"side": "short", "reference_id": "EUR", "notional": "400"},                            1400),   # another pair
        ({"side": "short", "reference_id": "PAIR?", "notional": "400"},                          1400),   # no pair at all
        ({"side": None, "notional": "400"},                                                      1400),   # which way?
    ],
)  # fmt: skip
def test_exchange_offsets_within_a_pair_however_it_is_quoted(folder, second, left):
    near(at_stake(folder, [trade("T1"), trade("T2", **second)]), 1.4 * 0.04 * left)


def test_names_offset_in_full_alone_and_half_together(folder):
    long, short = (
        trade("T1", "equity", reference_id="A"),
        trade("T2", "equity", side="short", reference_id="A"),
    )
    assert at_stake(folder / "1", [long, short]) == 0
    other = short | {"reference_id": "B"}
    # A 320 and B -320: common 160 - 160 = 0, own 3/4 of the squares
    near(at_stake(folder / "2", [long, other]), 1.4 * sqrt(2 * 0.75 * 320**2))
    # an index against a name: common 160 - 160 (0.5 x 320, 0.8 x 200), own 0.75 and 0.36 of the squares
    index = short | {"reference_id": "I", "is_index": True}
    near(at_stake(folder / "3", [long, index]), 1.4 * sqrt(0.75 * 320**2 + 0.36 * 200**2))
    # a name that is not known may be any: nothing offsets
    near(at_stake(folder / "4", [long, short | {"reference_id": None}]), 1.4 * 640)


@pytest.mark.parametrize(
    ("asset_class", "terms", "size"),
    [
        ("foreign_exchange", {"end_date": None},                               40),
        ("credit",           {"reference_grade": None, "side": "short"},       60 * (1 - exp(-0.1)) / 0.05),
        ("equity",           {"instrument": "call", "strike": None},           320),
        ("credit",           {"instrument": "cdo_tranche", "reference_grade": "AA"}, 15 * 3.8 * (1 - exp(-0.1)) / 0.05),
    ],
)  # fmt: skip
def test_a_trade_of_unknown_size_hedges_nothing(folder, asset_class, terms, size):
    known = trade("T1", asset_class, reference_grade="AA")
    alone = at_stake(folder / "1", [known])
    both = at_stake(folder / "2", [known, trade("T2", asset_class, **({"side": "short"} | terms))])
    assert abs(float(both) - float(alone) - 1.4 * size) < 0.02  # both are rounded up


def test_commodities_offset_in_part_within_their_hedging_set_only(folder):
    oil = trade("T1", "commodity", reference_id="crude_oil")
    gas = trade("T2", "commodity", reference_id="natural_gas", side="short")
    gold = gas | {"reference_id": "gold"}
    near(at_stake(folder / "1", [oil, gas]), 1.4 * sqrt(2 * (1 - 0.16) * 180**2))
    near(at_stake(folder / "2", [oil, gold]), 1.4 * 360)


@pytest.mark.parametrize(
    ("terms", "delta"),
    [
        # equal price and strike, two years, volatility 120 %: half of 1.2 x root of 2 is 0.848528, of which N is 0.801928
        ({"instrument": "call", "side": "buy"},                    0.801928),
        ({"instrument": "call", "side": "sell"},                   0.801928),
        ({"instrument": "put", "side": "buy"},                     0.198072),
        ({"instrument": "put", "side": "sell"},                    0.198072),
        ({"instrument": "put", "volatility": "0.01"},              0.198072),  # the supervisory one is required
        ({"instrument": "put", "strike": None},                    1),         # at most a whole one
        ({"instrument": "put", "forward": "-1"},                   1),         # the logarithm is not defined
        ({"instrument": "put", "expiry_date": None},               1),
        ({"instrument": "put", "expiry_date": months(-1)},         1),
    ],
)  # fmt: skip
def test_an_option_counts_by_how_likely_it_is_exercised(folder, terms, delta):
    known = {"forward": "50", "strike": "50", "expiry_date": months(24)} | terms
    assert abs(float(at_stake(folder, [trade("T1", "equity", **known)])) - 1.4 * 320 * delta) < 0.02


def test_what_is_long_in_an_option_is_short_in_its_price_where_it_is_a_put(folder):
    known = {"forward": "50", "strike": "50", "expiry_date": months(24)}
    put = trade("T1", "equity", instrument="put", side="sell", **known)  # long the share: 0.198072
    call = trade("T2", "equity", instrument="call", side="sell", **known)  # short the share: 0.801928
    assert abs(float(at_stake(folder, [put, call])) - 1.4 * 320 * (0.801928 - 0.198072)) < 0.02


@pytest.mark.parametrize(
    ("lower", "upper", "delta"),
    [("0.03", "0.06", 15 / (1.42 * 1.84)), ("0.03", None, 15 / (1.42 * 1.42)), (None, None, 15)],
)
def test_a_tranche_counts_by_its_ends(folder, lower, upper, delta):
    duration = (1 - exp(-0.1)) / 0.05
    terms = {"instrument": "cdo_tranche", "is_index": True, "reference_grade": "IG", "side": "buy"}
    found = at_stake(folder, [trade("T1", "credit", attachment=lower, detachment=upper, **terms)])
    near(found, 1.4 * 1000 * duration * 0.0038 * delta)


@pytest.mark.parametrize(
    ("value", "collateral", "today", "multiplier"),
    [
        ("30",  "0",   30, 1),
        ("30",  "20",  10, 1),
        ("30",  "-20", 50, 1),                                            # the bank posted it
        ("-30", "0",   0,  0.05 + 0.95 * exp(-30 / (2 * 0.95 * 40))),     # out of the money
        ("30",  "130", 0,  0.05 + 0.95 * exp(-100 / (2 * 0.95 * 40))),    # too much collateral
        ("0", "99999", 0,  0.05),                                         # the floor
    ],
)  # fmt: skip
def test_excess_takes_off_the_add_on_down_to_a_twentieth(folder, value, collateral, today, multiplier):
    # the add-on is 40
    found = at_stake(folder, [trade(market_value=value)], collateral=collateral)
    near(found, 1.4 * (today + multiplier * 40))


MARGIN = {"is_margined": True, "threshold": "0", "minimum_transfer": "5", "margin_days": "10"}


@pytest.mark.parametrize(
    ("terms", "today", "days"),
    [
        ({},                                                5,  10),   # 0 + 5 may stand uncalled
        ({"threshold": "3"},                                8,  10),
        ({"threshold": "3", "independent_amount": "6"},     2,  10),
        ({"independent_amount": "60"},                      0,  10),
        ({"margin_days": "14"},                             5,  14),
        ({"margin_days": "1"},                              5,  10),   # ten days at least
    ],
)  # fmt: skip
def test_margin_shortens_the_time_and_leaves_what_calls_no_margin(folder, terms, today, days):
    near(at_stake(folder, [trade()], **(MARGIN | terms)), 1.4 * (today + 40 * 1.5 * sqrt(days / 250)))


@pytest.mark.parametrize(
    "terms",
    [
        {"threshold": "9000"},  # never more than without margin
        {"threshold": None},  # a margin agreement of which a term is not known
        {"minimum_transfer": None},
        {"margin_days": None},
        {"is_margined": None},
    ],
)
def test_a_set_under_margin_never_counts_more_than_without(folder, terms):
    assert at_stake(folder, [trade()], **(MARGIN | terms)) == 56


def test_a_set_of_more_than_5000_trades_has_a_longer_margin_period(folder):
    def crowd(count):
        return [trade(f"T{n:05}", notional="1") for n in range(count)]

    near(at_stake(folder / "1", crowd(5000), **MARGIN), 1.4 * (5 + 200 * 1.5 * sqrt(10 / 250)))
    near(at_stake(folder / "2", crowd(5001), **MARGIN), 1.4 * (5 + 200.04 * 1.5 * sqrt(20 / 250)))


def test_asset_classes_and_sets_add_up_without_offset(folder):
    tables = {
        "netting_sets": [netting_set("N1"), netting_set("N2")],
        "derivatives": [
            trade("T1", netting_set_id="N1", market_value="-10"),
            trade("T2", "equity", netting_set_id="N1", side="short", market_value="10"),
            trade("T3", netting_set_id="N2", side="short"),
        ],
    }
    assert totals(measured(folder, **tables))["CP"]["exposure_minor"] == (504_00 + 56_00)


def test_values_are_converted_and_rounded_against_the_bank(folder):
    # 0.01 USD at 7 is 0.07; collateral of 0.01 JPY does not exist: whole yen
    found = at_stake(folder, [trade(notional="0", market_value="0.01", currency="USD", reference_id="CNY")])
    assert found == units("0.10")  # 1.4 x 0.07 = 0.098, up


def test_a_book_without_the_approach_counts_what_it_would_cost_today_and_says_that_it_is_not_all(folder):
    tables = {"netting_sets": [netting_set()], "derivatives": [trade(market_value="30")]}
    frames = measured(folder, "cn_group_credit", **tables)
    assert totals(frames)["CP"]["exposure_minor"] == 30_00
    assert not totals(frames)["CP"]["is_complete"]
    (said,) = (
        frames["findings"].filter(finding_code="measure_partial", subject_id="cn_group_credit").to_dicts()
    )
    assert (said["table"], said["sample"]) == ("netting_sets", ["NS"])


@pytest.mark.parametrize(
    ("sets", "trades", "code"),
    [
        ({"collateral": None}, [trade()],                   "collateral_unknown"),
        ({},                   [trade(market_value=None)],  "market_value_missing"),
        ({},                   [],                          "set_without_trades"),
    ],
)  # fmt: skip
def test_a_set_that_is_known_in_part_is_never_taken_for_the_whole(folder, sets, trades, code):
    frames = measured(folder, netting_sets=[netting_set(**sets)], derivatives=trades)
    assert not totals(frames)["CP"]["is_complete"]
    assert code in frames["findings"]["finding_code"]
    if trades:
        assert totals(frames)["CP"]["exposure_minor"] == 56_00


@pytest.mark.parametrize(
    "changes",
    [{"notional": "1,000"}, {"notional": None}, {"asset_class": "weather"}, {"asset_class": None}, {"currency": "XXX"},
     {"side": "up"}, {"instrument": None}, {"end_date": months(-20), "start_date": months(-10)}],
)  # fmt: skip
def test_a_refused_trade_marks_its_counterparty(folder, changes):
    trades = [trade("T1"), trade("T2", **changes)]
    frames = measured(folder, netting_sets=[netting_set()], derivatives=trades)
    assert totals(frames)["CP"] | {"exposure_minor": 56_00, "is_complete": False} == totals(frames)["CP"]
    assert frames["quarantine_rows"]["table"].to_list() == ["derivatives"]


def test_a_trade_under_a_set_that_is_not_there_is_refused(folder):
    frames = measured(folder, netting_sets=[netting_set()], derivatives=[trade(netting_set_id="GONE")])
    assert frames["quarantine_rows"]["finding_codes"].to_list() == [["reference_missing"]]
    assert not totals(frames)["CP"]["is_complete"]  # its set has no trade left
