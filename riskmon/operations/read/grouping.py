"""The grouping rules that a run applied under one book, and the clause behind each link that counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskmon.domain.errors import NotFoundError
from riskmon.operations.recorded import applied_edition
from riskmon.rulebook.base import Sourced
from riskmon.rulebook.loader import shipped_editions
from riskmon.rulebook.model import Edition, Grouping, choice_parties, choice_value
from riskmon.store.snapshots import Manifest

_UNSAID = "judgement"
"""The basis of a dependence that nobody wrote down."""


@dataclass(frozen=True, slots=True)
class AppliedGrouping:
    """A grouping and the edition that it stands in, which may be that of another book."""

    edition: Edition
    grouping: Grouping

    def clause(self, kind: str, basis: str | None) -> tuple[str, str]:
        """Document and clause by which a relationship of this kind and basis counts."""
        if kind == "economic_dependence":
            for test in self.grouping.dependence_tests:
                if (basis or _UNSAID) in test.bases:
                    return self._written(test)
        if kind == "common_support" and self.grouping.common_support is not None:
            return self._written(self.grouping.common_support)
        return self._written(self.grouping)

    def _written(self, rule: Sourced) -> tuple[str, str]:
        return rule.source.document or self.edition.document, rule.source.clause


def applied_grouping(manifest: Manifest, book_id: str) -> AppliedGrouping | None:
    """The grouping of a book of the run; None where its text is not at hand or the book groups nobody."""
    edition = lending_edition(manifest, book_id, "grouping_of")
    if edition is None:
        return None
    chosen = choices_made(manifest, edition)
    for grouping in edition.grouping:
        if all(choice_value(chosen[name]) == value for name, value in grouping.when.items()):
            named = tuple(party for name in grouping.when for party in choice_parties(chosen[name]))
            return AppliedGrouping(edition, grouping.model_copy(update={"separate_parties": named}))
    return None


def lending_edition(manifest: Manifest, book_id: str, lent_by: str = "") -> Edition | None:
    """The edition whose rules a book of the run used: its own, or that of the book it names in `lent_by`.

    lent_by: `grouping_of` or `measures_of`; nothing for the book's own. None where the text is not at hand.
    """
    records = {book.book_id: book for book in manifest.books}
    book = records.get(book_id)
    if book is None:
        return None
    try:
        edition = applied_edition(book)
        lender = getattr(edition, lent_by) if lent_by else ""
        if lender in records:
            return applied_edition(records[lender])
        return _shipped(lender, book.borrowed.get(lender)) if lender else edition
    except NotFoundError:
        return None


def choices_made(manifest: Manifest, edition: Edition) -> Mapping[str, str]:
    """The choices under which the run applied an edition: those of its own record, else the defaults."""
    record = next((book for book in manifest.books if book.book_id == edition.id), None)
    return record.choices if record else {choice.name: choice.values[0] for choice in edition.choice}


def _shipped(book_id: str, digest: str | None) -> Edition:
    for loaded in shipped_editions().get(book_id, ()):
        if loaded.digest == digest:
            return loaded.edition
    raise NotFoundError(f"The text of the book {book_id!r} that the run applied is not at hand.")
