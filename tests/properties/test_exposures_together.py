"""Facilities, structures, netting sets, financing and a trading book in one bank: together they are what they are alone."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon.domain.terms import Category
from riskmon.exposures import run as measure
from riskmon.ingest import read_bank
from riskmon.rulebook.select import select
from riskmon.validate import run as validate
from tests import builders, counterparty_rows
from tests.properties.test_exposure_identities import PARTIES, cents, facility, protection, text

SELECTION = select(["apra_aps221", "cn_group_credit", "cn_large_exposures", "eu_crr"], as_of=builders.AS_OF)
NAMES = "ABCS"
AMOUNTS = (
    "exposure_gross_minor",
    "mitigated_out_minor",
    "mitigated_in_minor",
    "exposure_minor",
    "exempt_minor",
)
CATEGORIES = [f"{category.value}_minor" for category in Category]
KEYS = ["book_id", "obligor_id"]
ROW = ["book_id", "facility_key"]

name = st.sampled_from(NAMES)
trade = st.fixed_dictionaries(
    {
        "asset_class": st.sampled_from(["foreign_exchange", "credit", "equity"]),
        "side": st.sampled_from(["long", "short"]),
        "notional": cents.map(text),
        "market_value": cents.map(text),
        "is_index": st.none() | st.booleans(),
    }
)
position = st.fixed_dictionaries(
    {
        "issuer_id": name,
        "issue_id": st.sampled_from(["1", "2", None]),
        "instrument": st.sampled_from(["bond", "equity", "call"]),
        "side": st.sampled_from(["long", "short"]),
        "market_value": cents.map(text),
        "seniority": st.sampled_from(["senior", "subordinated", None]),
    }
)
repo = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(["reverse_repo", "repo"]),
        "cash": cents.map(text),
        "security_value": cents.map(text),
        "security_issuer_id": st.none() | name,
        "haircut_class": st.sampled_from(["issuer_aaa_aa_5y", "cash", None]),
    }
)
asset = st.tuples(st.none() | name, st.integers(1, 10**7))


@st.composite
def parts(draw):
    """The tables of a bank, part by part; a protection may stand behind several facilities, the fund's units too."""
    lent = draw(st.lists(facility, min_size=1, max_size=3))
    held = draw(st.lists(protection, max_size=3))
    rows = [
        {key: cell for key, cell in row.items() if key != "parent"}
        | {"facility_id": f"F{n}"} | {key: text(row[key]) for key in ("commitment", "drawn", "provision")}
        for n, row in enumerate(lent)
    ]  # fmt: skip
    covers = [
        builders.cover(f"G{n}", "UNITS" if covered == len(lent) else f"F{covered}", covered_amount=text(amount), rank=rank)
        for n, row in enumerate(held)
        for covered, amount, rank in row["covers"]
        if covered <= len(lent)
    ]  # fmt: skip
    protections = [
        {key: cell for key, cell in row.items() if key != "covers"}
        | {"protection_id": f"G{n}", "value": text(row["value"])}
        for n, row in enumerate(held)
    ]
    units = draw(st.integers(1, 10**7))
    assets = draw(st.lists(asset, max_size=3))
    book = draw(st.lists(position, max_size=4))
    trades = draw(st.lists(trade, max_size=3))
    financing = draw(st.lists(repo, max_size=2))
    cleared_by = draw(name)
    lending = {"facilities": rows, "protections": protections, "protection_covers": covers}
    behind = {
        "facilities": [builders.fund_unit("UNITS", drawn=text(units))],
        "structures": [builders.structure(total_value=None)],
        "fund_holdings": [builders.fund_holding(facility_id="UNITS", amount=text(units))],
        "underlyings": [
            builders.underlying(f"U{n}", obligor, amount=text(worth)) for n, (obligor, worth) in enumerate(assets)
        ],
    }  # fmt: skip
    traded = {
        "netting_sets": [counterparty_rows.netting_set(counterparty_id=cleared_by)] if trades else [],
        "derivatives": [counterparty_rows.trade(f"T{n}", **row) for n, row in enumerate(trades)],
    }
    financed = {
        "netting_sets": [counterparty_rows.netting_set("NF", cleared_by)] if financing else [],
        "securities_financing": [
            counterparty_rows.financing(f"R{n}", netting_set_id="NF", **row)
            for n, row in enumerate(financing)
        ],
    }
    positions = {
        "trading_positions": [counterparty_rows.position(f"P{n}", **row) for n, row in enumerate(book)]
    }
    return [lending, behind, traded, financed, positions]


def together(tables):
    """One bank of several parts."""
    return {
        table: [row for part in tables for row in part.get(table, [])]
        for table in {key for part in tables for key in part}
    }


def measured(tables):
    """The frames of the exposure stage on a bank of these tables, the totals with party ids."""
    whole = {
        "parties": [*PARTIES, builders.party("FUND", kind="fund")],
        "facilities": [],
        "capital": [builders.capital()],
        "fx_rates": [builders.fx_rate("USD", "7.1234567891")],
        "country_ratings": [{"country": "DE", "source": "S", "grade": "AAA", "rated_on": "2026-01-01"}],
    } | {table: rows for table, rows in tables.items() if rows}
    with TemporaryDirectory() as folder:
        frames = validate(read_bank(builders.write_bank(Path(folder), **whole), required=()), SELECTION)
        out = measure(frames, SELECTION)
    ids = out["parties"].select(obligor_id="party_id", obligor_key="party_key")
    return out, out["obligor_exposures"].join(ids, on="obligor_key", how="left")


def amounts(totals):
    """Every amount by book, party and column."""
    found = Counter()
    for row in totals.select(*KEYS, *AMOUNTS, *CATEGORIES).iter_rows(named=True):
        for column in (*AMOUNTS, *CATEGORIES):
            found[row["book_id"], row["obligor_id"], column] = row[column]
    return +found


def taken(rows):
    """What protection took off each facility and moved to others, where it did."""
    return {row[:2]: row[2:] for row in rows.iter_rows() if any(row[2:])}


@settings(max_examples=4, deadline=None)
@given(parts())
def test_a_bank_with_everything_owes_each_part_to_whom_it_owes_it_alone(bank):
    out, totals = measured(together(bank))
    lending, *others = bank
    alone = amounts(measured(lending)[1]) + amounts(measured(together(others))[1])
    assert amounts(totals) == alone

    assert totals.filter(pl.sum_horizontal(CATEGORIES) != pl.col("exposure_minor")).is_empty()
    net = pl.col("exposure_gross_minor") - pl.col("mitigated_out_minor") + pl.col("mitigated_in_minor")
    assert totals.filter(net != pl.col("exposure_minor")).is_empty()
    assert totals.filter(
        (pl.col("exempt_minor") < 0) | (pl.col("exempt_minor") > pl.col("exposure_minor"))
    ).is_empty()
    sources = out["agreements"].select("facility_key", "source")
    crossed = out["exposures"].join(sources, on="facility_key", how="left").group_by("source", *ROW).agg(
        out=pl.col("mitigated_out_minor").sum(), moved=pl.col("mitigated_in_minor").sum()
    )  # fmt: skip
    used = out["protection_uses"].group_by(ROW).agg(
        out=pl.col("applied_minor").sum(), moved=pl.col("applied_minor").filter("is_substitution").sum()
    )  # fmt: skip
    lent = crossed.filter(source="facilities").select(*ROW, "out", "moved")
    assert taken(used) == taken(lent)
    # What stands against financing is cash, which comes off, or a security, which moves to its issuer.
    rest = crossed.filter(pl.col("source") != "facilities")
    assert rest.filter((pl.col("moved") != 0) & (pl.col("moved") != pl.col("out"))).is_empty()
    unsecured = pl.col("source").is_in(["netting_sets", "trading_positions"])
    assert rest.filter(unsecured & (pl.col("out") != 0)).is_empty()
