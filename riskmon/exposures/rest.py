"""What the one part that is no range of obligors has beside lending: structures, and agreements that are no facility."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.exposures.counterparties import Counterparties
from riskmon.exposures.holdings import Holdings, holding_parts
from riskmon.exposures.look_through import LANDED, looked_through
from riskmon.exposures.mitigation import USES_SCHEMA
from riskmon.exposures.simplified import without_parts
from riskmon.exposures.unresolved import structure_findings, unresolved_shares
from riskmon.rulebook.exposure_rules import SimplifiedMethod
from riskmon.rulebook.select import Book, Selection


@dataclass(frozen=True, slots=True)
class Gross:
    """The gross parts of a part of the bank under one book, as `measure.gross_parts` has them.

    Attributes:
        whole: facilities that are not looked through, and agreements that are no facility.
        opened: what is looked through, one row a facility and obligor.
        landed: where it lands, as `look_through.LANDED`.
        collateral: what collateral takes off the agreements, as `mitigation.USES_SCHEMA`.
    """

    whole: pl.DataFrame
    opened: pl.DataFrame
    landed: pl.DataFrame
    collateral: pl.DataFrame

    @classmethod
    def of_lending(cls, gross: pl.DataFrame) -> "Gross":
        """Lending alone."""
        return cls(gross, gross.clear(), pl.DataFrame(schema=LANDED), pl.DataFrame(schema=USES_SCHEMA))


@dataclass(frozen=True, slots=True)
class Rest:
    """The holdings in structures and the agreements of a bank."""

    tables: Mapping[str, pl.DataFrame]
    parties: pl.DataFrame
    holdings: Holdings
    counterparties: Counterparties
    exponent: int

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pl.DataFrame],
        parties: pl.DataFrame,
        agreements: pl.DataFrame,
        selection: Selection,
    ) -> "Rest":
        """tables: as the stage sees them, of the facilities and covers those of the part."""
        exponent = int(tables["reporting"]["exponent"][0])
        counterparties = Counterparties(tables, agreements, selection.as_of, own_key(tables))
        return cls(
            tables, parties, holding_parts(tables, reporting_exponent=exponent), counterparties, exponent
        )

    def gross(self, lent: pl.DataFrame, book: Book, simple: list[SimplifiedMethod]) -> Gross:
        """Lending with what stands behind structures in their place, and the agreements."""
        holdings, capital = self.holdings, self.tables["capital"]
        if any(method.business == "structures" for method in simple):
            # Without a line everything leaves its structure, and nobody is known behind it.
            holdings, capital = without_parts(holdings), capital.clear()
        split = looked_through(lent, holdings, self.parties, capital, book)
        traded, collateral = self.counterparties.measured(book.counterparty)
        return Gross(pl.concat([split.whole, traded]), split.opened, split.landed, collateral)

    def findings(self) -> list[pl.DataFrame]:
        """What is wrong with structures; asked where some book looks through."""
        return structure_findings(self.holdings, self.tables)

    def unresolved(self) -> pl.DataFrame:
        """What looking through could not resolve, as rows of `not_evaluated`."""
        return unresolved_shares(self.holdings, self.tables, reporting_exponent=self.exponent)


def own_key(tables: Mapping[str, pl.DataFrame]) -> int | None:
    """The party that is the bank itself; None where the bank is not told."""
    bank = tables["bank"]["party_key"]
    return bank[0] if bank.len() else None
