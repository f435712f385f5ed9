"""The causes of a change, and the tables that carry each: an earlier run's tables turn into the later one's, cause by cause.

The order is stated and never changes: what is replaced first is measured on the earlier business. Each step replaces what
it is named after and nothing else, so that the differences between one step and the next add up to the whole change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from riskmon.rulebook.select import Selection

Tables = Mapping[str, pl.DataFrame]
"""Ingested tables by name; a table that was not delivered is not there."""

MEASURED_CAUSES: Final = (
    "rulebook", "time", "currency", "capital", "provision", "collateral", "market", "reference", "repayment",
    "new_business",
)  # fmt: skip
"""Causes that are measured by replacing tables, in this order."""

CAUSES: Final = (*MEASURED_CAUSES, "group_membership", "limit", "other")
"""Every cause. `limit`: the bank changed a limit of its own. `other`: what none of the named causes explains."""

_STRUCTURES: Final = ("structures", "tranches", "underlyings", "structure_support")
_TRADES: Final = {
    "netting_sets": ("netting_set_id", "counterparty_id", "currency"),
    "derivatives": ("trade_id", "netting_set_id", "asset_class", "currency"),
    "securities_financing": ("trade_id", "netting_set_id", "direction", "currency"),
    "trading_positions": ("position_id", "issuer_id", "instrument", "side", "currency"),
}
"""What makes a trade the same in both runs; one of which any of it differs is another trade."""

_BY_FACILITY: Final = ("protection_covers", "fund_holdings")
"""Tables whose rows stand beside a facility and come and go with it."""

_AMOUNTS: Final = ("drawn_minor", "commitment_minor", "accrued_interest_minor")

EXPOSURE_TABLES: Final = (
    "bank", "parties", "facilities", "protections", "protection_covers", "capital", "fx_rates", "country_ratings",
    "fund_holdings", *_STRUCTURES, *_TRADES,
)  # fmt: skip
"""The tables that exposure is measured from."""


def steps(
    then: Tables, now: Tables, earlier: Selection, later: Selection
) -> Iterator[tuple[str, Tables, Selection]]:
    """The tables and the selection after each cause, from the earlier run's to the later one's.

    A step that changes nothing is left out. The first pair, before any cause, is the earlier run itself, under the cause
    "". Tables: EXPOSURE_TABLES.
    """
    # A party without exposure changes nothing; those that later rows will name have to be there.
    tables = {**then, "parties": _united(then["parties"], now["parties"], key="party_id")}
    yield "", tables, earlier
    if [book.digest for book in earlier.books] != [book.digest for book in later.books] or _choices(
        earlier
    ) != _choices(later):
        yield "rulebook", tables, replace(later, as_of=earlier.as_of, known_at=earlier.known_at)
    if earlier.as_of != later.as_of or earlier.known_at != later.known_at:
        tables = {**tables, **_restamped(then, earlier.as_of, later.as_of)}
        yield "time", tables, later
    for cause, changed in _replaced(tables, now):
        if any(name not in tables or not changed[name].equals(tables[name]) for name in changed):
            tables = {**tables, **changed}
            yield cause, tables, later


def _choices(selection: Selection) -> list[tuple[str, dict[str, str]]]:
    return [(book.id, dict(book.choices)) for book in selection.books]


def _replaced(tables: Tables, now: Tables) -> Iterator[tuple[str, Tables]]:
    """The tables that each cause brings, in the order of MEASURED_CAUSES from `currency` on."""
    facilities, later = tables["facilities"], now["facilities"]
    provided = _with_provisions(facilities, later)
    yield "currency", _of(now, "fx_rates")
    yield "capital", _of(now, "capital", "bank")
    yield "provision", {"facilities": provided}
    gone = facilities.join(later, on="facility_id", how="anti")
    new = later.join(facilities, on="facility_id", how="anti")
    beside = {name: _with_gone(tables.get(name), now.get(name), gone, new) for name in _BY_FACILITY}
    covers, holdings = ({name: rows} if rows is not None else {} for name, rows in beside.items())
    protections = [side["protections"] for side in (now, tables) if "protections" in side]
    united = {"protections": _united(*protections, key="protection_id")} if protections else {}
    yield "collateral", covers | _of(now, "country_ratings") | united
    yield "market", holdings | _of(now, *_STRUCTURES) | _traded(tables, now, keeps_gone=True)
    yield "reference", {"parties": _united(now["parties"], tables["parties"], key="party_id")}
    yield "repayment", {"facilities": _repaid(provided, later)} | _traded(tables, now, keeps_gone=False)
    yield "new_business", dict(now)


def _of(tables: Tables, *names: str) -> dict[str, pl.DataFrame]:
    return {name: tables[name] for name in names if name in tables}


def _united(first: pl.DataFrame, *others: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows of the first, and those of another whose key the first does not have."""
    new = [rows.join(first, on=key, how="anti") for rows in others]
    return pl.concat([first, *new], how="diagonal_relaxed")


def _restamped(then: Tables, was: date, is_now: date) -> dict[str, pl.DataFrame]:
    """The rates that were known then, as if they had been quoted again now: time alone makes no rate stale."""
    if "fx_rates" not in then:
        return {}
    newest = (
        then["fx_rates"]
        .filter(pl.col("as_of") <= was)
        .sort("currency", "as_of")
        .unique("currency", keep="last", maintain_order=True)
    )
    return {"fx_rates": newest.with_columns(as_of=pl.lit(is_now))}


def _with_provisions(facilities: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """The facilities with the later provision, where the facility is in both and in one currency."""
    provisions = later.select("facility_id", "currency", later_minor="provision_minor", is_in_both=True)
    provisions = provisions.unique(["facility_id", "currency"], keep="none")
    return (
        facilities.join(provisions, on=["facility_id", "currency"], how="left", maintain_order="left")
        .with_columns(provision_minor=pl.when("is_in_both").then("later_minor").otherwise("provision_minor"))
        .select(facilities.columns)
    )


def _with_gone(
    rows: pl.DataFrame | None, later: pl.DataFrame | None, gone: pl.DataFrame, new: pl.DataFrame
) -> pl.DataFrame | None:
    """The later rows but for those of new facilities, with the earlier rows of facilities that are gone."""
    parts = [
        *([] if later is None else [later.join(new, on="facility_id", how="anti")]),
        *([] if rows is None else [rows.join(gone, on="facility_id", how="semi")]),
    ]
    return pl.concat(parts, how="diagonal_relaxed") if parts else None


def _traded(tables: Tables, now: Tables, *, keeps_gone: bool) -> dict[str, pl.DataFrame]:
    """The trades of the earlier tables as they stand later, with those that are gone as they stood or without them.

    What a trade or a position is worth is the market's; that it came is new business, and that it ended is repayment. A
    netting set whose trades are all new is as new as they are; of one that goes on, collateral and terms are the market's.
    """
    traded = {}
    for name, key in _TRADES.items():
        earlier, later = tables.get(name), now.get(name)
        if earlier is None:  # all of it is new
            continue
        kept = [] if later is None else [later.join(earlier, on=key, how="semi", maintain_order="left")]
        gone = earlier if later is None else earlier.join(later, on=key, how="anti", maintain_order="left")
        traded[name] = pl.concat([*kept, *([gone] if keeps_gone else [gone.clear()])], how="diagonal_relaxed")
    return traded


def _repaid(facilities: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """The facilities that are still there, each with the smaller of its earlier and later amounts.

    One that is now of another product, obligor or currency is another business: of it nothing is repaid here.
    """
    same = ["facility_id", "obligor_id", "product", "currency"]
    amounts = later.select(*same, **{f"later_{name}": name for name in _AMOUNTS}, is_same=True)
    amounts = amounts.unique(same, keep="none")
    kept = facilities.join(
        later.select("facility_id").unique(), on="facility_id", how="semi", maintain_order="left"
    )
    smaller = {
        name: pl.when(pl.col("is_same") & (pl.col(f"later_{name}").fill_null(0) < pl.col(name).fill_null(0)))
        .then(f"later_{name}")
        .otherwise(name)
        for name in _AMOUNTS
    }
    return (
        kept.join(amounts, on=same, how="left", maintain_order="left")
        .with_columns(**smaller)
        .select(facilities.columns)
    )
