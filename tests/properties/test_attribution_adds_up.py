"""Whatever changed between two books, the causes add up to the change of every amount and every headroom, exactly."""

import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon.ingest import read_bank
from riskmon.operations.attribution import CAUSES, Side, attributed
from riskmon.operations.attribution.change import MEASURES
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders
from tests.counterparty_rows import financing, netting_set, position, trade
from tests.properties.test_whole_run import SLOW, books_of_a_bank

DATES = (date(2026, 3, 31), date(2026, 6, 30))
BOOKS = ["cn_large_exposures", "cn_group_credit", "basel_lex"]


def side(bank, as_of, folder, name):
    dated = {table: [{**row, "as_of": as_of} for row in bank[table]] for table in ("capital", "fx_rates")}
    written = builders.write_bank(folder / name, **{**bank, **dated})
    selection = select(BOOKS, as_of=as_of)
    outputs = run_monitor(written, selection, folder / f"{name}-data").tables
    return Side(selection, read_bank(written, required=()), outputs)


def amounts(outputs, table, subject):
    names = [f"{measure}_minor" for measure in MEASURES]
    long = outputs[table].unpivot(names, index=["book_id", subject]).drop_nulls("value")
    return {(book, who, name.removesuffix("_minor")): value for book, who, name, value in long.rows()}


@st.composite
def traders(draw):
    """A bank without a facility that trades with three banks under a few ids, which come, go and change hands."""
    who, worth = st.sampled_from(["A", "B", "C"]), st.sampled_from(["10", "20", "35"])
    sets = draw(st.lists(st.sampled_from(["N1", "N2"]), unique=True))
    under = st.lists(st.sampled_from(["T1", "T2", "T3"]), unique=True, max_size=3 if sets else 0)
    held = draw(st.lists(st.sampled_from(["P1", "P2"]), unique=True))
    return {
        "parties": [builders.party(name, kind="bank") for name in "ABC"],
        "relationships": [],
        "facilities": [],
        "capital": [builders.capital()],
        "fx_rates": [builders.fx_rate("USD", draw(st.sampled_from(["7", "8"])))],
        "netting_sets": [netting_set(each, draw(who)) for each in sets],
        "derivatives": [
            trade(each, netting_set_id=draw(st.sampled_from(sets)), market_value=draw(worth)) for each in draw(under)
        ],
        "securities_financing": [
            financing(f"R{each}", netting_set_id=draw(st.sampled_from(sets)), security_issuer_id=draw(who), cash=draw(worth))
            for each in draw(under)
        ],
        "trading_positions": [
            position(each, draw(worth), issuer_id=draw(who), side=draw(st.sampled_from(["long", "short"])))
            for each in held
        ],
    }  # fmt: skip


@settings(parent=SLOW, max_examples=8)
@given(traders(), traders())
def test_the_causes_of_a_change_in_trades_add_up_to_it(before, after):
    _add_up(before, after)


@settings(parent=SLOW, max_examples=6)
@given(books_of_a_bank(), books_of_a_bank())
def test_the_causes_of_a_change_add_up_to_it(before, after):
    _add_up(before, after)


def _add_up(before, after):
    with tempfile.TemporaryDirectory() as scratch:
        then, now = (
            side(bank, as_of, Path(scratch), name)
            for bank, as_of, name in zip((before, after), DATES, ("then", "now"), strict=True)
        )
        rows = attributed(then, now)
    assert set(rows["cause"]) <= set(CAUSES)
    for kind, table, subject in (
        ("obligor", "obligor_exposures", "obligor_id"),
        ("group", "group_exposures", "group_id"),
    ):
        was, is_now = (amounts(each.outputs, table, subject) for each in (then, now))
        told = rows.filter((pl.col("subject_kind") == kind) & pl.col("limit_id").is_null())
        sums = {
            key[:3]: key[3]
            for key in told.group_by("book_id", "subject_id", "measure")
            .agg(pl.col("change_minor").sum())
            .rows()
        }
        changed = {key: is_now.get(key, 0) - was.get(key, 0) for key in was.keys() | is_now.keys()}
        assert {key: value for key, value in changed.items() if value} == {
            key: value for key, value in sums.items() if value
        }
    assert rows.filter((pl.col("cause") == "other") & pl.col("limit_id").is_null()).is_empty()

    line = ["subject_kind", "subject_id", "book_id", "limit_id"]
    heads = [
        each.outputs["headroom"].drop_nulls("headroom_minor").select(*line, "headroom_minor")
        for each in (then, now)
    ]
    both = (
        heads[0]
        .join(heads[1], on=line, suffix="_now")
        .with_columns(change=pl.col("headroom_minor_now") - pl.col("headroom_minor"))
    )
    sums = rows.filter(pl.col("limit_id").is_not_null()).group_by(line).agg(pl.col("change_minor").sum())
    checked = both.join(sums, on=line, how="full", coalesce=True)
    assert (checked["change"].fill_null(0) == checked["change_minor"].fill_null(0)).all()
