"""The exposure stage: for every book the exposure rows of each facility, then the totals of each obligor."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.domain.joint import JOINT_SCHEMA
from riskmon.exposures.agreements import of_facilities, of_other_tables
from riskmon.exposures.exemption import with_exemption
from riskmon.exposures.joint import joint_exposures, signed_parts
from riskmon.exposures.look_through import with_anonymous_party
from riskmon.exposures.measure import gross_parts
from riskmon.exposures.mitigation import covers_with_terms, protection_uses, unused_covers
from riskmon.exposures.parts import Lent, Part, parts_of
from riskmon.exposures.products import obligor_products, summed_products
from riskmon.exposures.remarks import Remarks
from riskmon.exposures.rest import Gross, Rest, own_key
from riskmon.exposures.rows import exposure_rows
from riskmon.exposures.simplified import left_out, simplified
from riskmon.exposures.terms import with_terms
from riskmon.exposures.totals import obligor_sums, obligor_totals
from riskmon.exposures.unresolved import supported_structures
from riskmon.rulebook.exposure_rules import SimplifiedMethod
from riskmon.rulebook.select import Book, Selection

PART_SIZE = 1_000_000
"""Facilities that are measured at a time: as many as take a few hundred megabytes."""

Tables = Mapping[str, pl.DataFrame]


def run(tables: Tables, selection: Selection) -> dict[str, pl.DataFrame]:
    """Exposure rows and obligor totals under every selected book, in minor units of the reporting currency.

    Tables in: parties, facilities, protections, protection_covers, structures, tranches, fund_holdings, underlyings,
    structure_support, netting_sets, derivatives, securities_financing, trading_positions, capital, country_ratings, bank,
    reporting, not_evaluated.
    Tables out: agreements, exposures, protection_uses, joint_exposures, obligor_exposures, obligor_products, look_through,
    supported_structures, parties (with the anonymous party where a book needs one), findings, not_evaluated.
    """
    made = defaultdict(list)
    for frames in in_parts(tables, Lent.of(tables), selection):
        for name, rows in frames.items():
            made[name].append(rows)
    return {name: pl.concat(rows) for name, rows in made.items()}


def in_parts(
    tables: Tables, lent: Lent, selection: Selection, *, part_size: int = PART_SIZE
) -> Iterator[dict[str, pl.DataFrame]]:
    """The tables of `run` in pieces, for a book of any size: each table is what the pieces have under its name.

    tables: those of `run` without the ones that are `lent`. Rows come as soon as their part is measured and are not
    held; what is held from part to part is the sums of obligors, and what joint obligors owe. No size of parts moves a number.
    """
    parties = with_anonymous_party(tables["parties"], lent.facilities)
    others = of_other_tables(tables, parties, first_key=_count(lent.facilities))
    sums: dict[str, list[pl.DataFrame]] = defaultdict(list)
    products: dict[str, list[pl.DataFrame]] = defaultdict(list)
    joint: dict[str, list[pl.DataFrame]] = defaultdict(list)
    simple, unsure = simplified(selection.books, tables, lent.facilities)
    remarks = Remarks(unsure)
    for part in parts_of(lent, part_size):
        here = _Here.of(tables, part, parties, others, selection)
        remarks.add_part(part.facilities, others, here.rest, selection)
        yield {"agreements": here.agreements}
        for book in selection.books:
            gross, rows = _measured(here, book, selection, simple[book.id])
            yield {name: made.with_columns(book_id=pl.lit(book.id)) for name, made in rows.items()}
            sums[book.id].append(obligor_sums(rows["exposures"], gross, book))
            joint[book.id].append(
                _joint(here, gross, rows["protection_uses"], book, selection, simple[book.id])
            )
            # A limit that is declared later asks the run at this grain, too.
            products[book.id].append(obligor_products(rows["exposures"], gross, book))
            remarks.add_gross(gross, here.agreements, book)
    for book in selection.books:
        beside = pl.concat(joint.pop(book.id))
        yield {
            "joint_exposures": beside,
            "obligor_exposures": obligor_totals(sums.pop(book.id), beside, parties, book),
            "obligor_products": summed_products(products.pop(book.id, [])),
        }
    yield {
        "supported_structures": supported_structures(tables),
        "parties": parties,
        "findings": pl.concat([tables["findings"], *remarks.findings()]),
        "not_evaluated": pl.concat([tables["not_evaluated"], *remarks.not_evaluated()]),
    }


@dataclass(frozen=True, slots=True)
class _Here:
    """One part as every book sees it: of the lent tables its own rows, of the parties those that these rows name.

    Attributes:
        tables: as the stage was given them.
        parties: with the anonymous party.
        facilities: `terms.with_terms`.
        covers: `mitigation.covers_with_terms`.
        agreements: what exposure arises under in this part.
        rest: structures and agreements that are no facility, where this is the part that they go with.
    """

    tables: Tables
    parties: pl.DataFrame
    facilities: pl.DataFrame
    covers: pl.DataFrame
    agreements: pl.DataFrame
    rest: Rest | None

    @classmethod
    def of(
        cls, tables: Tables, part: Part, parties: pl.DataFrame, others: pl.DataFrame, selection: Selection
    ) -> "_Here":
        own = {
            **tables,
            "facilities": part.facilities,
            "protections": part.protections,
            "protection_covers": part.covers,
        }
        named = parties if part.is_rest else part.named(parties)
        covers = covers_with_terms(own, named, as_of=selection.as_of, reporting_exponent=_exponent(tables))
        agreements = of_facilities(part.facilities)
        if not part.is_rest:
            return cls(own, named, with_terms(part.facilities), covers, agreements, None)
        rest = Rest.of(own, parties, others, selection)
        return cls(own, named, with_terms(part.facilities), covers, pl.concat([agreements, others]), rest)


def _measured(
    here: _Here, book: Book, selection: Selection, simple: list[SimplifiedMethod]
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """The gross parts under one book with their exemptions, and the rows that they come to."""
    lent = gross_parts(here.facilities, book, reporting_exponent=_exponent(here.tables))
    gross = here.rest.gross(lent, book, simple) if here.rest else Gross.of_lending(lent)
    whole, opened = (
        left_out(with_exemption(rows, here.parties, here.tables, book, selection.as_of), simple)
        for rows in (gross.whole, gross.opened)
    )
    # Protection of what is looked through reduces nothing.
    used = protection_uses(here.covers, whole, book, bank_key=own_key(here.tables))
    exposures = pl.concat(
        exposure_rows(rows, taken, here.parties, here.tables, book, selection.as_of)
        for rows, taken in ((whole, pl.concat([used, gross.collateral])), (opened, used.clear()))
    )
    uses = pl.concat([used, unused_covers(here.covers, opened)])
    rows = {"exposures": exposures, "protection_uses": uses, "look_through": gross.landed}
    return pl.concat([whole, opened]), rows


def _joint(
    here: _Here,
    gross: pl.DataFrame,
    uses: pl.DataFrame,
    book: Book,
    selection: Selection,
    simple: list[SimplifiedMethod],
) -> pl.DataFrame:
    """What joint obligors owe of the facilities here, each judged for an exemption as if it were the obligor."""
    signed = signed_parts(gross, here.facilities)
    if signed.is_empty():
        return JOINT_SCHEMA.to_frame()
    signers = here.parties.join(signed, left_on="party_key", right_on="obligor_key", how="semi")
    judged = with_exemption(signed, signers, here.tables, book, selection.as_of)
    return joint_exposures(left_out(judged, simple), gross, uses, book)


def _exponent(tables: Tables) -> int:
    return int(tables["reporting"]["exponent"][0])


def _count(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect().item())
