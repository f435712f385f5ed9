"""What is measured from tables of its own: netting sets, financing trades, the trading book, as agreements of a book."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from riskmon.domain.money import BP
from riskmon.domain.terms import Category
from riskmon.exposures.financing import financing_exposures
from riskmon.exposures.measure import CATEGORY
from riskmon.exposures.mitigation import USES_SCHEMA
from riskmon.exposures.trading import issue_losses, trading_exposures
from riskmon.rulebook.counterparty import CounterpartyRules

_AMOUNTS = {"exposure_minor": pl.Int64, "is_measured": pl.Boolean}


@dataclass(frozen=True, slots=True)
class Counterparties:
    """Measures agreements that are no facility; books with equal rules share the work.

    Attributes:
        tables: validated tables, and `agreements`.
        as_of: the run's date.
        bank_key: the bank itself, whose own paper is no collateral.
    """

    tables: Mapping[str, pl.DataFrame]
    agreements: pl.DataFrame
    as_of: date
    bank_key: int | None
    _measured: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = field(default_factory=dict)

    def measured(self, rules: CounterpartyRules) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Gross parts of the agreements, as `measure.gross_parts`, and what collateral takes off, as USES_SCHEMA."""
        if rules.digest not in self._measured:
            self._measured[rules.digest] = self._measure(rules)
        return self._measured[rules.digest]

    def stepwise(self, rules: CounterpartyRules) -> dict[str, pl.DataFrame]:
        """How the exposures come about, by source: the columns of `set_exposures`, `financing_exposures`, `issue_losses`.

        source_key is the key in the table that the agreements come from; exposure_minor is what is at stake before
        anything held against it moves or comes off, of an issuer in each of its issues.
        """
        positions = self.tables["trading_positions"]
        issues = issue_losses(positions, reporting_exponent=self._exponent()).rename(
            {"issuer_key": "source_key"}
        )
        return {
            "netting_sets": self._sets(rules),
            "securities_financing": self._financing(rules),
            "trading_positions": issues.join(self._trading(), on="source_key", how="left"),
        }

    def _measure(self, rules: CounterpartyRules) -> tuple[pl.DataFrame, pl.DataFrame]:
        financing = self._financing(rules)
        amounts = [
            self._keyed(self._sets(rules), "netting_sets"),
            financing.select("facility_key", "exposure_minor", "is_measured"),
            self._keyed(self._trading(), "trading_positions"),
        ]
        return self._gross(pl.concat(amounts)), _collateral(financing)

    def _gross(self, amounts: pl.DataFrame) -> pl.DataFrame:
        is_trading = pl.col("source") == "trading_positions"
        category = pl.when(is_trading).then(pl.lit(Category.TRADING.value)).otherwise(
            pl.lit(Category.COUNTERPARTY.value)
        )  # fmt: skip
        zero = pl.lit(0, dtype=pl.Int64)
        return (
            amounts.join(self.agreements, on="facility_key", how="left", validate="1:1")
            .sort("facility_key")
            .select(
                "facility_key",
                "obligor_key",
                "product",
                booked_category=category.cast(CATEGORY),
                potential_category=category.cast(CATEGORY),
                factor_bp=pl.lit(BP, dtype=pl.Int32),
                booked_minor="exposure_minor",
                potential_minor=zero,
                loan_balance_minor=zero,
                is_factor_missing=pl.lit(value=False),
                is_partly_measured=~pl.col("is_measured"),
            )
        )

    def _sets(self, rules: CounterpartyRules) -> pl.DataFrame:
        own = self._own("netting_sets")
        sets = self.tables["netting_sets"].join(
            own.select(netting_set_key="source_key", product="product"),
            on="netting_set_key",
            how="inner",
            maintain_order="left",
        )
        if sets.is_empty():
            return pl.DataFrame(schema={"source_key": pl.Int32, **_AMOUNTS})
        # NumPy and SciPy take a fifth of a second to load, and most banks have no derivatives.
        from riskmon.exposures.sa_ccr import set_exposures

        reporting = self.tables["reporting"]
        found = set_exposures(
            sets.with_columns(is_cleared=pl.col("product") == "ccp_clearing"),
            self.tables["derivatives"],
            rules,
            as_of=self.as_of,
            reporting=(reporting["currency"][0], int(reporting["exponent"][0])),
        )
        return found.rename({"netting_set_key": "source_key"})

    def _trading(self) -> pl.DataFrame:
        found = trading_exposures(self.tables["trading_positions"], reporting_exponent=self._exponent())
        return found.select(source_key="issuer_key", exposure_minor="exposure_minor", is_measured=True)

    def _financing(self, rules: CounterpartyRules) -> pl.DataFrame:
        trades = self.tables["securities_financing"]
        found = financing_exposures(
            trades, rules, bank_key=self.bank_key, reporting_exponent=self._exponent()
        ).rename({"trade_key": "source_key", "gross_minor": "exposure_minor"})
        own = self._own("securities_financing").select("facility_key", "source_key")
        return own.join(found, on="source_key", how="left", maintain_order="left", validate="1:1")

    def _keyed(self, amounts: pl.DataFrame, source: str) -> pl.DataFrame:
        own = self._own(source).select("facility_key", "source_key")
        return own.join(amounts, on="source_key", how="left", maintain_order="left").select(
            "facility_key", *_AMOUNTS
        )

    def _own(self, source: str) -> pl.DataFrame:
        return self.agreements.filter(pl.col("source") == source)

    def _exponent(self) -> int:
        return int(self.tables["reporting"]["exponent"][0])


def _collateral(financing: pl.DataFrame) -> pl.DataFrame:
    """What is held against financing: cash comes off, a security comes off and stands with its issuer."""
    rows = financing.filter(pl.col("held_minor") > 0).select(
        "facility_key",
        protection_key=None,
        provider_key="issuer_key",
        kind=pl.when(pl.col("issuer_key").is_null())
        .then(pl.lit("cash_margin"))
        .otherwise(pl.lit("security")),
        mitigation_id=None,
        refusal=None,
        is_substitution=pl.col("issuer_key").is_not_null(),
        value_minor=None,
        haircut_bp=None,
        adjusted_minor="held_minor",
        applied_minor="held_minor",
        used_before_minor=0,
    )
    return rows.select(pl.col(name).cast(dtype) for name, dtype in USES_SCHEMA.items())
