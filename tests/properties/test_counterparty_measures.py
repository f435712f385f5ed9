"""What holds of every netting set and every trading book: signs, bounds, and that less knowledge never looks safer."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon.exposures.sa_ccr import set_exposures
from riskmon.exposures.trading import trading_exposures
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
RULES = select(["basel_lex"], as_of=AS_OF).books[0].counterparty
CNY = {"currency": "CNY", "rate_e10": 10**10, "offset_rate_e10": 10**10, "exponent": 2}
KEYS = {
    "derivatives": ("trade_key", "netting_set_key"),
    "netting_sets": ("netting_set_key",),
    "trading_positions": ("position_key", "issuer_key"),
}


def frame(table, rows):
    declared = {column.frame_name: column.dtype for column in INPUT_TABLES[table].columns}
    keys = dict.fromkeys((*KEYS[table], "exponent"), pl.Int32())
    schema = (
        declared | keys | {"rate_e10": pl.Int64(), "offset_rate_e10": pl.Int64(), "is_cleared": pl.Boolean()}
    )
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def at_default(trades, **terms):
    """The exposure of each set; trades are numbered as they stand."""
    numbers = sorted({trade["netting_set_key"] for trade in trades})
    sets = [
        {"netting_set_key": number, "is_cleared": False, "is_margined": False, "collateral_minor": 0, **CNY}
        | terms
        for number in numbers
    ]
    rows = [{"trade_key": number, **CNY, **trade} for number, trade in enumerate(trades)]
    found = set_exposures(
        frame("netting_sets", sets), frame("derivatives", rows), RULES, as_of=AS_OF, reporting=("CNY", 2)
    )
    return dict(found.select("netting_set_key", "exposure_minor").rows())


days = st.integers(0, 9000).map(lambda number: AS_OF + timedelta(days=number))
trades = st.lists(
    st.fixed_dictionaries(
        {
            "netting_set_key": st.just(0),
            "asset_class": st.sampled_from(["interest_rate", "foreign_exchange", "credit", "equity", "commodity"]),
            "instrument": st.sampled_from(["swap", "call", "put"]),
            "side": st.sampled_from(["long", "short"]),
            "notional_minor": st.integers(0, 10**12),
            "market_value_minor": st.integers(-(10**11), 10**11),
            "end_date": days,
            "expiry_date": days,
            "forward": st.floats(0.01, 100),
            "strike": st.floats(0.01, 100),
            "reference_id": st.sampled_from(["USD", "EUR", "gold", "electricity", "crude_oil", "A", "B"]),
            "reference_grade": st.sampled_from(["AAA", "BBB", "CCC"]),
            "is_index": st.booleans(),
        }
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip
FORGETTABLE = ("side", "end_date", "reference_id", "reference_grade", "strike", "forward", "expiry_date")


@settings(max_examples=60)
@given(trades, st.integers(-(10**11), 10**11), st.integers(0, 10**11))
def test_collateral_never_raises_what_is_at_stake_and_nothing_is_negative(rows, held, more):
    first, second = (
        at_default(rows, collateral_minor=held)[0],
        at_default(rows, collateral_minor=held + more)[0],
    )
    assert 0 <= second <= first


@settings(max_examples=60)
@given(trades, st.data())
def test_forgetting_a_term_never_makes_a_set_look_safer(rows, data):
    number = data.draw(st.integers(0, len(rows) - 1))
    term = data.draw(st.sampled_from(FORGETTABLE))
    forgotten = [row | {term: None} if n == number else row for n, row in enumerate(rows)]
    # one minor unit: both are rounded up, and sums of floats differ in their last bits
    assert at_default(forgotten)[0] >= at_default(rows)[0] - 1


@settings(max_examples=40)
@given(trades, st.integers(0, 10**10), st.integers(0, 10**9), st.integers(0, 10**10), st.integers(1, 60))
def test_margin_never_counts_more_than_none(rows, threshold, minimum, independent, period):
    margin = {
        "is_margined": True, "threshold_minor": threshold, "minimum_transfer_minor": minimum,
        "independent_amount_minor": independent, "margin_days": period,
    }  # fmt: skip
    assert at_default(rows, **margin)[0] <= at_default(rows)[0]


@settings(max_examples=40)
@given(trades, trades)
def test_another_set_changes_no_bit_of_a_set(rows, others):
    beside = [row | {"netting_set_key": 1} for row in others]
    assert at_default([*rows, *beside])[0] == at_default(rows)[0]


@settings(max_examples=40)
@given(trades, st.randoms())
def test_the_order_in_which_trades_stand_in_the_frame_changes_no_bit(rows, rng):
    numbered = [{"trade_key": number, **CNY, **row} for number, row in enumerate(rows)]
    sets = frame("netting_sets", [{"netting_set_key": 0, "is_cleared": False, "collateral_minor": 0, **CNY}])
    once = set_exposures(sets, frame("derivatives", numbered), RULES, as_of=AS_OF, reporting=("CNY", 2))
    rng.shuffle(numbered)
    again = set_exposures(sets, frame("derivatives", numbered), RULES, as_of=AS_OF, reporting=("CNY", 2))
    assert once.equals(again)


positions = st.lists(
    st.fixed_dictionaries(
        {
            "issuer_key": st.integers(0, 1),
            "issue_id": st.sampled_from(["1", "2", "3", None]),
            "instrument": st.sampled_from(["bond", "equity", "call"]),
            "side": st.sampled_from(["long", "short"]),
            "market_value_minor": st.integers(0, 10**10),
            "seniority": st.sampled_from(["covered", "senior", "subordinated", "equity", None]),
        }
    ),
    min_size=1,
    max_size=8,
)


def traded(rows):
    numbered = [{"position_key": number, **CNY, **row} for number, row in enumerate(rows)]
    found = trading_exposures(frame("trading_positions", numbered), reporting_exponent=2)
    return dict(found.rows())


@settings(max_examples=80)
@given(positions)
def test_a_trading_book_is_between_its_net_and_its_longs(rows):
    for issuer, exposure in traded(rows).items():
        own = [row for row in rows if row["issuer_key"] == issuer]
        longs = sum(row["market_value_minor"] for row in own if row["side"] == "long")
        shorts = sum(row["market_value_minor"] for row in own if row["side"] == "short")
        assert max(longs - shorts, 0) <= exposure <= longs


@settings(max_examples=80)
@given(positions, positions)
def test_more_long_positions_never_lower_what_is_at_stake_with_an_issuer(rows, more):
    before, after = traded(rows), traded([*rows, *(row | {"side": "long"} for row in more)])
    assert all(after[issuer] >= exposure for issuer, exposure in before.items())


@settings(max_examples=80)
@given(positions, st.data())
def test_forgetting_an_issue_or_its_rank_never_makes_an_issuer_look_safer(rows, data):
    number = data.draw(st.integers(0, len(rows) - 1))
    term = data.draw(st.sampled_from(["issue_id", "seniority"]))
    issue = (rows[number]["issuer_key"], rows[number]["issue_id"])
    # an issue has one rank: it is forgotten of the whole issue
    told = [
        row | {"seniority": "senior"} if (row["issuer_key"], row["issue_id"]) == issue else row
        for row in rows
    ]
    told = [row | {"instrument": "bond"} for row in told]
    before = traded(told)
    forgotten = [row | {term: None} if (row["issuer_key"], row["issue_id"]) == issue else row for row in told]
    after = traded(forgotten)
    assert all(after[issuer] >= exposure for issuer, exposure in before.items())
