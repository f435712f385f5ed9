"""The clauses by which one book of a run measured a facility: factor, provision, protection, exemption, look-through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.operations.read.grouping import choices_made, lending_edition
from riskmon.rulebook.base import Entry
from riskmon.rulebook.model import Edition, choice_value
from riskmon.store.snapshots import Manifest

UNDRAWN_AS = "commitment"
"""The undrawn part of any on-balance product converts as a commitment."""

AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True, slots=True)
class AppliedMeasures:
    """What one book measured by: the editions with its measurement, its factors and its look-through; the choices made."""

    measuring: Edition
    converting: Edition
    opening: Edition
    choices: Mapping[str, Mapping[str, str]]

    @property
    def deducts_provision(self) -> bool:
        """Whether a provision comes off before protection."""
        return self.measuring.measurement is not None and self.measuring.measurement.deducts_provision

    def measurement_clause(self) -> str | None:
        """Document and clause of the measurement."""
        stated = self.measuring.measurement
        return None if stated is None else self.measuring.clause(stated)

    def mitigation_clause(self, mitigation_id: str | None) -> str | None:
        """Document and clause of the entry that recognised a protection."""
        return self._clause(self.measuring, self.measuring.mitigation, mitigation_id)

    def exemption_clause(self, exemption_id: str | None) -> str | None:
        """Document and clause of an exemption."""
        return self._clause(
            self.measuring, (*self.measuring.exemption, *self.measuring.simplified_method), exemption_id
        )

    def look_through_clause(self) -> str | None:
        """Document and clause of the look-through; None for a book that does not look through."""
        standing = self._standing(self.opening, self.opening.look_through)
        return next((self.opening.clause(entry) for entry in standing), None)

    def factor_clause(self, facility: Mapping[str, object], factor_bp: object) -> str | None:
        """Document and clause of the factor with which the undrawn part of a facility converted."""
        product = facility["product"] if facility["product"] in OFF_BALANCE_PRODUCTS else UNDRAWN_AS
        for factor in self._standing(self.converting, self.converting.conversion_factor):
            asked = ((factor.is_cancellable, "is_cancellable"), (factor.is_qualifying, "is_qualifying"))
            is_met = all(wanted is None or facility[name] in (None, wanted) for wanted, name in asked)
            if product in factor.products and factor.factor_bp == factor_bp and is_met:
                return self.converting.clause(factor)
        return None

    def _clause(self, edition: Edition, entries: tuple[AnyEntry, ...], entry_id: str | None) -> str | None:
        standing = self._standing(edition, entries)
        found = (entry for entry in standing if entry_id is not None and getattr(entry, "id", "") == entry_id)
        return next((edition.clause(entry) for entry in found), None)

    def _standing(self, edition: Edition, entries: tuple[AnyEntry, ...]) -> list[AnyEntry]:
        chosen = self.choices[edition.id]
        return [
            entry
            for entry in entries
            if all(choice_value(chosen.get(name, "")) == value for name, value in entry.when.items())
        ]


def applied_measures(manifest: Manifest, book_id: str) -> AppliedMeasures | None:
    """What a book of the run measured by; None where its text is not at hand."""
    own = lending_edition(manifest, book_id)
    measuring = lending_edition(manifest, book_id, "measures_of")
    if own is None or measuring is None:
        return None
    converting = own if own.conversion_factor else measuring
    opening = own if own.look_through else measuring
    choices = {edition.id: choices_made(manifest, edition) for edition in (measuring, converting, opening)}
    return AppliedMeasures(measuring, converting, opening, choices)
