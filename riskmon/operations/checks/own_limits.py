"""The bank's own limits as lines: which of the tree a deal counts under, asked of the limit stage with the deal alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from riskmon.domain.money import BP
from riskmon.domain.terms import MEASURES, SEVERITY_RANK
from riskmon.limits.bank_limits import BOOK_ID, bank_limit_headroom
from riskmon.limits.headroom import Bases
from riskmon.limits.tree import limit_tree
from riskmon.operations.checks.lines import Terms
from riskmon.rulebook.select import Selection

_PARTY: Final = ("industry", "region", "country")


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One of the bank's own limits that a cell counts under.

    Attributes:
        terms: what the limit says; of a frozen limit the amount is what it is held at.
        subject_kind: what it is about.
        subject_id: None where each obligor has the amount for itself.
    """

    terms: Terms
    subject_kind: str
    subject_id: str | None


@dataclass(frozen=True, slots=True)
class Tested:
    """What the snapshot says of one of the bank's own limits on one subject."""

    amount: int | None
    limit_minor: int | None
    is_complete: bool


class OwnLimits:
    """Which of the bank's own limits count a cell; asked once for all cells that are alike."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], selection: Selection, bases: Bases) -> None:
        """Take the validated tables (bank_limits, parties, reporting)."""
        self._tables = tables
        self._selection = selection
        self._bases = bases
        self._parties = tables["parties"].select("party_id", "kind", *_PARTY)
        limits = tables["bank_limits"]
        conditions = limit_tree(limits).conditions
        self.named: Final[dict[str, frozenset[str]]] = {
            kind: frozenset(conditions.filter(kind=kind)["value"]) for kind in ("obligor", "group")
        }
        """Parties and anchors that limits name."""
        self._frozen = frozenset(limits.filter("is_frozen")["limit_id"])
        shares = limits.select("limit_id", *(f"{name}_bp" for name in SEVERITY_RANK))
        self._levels = {row[0]: row[1:] for row in shares.iter_rows()}
        self._found: dict[tuple[object, ...], tuple[OwnLine, ...]] = {}

    def of(
        self, book_id: str, party_key: int, product: str | None, anchors: Sequence[str]
    ) -> tuple[OwnLine, ...]:
        """The limits that count what a party owes in a product under a book.

        anchors: those of the groups that it is in which a limit names.
        """
        if self._tables["bank_limits"].is_empty():
            return ()
        party_id, *party = self._parties.row(party_key)
        name = party_id if party_id in self.named["obligor"] else None
        key = (book_id, product, name, *party, *anchors)
        if key not in self._found:
            self._found[key] = self._asked(book_id, party_id, party, product, anchors)
        return self._found[key]

    def _asked(
        self,
        book_id: str,
        party_id: str,
        party: Sequence[object],
        product: str | None,
        anchors: Sequence[str],
    ) -> tuple[OwnLine, ...]:
        """The limits that count one minor unit of every measure, as the limit stage tests them on nothing else."""
        others = [anchor for anchor in anchors if anchor != party_id]
        ids = [party_id, *others]
        kind, *attributes = party
        parties = pl.DataFrame(
            {
                "party_key": range(len(ids)),
                "party_id": ids,
                "kind": [kind] * len(ids),
                **{column: [attributes[n]] * len(ids) for n, column in enumerate(_PARTY)},
                "is_complete": [True] * len(ids),
            },
            schema={
                "party_key": pl.Int32,
                **dict.fromkeys(("party_id", "kind", *_PARTY), pl.String),
                "is_complete": pl.Boolean,
            },
        )
        at = [ids.index(anchor) for anchor in anchors]
        groups = pl.DataFrame(
            {"group_key": range(len(at)), "anchor_key": at, "book_id": [book_id] * len(at)},
            schema={"group_key": pl.Int32, "anchor_key": pl.Int32, "book_id": pl.String},
        )
        cell = {
            "book_id": book_id,
            "obligor_key": 0,
            "product": product,
            "exposure_minor": 1,
            "exempt_minor": 0,
        }
        counted = {f"{measure}_minor": 1 for measure in MEASURES}
        tables = {
            **self._tables,
            "parties": parties,
            "groups": groups,
            "group_members": groups.select("group_key", "book_id", party_key=pl.lit(0, dtype=pl.Int32)),
            "obligor_exposures": pl.DataFrame(
                {"book_id": [book_id], "obligor_key": [0], "is_complete": [True]},
                schema_overrides={"obligor_key": pl.Int32},
            ),
            "obligor_products": pl.DataFrame(
                [{**counted, **cell}], schema_overrides={"obligor_key": pl.Int32, "product": pl.String}
            ),
        }
        rows, _ = bank_limit_headroom(tables, self._selection, self._bases)
        group_ids = dict(enumerate(f"{book_id}/{anchor}" for anchor in anchors))
        return tuple(
            self._line(row, group_ids)
            for row in rows.filter(pl.col("exposure_minor") != 0).iter_rows(named=True)
        )

    def _line(self, row: Mapping[str, object], group_ids: Mapping[int, str]) -> OwnLine:
        limit_id, most = str(row["limit_id"]), row["limit_minor"]
        known = most if isinstance(most, int) else None
        is_frozen = limit_id in self._frozen
        levels = [
            (name, known * share // BP)
            for name, share in zip(SEVERITY_RANK, self._levels[limit_id], strict=True)
            if share is not None and known is not None and not is_frozen
        ]
        subject_id = row["subject_id"]
        if row["subject_kind"] == "group":
            subject_id = group_ids[int(str(row["subject_key"]))]
        elif row["subject_kind"] == "obligor":
            subject_id = None
        terms = Terms(
            book_id=BOOK_ID,
            limit_id=limit_id,
            measure=str(row["measure"]),
            limit_minor=known,
            clause=str(row["clause"]),
            is_hard=bool(row["is_hard"]),
            levels=tuple(levels),
            is_frozen=is_frozen,
        )
        return OwnLine(terms, str(row["subject_kind"]), None if subject_id is None else str(subject_id))


def tested_limits(headroom: pl.DataFrame) -> dict[tuple[str, str, str], Tested]:
    """What the snapshot says of the bank's own limits, by limit, kind of subject and subject."""
    own = headroom.filter(pl.col("book_id") == BOOK_ID)
    columns = ("limit_id", "subject_kind", "subject_id", "exposure_minor", "limit_minor", "is_complete")
    return {row[:3]: Tested(*row[3:]) for row in own.select(columns).iter_rows()}
