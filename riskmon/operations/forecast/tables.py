"""The tables of a bank as they will be on a later date if nobody does anything: what matures is gone, what is promised is there."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Final

import polars as pl

from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.operations.checks import Deal
from riskmon.store.earmarks import Earmark

Tables = Mapping[str, pl.DataFrame]

_OURS: Final = "riskmon forecast "
"""What the ids of the rows begin with that are added."""


def tables_on(tables: Tables, earmarks: Sequence[Earmark], as_of: date, day: date) -> dict[str, pl.DataFrame]:
    """The ingested tables of a run as they will be on a day.

    Facilities and trades whose end lies after the run's date and not after the day are gone, with what covers or holds them.
    What was past its end already stays. Rates keep their age. Live earmarks are facilities, those that are only placed
    until they expire.
    """
    found = {**tables, **_run_off(tables, as_of, day)}
    if "fx_rates" in found:
        rates = found["fx_rates"].filter(pl.col("as_of") <= as_of)
        found["fx_rates"] = rates.with_columns(pl.col("as_of") + (day - as_of))
    return {**found, **_with_earmarks(found, _standing(earmarks, as_of, day))}


def _run_off(tables: Tables, as_of: date, day: date) -> dict[str, pl.DataFrame]:
    gone = tables["facilities"].filter(_ends("maturity_date", as_of, day)).select("facility_id")
    found = {
        name: tables[name].join(gone, on="facility_id", how="anti", maintain_order="left")
        for name in ("facilities", "protection_covers", "fund_holdings")
        if name in tables
    }
    if "derivatives" in tables:
        trades = tables["derivatives"].filter(~_ends("end_date", as_of, day))
        left = [trades.select("netting_set_id")]
        if "securities_financing" in tables:
            left.append(tables["securities_financing"].select("netting_set_id"))
        ended = (
            tables["derivatives"]
            .select("netting_set_id")
            .join(pl.concat(left), on="netting_set_id", how="anti")
        )
        found["derivatives"] = trades
        if "netting_sets" in tables:
            found["netting_sets"] = tables["netting_sets"].join(
                ended, on="netting_set_id", how="anti", maintain_order="left"
            )
    return found


def _ends(column: str, as_of: date, day: date) -> pl.Expr:
    return pl.col(column).is_between(as_of, day, closed="right").fill_null(value=False)


def _standing(earmarks: Sequence[Earmark], as_of: date, day: date) -> list[tuple[Earmark, Deal]]:
    """The earmarks that count on a day, with their deals over what counts."""
    found = []
    for earmark in earmarks:
        deal = Deal.model_validate(json.loads(earmark.deal)).of_amount(earmark.counted_minor)
        has_expired = earmark.state == "placed" and earmark.expires_at.astimezone(UTC).date() < day
        has_matured = deal.maturity_date is not None and as_of < deal.maturity_date <= day
        # What stands on the run's date stands whatever its time: it is as live as the ledger says.
        if day == as_of or not (has_expired or has_matured):
            found.append((earmark, deal))
    return found


def _with_earmarks(tables: Tables, standing: Sequence[tuple[Earmark, Deal]]) -> dict[str, pl.DataFrame]:
    facilities: list[dict[str, object]] = []
    protections: list[dict[str, object]] = []
    covers: list[dict[str, object]] = []
    for earmark, deal in standing:
        name = f"{_OURS}{earmark.earmark_id}"
        is_off = deal.product in OFF_BALANCE_PRODUCTS
        facilities.append(
            {
                "facility_id": name,
                "obligor_id": deal.obligor_id,
                "product": deal.product,
                "currency": deal.currency,
                "commitment_minor": deal.amount_minor,
                "drawn_minor": None if is_off else deal.amount_minor,
                "start_date": deal.start_date,
                "maturity_date": deal.maturity_date,
                "is_cancellable": deal.is_cancellable,
            }
        )
        for number, each in enumerate(deal.protections):
            said = each.model_dump(exclude={"value"})
            protections.append({**said, "protection_id": f"{name}/{number}", "value_minor": each.value_minor})
            covers.append({"protection_id": f"{name}/{number}", "facility_id": name})
    rows = {"facilities": facilities, "protections": protections, "protection_covers": covers}
    return {name: _appended(tables.get(name), own, name) for name, own in rows.items() if own}


def _appended(table: pl.DataFrame | None, rows: list[dict[str, object]], name: str) -> pl.DataFrame:
    from riskmon.validate.sieve import Sieve

    known = Sieve({}).delivered[name] if table is None else table
    numbered = [
        dict.fromkeys(known.columns) | {"row_number": known.height + at, "faults": []} | row
        for at, row in enumerate(rows)
    ]
    return pl.concat([known, pl.DataFrame(numbered, schema=known.schema)])
