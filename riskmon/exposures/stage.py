"""The exposure stage: for every book the exposure rows of each facility, then the totals of each obligor."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.exposures.agreements import with_agreements
from riskmon.exposures.counterparties import Counterparties
from riskmon.exposures.exemption import with_exemption
from riskmon.exposures.holdings import holding_parts
from riskmon.exposures.look_through import looked_through, with_anonymous_party
from riskmon.exposures.measure import gross_parts
from riskmon.exposures.mitigation import covers_with_terms, protection_uses, unused_covers
from riskmon.exposures.products import CELL_SCHEMA, obligor_products
from riskmon.exposures.rows import exposure_rows
from riskmon.exposures.terms import with_terms
from riskmon.exposures.totals import obligor_sums, obligor_totals
from riskmon.exposures.unresolved import structure_findings, supported_structures, unresolved_shares
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.select import Book, Selection


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Exposure rows and obligor totals under every selected book, in minor units of the reporting currency.

    Tables in: parties, facilities, protections, protection_covers, structures, tranches, fund_holdings, underlyings,
    structure_support, netting_sets, derivatives, securities_financing, trading_positions, capital, country_ratings, bank,
    reporting, not_evaluated.
    Tables out: agreements, exposures, protection_uses, obligor_exposures, obligor_products, look_through,
    supported_structures, parties (with the anonymous party where a book needs one), findings, not_evaluated.
    """
    parties = with_anonymous_party(tables["parties"], tables["facilities"])
    exponent = int(tables["reporting"]["exponent"][0])
    covers = covers_with_terms(tables, parties, as_of=selection.as_of, reporting_exponent=exponent)
    bank_key = tables["bank"]["party_key"][0] if tables["bank"].height else None
    agreements = with_agreements(tables, parties)
    counterparties = Counterparties(tables, agreements, selection.as_of, bank_key)
    holdings = holding_parts(tables, reporting_exponent=exponent)
    facilities = with_terms(tables["facilities"])
    rows, uses, totals, cells, landed = [], [], [], [], []
    findings = [tables["findings"], *_counted_twice(tables["facilities"], agreements)]
    for book in selection.books:
        gross = gross_parts(facilities, book, reporting_exponent=exponent)
        split = looked_through(gross, holdings, parties, tables["capital"], book)
        landed.append(split.landed.with_columns(book_id=pl.lit(book.id)))
        traded, collateral = counterparties.measured(book.counterparty)
        whole, opened = (
            with_exemption(part, parties, tables, book, selection.as_of)
            for part in (pl.concat([split.whole, traded]), split.opened)
        )
        # Protection of what is looked through reduces nothing.
        used = protection_uses(covers, whole, book, bank_key=bank_key)
        exposures = pl.concat(
            exposure_rows(part, taken, parties, tables, book, selection.as_of)
            for part, taken in ((whole, pl.concat([used, collateral])), (opened, used.clear()))
        )
        rows.append(exposures)
        made = pl.concat([used, unused_covers(covers, opened)])
        uses.append(made.with_columns(book_id=pl.lit(book.id)))
        gross = pl.concat([whole, opened])
        totals.append(obligor_totals([obligor_sums(exposures, gross, book)], parties, book))
        cells.append(obligor_products(exposures, gross, book))
        findings += _gross_findings(gross, agreements, book)
    unresolved = OUTPUT_TABLES["not_evaluated"].empty()
    if any(book.look_through for book in selection.books):
        unresolved = unresolved_shares(holdings, tables, reporting_exponent=exponent)
        findings += structure_findings(holdings, tables)
    return {
        "agreements": agreements,
        "exposures": pl.concat(rows),
        "protection_uses": pl.concat(uses),
        "obligor_exposures": pl.concat(totals),
        "obligor_products": pl.concat([pl.DataFrame(schema=CELL_SCHEMA), *cells]),
        "look_through": pl.concat(landed),
        "supported_structures": supported_structures(tables),
        "parties": parties,
        "findings": pl.concat(findings),
        "not_evaluated": pl.concat(
            [tables["not_evaluated"], _joint_obligors(tables["facilities"]), unresolved]
        ),
    }


def _joint_obligors(facilities: pl.DataFrame) -> pl.DataFrame:
    """A facility of several obligors counts in full with the one it names first; that the others owe it too is said."""
    shared = facilities.filter(pl.col("joint_obligor_keys").list.len() > 0).height
    effect = f"The exposure of {shared} facilities counts with `obligor_id` alone; their joint obligors' totals lack it."
    row = {
        "item": "exposures",
        "book_id": None,
        "missing": "a measure for joint_obligor_ids",
        "effect": effect,
    }
    return pl.DataFrame([row] if shared else [], schema=OUTPUT_TABLES["not_evaluated"].schema)


def _counted_twice(facilities: pl.DataFrame, agreements: pl.DataFrame) -> list[pl.DataFrame]:
    """Facilities of an obligor that has agreements of the same kind from a table of its own; both count."""
    is_trading = pl.col("is_trading_book").fill_null(value=False)
    kinds = (
        (pl.col("product") == "derivative", "netting_sets"),
        (pl.col("product") == "securities_financing", "securities_financing"),
        (is_trading, "trading_positions"),
    )
    doubled = [
        facilities.filter(is_of_kind).join(
            agreements.filter(pl.col("source") == source), on="obligor_key", how="semi"
        )
        for is_of_kind, source in kinds
    ]
    rows = pl.concat(doubled).unique("facility_key")
    if rows.is_empty():
        return []
    ids = rows["facility_id"]
    return [_finding("counted_twice", "facilities", ids, products=rows["product"], book_id=None)]


def _gross_findings(gross: pl.DataFrame, agreements: pl.DataFrame, book: Book) -> list[pl.DataFrame]:
    """What could not be measured in full, one finding a cause and a table."""
    causes = (("factor_missing", "is_factor_missing"), ("measure_partial", "is_partly_measured"))
    named = agreements.select("facility_key", "facility_id", "source")
    return [
        _finding(code, str(source), rows["facility_id"], products=rows["product"], book_id=book.id)
        for code, flag in causes
        if gross[flag].any()
        for (source,), rows in gross.filter(flag)
        .join(named, on="facility_key", how="left", maintain_order="left")
        .group_by("source", maintain_order=True)
    ]


def _finding(
    code: str, table: str, ids: pl.Series, *, products: pl.Series, book_id: str | None
) -> pl.DataFrame:
    kind = FINDING_KINDS[code]
    named = ", ".join(products.drop_nulls().unique().sort())
    return OUTPUT_TABLES["findings"].shape(
        pl.DataFrame(
            {
                "finding_code": [code],
                "table": [table],
                "subject_id": [book_id],
                "row_count": [ids.len()],
                "sample": [ids.sort().head(5).to_list()],
                "message": [f"{kind.message} Products: {named}."],
                "remedy": [kind.remedy],
                "owner": [kind.owner],
            },
            schema_overrides={"subject_id": pl.String},
        )
    )
