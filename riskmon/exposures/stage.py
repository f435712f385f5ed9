"""The exposure stage: for every book the exposure rows of each facility, then the totals of each obligor."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.exposures.exemption import with_exemption
from riskmon.exposures.holdings import holding_parts
from riskmon.exposures.look_through import looked_through, with_anonymous_party
from riskmon.exposures.measure import gross_parts
from riskmon.exposures.mitigation import covers_with_terms, protection_uses
from riskmon.exposures.products import CELL_SCHEMA, obligor_products
from riskmon.exposures.rows import exposure_rows
from riskmon.exposures.totals import obligor_totals
from riskmon.exposures.unresolved import structure_findings, supported_structures, unresolved_shares
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.select import Book, Selection


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Exposure rows and obligor totals under every selected book, in minor units of the reporting currency.

    Tables in: parties, facilities, protections, protection_covers, structures, tranches, fund_holdings, underlyings,
    structure_support, capital, country_ratings, bank, bank_limits, reporting, not_evaluated.
    Tables out: exposures, protection_uses, obligor_exposures, obligor_products, look_through, supported_structures,
    parties (with the anonymous party where a book needs one), findings, not_evaluated.
    """
    parties = with_anonymous_party(tables["parties"], tables["facilities"])
    covers = covers_with_terms(tables, parties, as_of=selection.as_of)
    exponent = int(tables["reporting"]["exponent"][0])
    bank = tables["bank"]
    bank_key = bank["party_key"][0] if bank.height else None
    holdings = holding_parts(tables, reporting_exponent=exponent)
    rows, uses, totals, cells, landed, findings = [], [], [], [], [], [tables["findings"]]
    for book in selection.books:
        gross = gross_parts(tables["facilities"], book, reporting_exponent=exponent)
        split = looked_through(gross, holdings, parties, tables["capital"], book)
        landed.append(split.landed.with_columns(book_id=pl.lit(book.id)))
        whole, opened = (
            with_exemption(part.lazy(), parties, tables, book).collect()
            for part in (split.whole, split.opened)
        )
        # Protection of what is looked through reduces nothing.
        used = protection_uses(covers, whole, book, bank_key=bank_key, reporting_exponent=exponent)
        exposures = pl.concat(
            [
                exposure_rows(whole, used, parties, tables, book),
                exposure_rows(opened, used.clear(), parties, tables, book),
            ]
        )
        rows.append(exposures)
        uses.append(used.with_columns(book_id=pl.lit(book.id)))
        gross = pl.concat([whole, opened])
        totals.append(obligor_totals(exposures, gross, parties, book))
        if tables["bank_limits"].height:  # nobody else asks at this grain
            cells.append(obligor_products(exposures, gross, book))
        findings += _gross_findings(gross, tables["facilities"], book)
    unresolved = OUTPUT_TABLES["not_evaluated"].empty()
    if any(book.look_through for book in selection.books):
        unresolved = unresolved_shares(holdings, tables, reporting_exponent=exponent)
        findings += structure_findings(holdings, tables)
    return {
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


def _gross_findings(gross: pl.DataFrame, facilities: pl.DataFrame, book: Book) -> list[pl.DataFrame]:
    """What could not be measured in full, one finding a cause."""
    causes = (("factor_missing", "is_factor_missing"), ("measure_partial", "is_partly_measured"))
    return [
        _finding(code, gross.filter(flag), facilities, book) for code, flag in causes if gross[flag].any()
    ]  # fmt: skip


def _finding(code: str, rows: pl.DataFrame, facilities: pl.DataFrame, book: Book) -> pl.DataFrame:
    kind = FINDING_KINDS[code]
    ids = rows.join(facilities.select("facility_key", "facility_id"), on="facility_key", how="left")[
        "facility_id"
    ]
    products = ", ".join(rows["product"].unique().sort())
    return OUTPUT_TABLES["findings"].shape(
        pl.DataFrame(
            {
                "finding_code": [code],
                "table": ["facilities"],
                "subject_id": [book.id],
                "row_count": [rows.height],
                "sample": [ids.sort().head(5).to_list()],
                "message": [f"{kind.message} Products: {products}."],
                "remedy": [kind.remedy],
                "owner": [kind.owner],
            }
        )
    )
