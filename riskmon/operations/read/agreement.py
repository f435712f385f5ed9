"""One agreement that is no facility, from its rows to the limits: a netting set, a financing trade, the positions in an issuer.

Its figures are measured again from the inputs of the run, with the functions of the run and nothing but its own rows.
What another version of the program would measure otherwise is not told: the steps are then unknown.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from riskmon import validate
from riskmon.domain.errors import CallerError
from riskmon.domain.terms import CASH_OUT_DIRECTIONS
from riskmon.exposures.agreements import of_other_tables
from riskmon.exposures.counterparties import Counterparties
from riskmon.exposures.trading import UNKNOWN_ISSUE
from riskmon.operations.read.agreement_steps import steps_of
from riskmon.operations.read.items import Item, items
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.counterparty import CounterpartyRules
from riskmon.rulebook.select import Selection
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots

Tables = Mapping[str, pl.DataFrame]

_READ: Final = ("bank", "capital", "fx_rates", "parties", "delivered")
SOURCES: Final = ("netting_sets", "securities_financing", "trading_positions")
_TRADED: Final = (*SOURCES, "derivatives")
_NAMED: Final = ("counterparty_id", "security_issuer_id", "issuer_id")

_ROWS: Final = {
    "netting_sets": {"id": "netting_set_id", "amount_minor": "collateral_minor"},
    "derivatives": {
        "id": "trade_id", "kind": "asset_class", "instrument": "instrument", "side": "side",
        "reference_id": "reference_id", "amount_minor": "notional_minor", "value_minor": "market_value_minor",
        "end_date": "end_date",
    },
    "securities_financing": {
        "id": "trade_id", "kind": "direction", "reference_id": "security_issuer_id", "amount_minor": "cash_minor",
        "value_minor": "security_value_minor",
    },
    "trading_positions": {
        "id": "position_id", "kind": "seniority", "instrument": "instrument", "side": "side",
        "reference_id": "issue_id", "amount_minor": "market_value_minor", "value_minor": "strike_value_minor",
    },
}  # fmt: skip
"""The columns of a row of each table, in the shape that all have in common."""

_ROW: Final = pl.Schema(
    {
        "id": pl.String(), "kind": pl.String(), "instrument": pl.String(), "side": pl.String(),
        "reference_id": pl.String(), "amount_minor": pl.Int64(), "value_minor": pl.Int64(), "end_date": pl.Date(),
        "currency": pl.String(), "table": pl.String(),
    }
)  # fmt: skip


class Agreement:
    """One agreement of a run.

    Attributes:
        source: the table it comes from.
        obligor_id: the counterparty or issuer.
    """

    def __init__(self, snapshots: Snapshots, snapshot: Snapshot, exposures: pl.DataFrame) -> None:
        """Take the agreement's rows of `exposures`, of one source."""
        self.source = str(exposures["source"][0])
        own = exposures.filter(pl.col("mitigated_in_minor") == 0)
        self.obligor_id = str(own["obligor_id"][0])
        self._exposures = own
        self._snapshot = snapshot
        self._agreement_id = str(exposures["facility_id"][0])
        inputs = snapshots.inputs(snapshot, (*_READ, *_TRADED))
        self._tables = _narrowed(inputs, self._rows_of(inputs, snapshots))

    def item(self) -> Item:
        """What it is."""
        return {
            "agreement_id": self._agreement_id,
            "source": self.source,
            "obligor_id": self.obligor_id,
            "rows": [
                row
                for table in _TRADED
                if table in self._tables
                for row in items(_shaped(table, self._tables[table]), self._snapshot.manifest.currency)
            ],
        }

    def steps(self) -> dict[str, list[Item]]:
        """How its exposure comes about under each book, before what is held against it moves or comes off.

        A book whose rules are not at hand, or by which the figure is not the run's any more, is left out.
        """
        try:
            selection = selection_of(self._snapshot.manifest)
        except CallerError:
            return {}
        measured = _measured(self._tables, selection, self.source)
        return {
            book_id: steps_of(self.source, frame, rules.sa_ccr, self._snapshot.manifest.currency)
            for book_id, (frame, rules) in measured.items()
            if self._is_of_run(book_id, frame)
        }

    def _is_of_run(self, book_id: str, frame: pl.DataFrame) -> bool:
        """Whether what was measured again is what the run says."""
        gross = self._exposures.filter(book_id=book_id)["exposure_gross_minor"].sum()
        return bool(frame["exposure_minor"][0] == gross) if frame.height else False

    def _rows_of(self, inputs: Tables, snapshots: Snapshots) -> dict[str, pl.DataFrame]:
        """The rows of the agreement, of each table that has some."""
        found = {name: inputs[name] for name in _TRADED if name in inputs}
        if self.source == "trading_positions":
            aliases = (
                snapshots.table(self._snapshot, "party_aliases").filter(party_id=self.obligor_id).collect()
            )
            ids = [self.obligor_id, *aliases["alias_id"]]
            return {"trading_positions": found["trading_positions"].filter(pl.col("issuer_id").is_in(ids))}
        key = "netting_set_id" if self.source == "netting_sets" else "trade_id"
        own = found[self.source].filter(pl.col(key) == self._agreement_id)
        sets = found["netting_sets"].join(own, on="netting_set_id", how="semi")
        if self.source == "securities_financing":
            return {"netting_sets": sets, self.source: own}
        return {
            "netting_sets": sets,
            "derivatives": found["derivatives"].join(own, on="netting_set_id", how="semi"),
        }


def _narrowed(inputs: Tables, rows: Tables) -> dict[str, pl.DataFrame]:
    """The inputs with these rows alone, and the parties that they and the bank's own row name."""
    named = [frame[column] for frame in rows.values() for column in _NAMED if column in frame.columns]
    if "bank" in inputs:
        named.append(inputs["bank"]["party_id"])
    ids = pl.concat([each.cast(pl.String) for each in named]).unique()
    kept = {name: inputs[name] for name in _READ if name in inputs}
    return {**kept, **rows, "parties": inputs["parties"].filter(pl.col("party_id").is_in(ids.implode()))}


def _shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    given = {name: pl.col(column) for name, column in _ROWS[table].items()}
    empty = {name: pl.lit(None, dtype=dtype) for name, dtype in _ROW.items()}
    columns = {**empty, **given, "currency": pl.col("currency"), "table": pl.lit(table)}
    return rows.drop(ROW_NUMBER, strict=False).select(**columns).cast(_ROW).sort("id")


def _measured(
    tables: Tables, selection: Selection, source: str
) -> dict[str, tuple[pl.DataFrame, CounterpartyRules]]:
    """The agreement as each book measures it, in the shape that `steps_of` takes, and the book's rules."""
    found = {**tables, **validate.run(dict(tables), selection)}
    bank, parties = found["bank"], found["parties"]
    bank_key = bank["party_key"][0] if bank.height else None
    counterparties = Counterparties(
        found, of_other_tables(found, parties, first_key=0), selection.as_of, bank_key
    )
    return {
        book.id: (
            _named(counterparties.stepwise(book.counterparty)[source], source, found),
            book.counterparty,
        )
        for book in selection.books
    }


def _named(measured: pl.DataFrame, source: str, tables: Tables) -> pl.DataFrame:
    """The measured rows with what their sentences name."""
    if source == "securities_financing":
        ids = tables["parties"].select("party_id", security_issuer_key="party_key")
        trades = (
            tables["securities_financing"]
            .join(ids, on="security_issuer_key", how="left")
            .select(
                source_key="trade_key",
                security_issuer_id="party_id",
                gives_cash=pl.col("direction").is_in(CASH_OUT_DIRECTIONS),
            )
        )
        return measured.join(trades, on="source_key", how="left")
    if source == "trading_positions":
        nameless = tables["trading_positions"].filter(pl.col("issue_id").is_null())
        own = {
            UNKNOWN_ISSUE.format(key): name
            for key, name in nameless.select("position_key", "position_id").iter_rows()
        }
        return measured.with_columns(pl.col("issue").replace(own))
    return measured
