"""The books of a run: for each named book the edition in force on the date, under the choices made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from riskmon.domain.errors import CallerError
from riskmon.domain.terms import Level
from riskmon.rulebook.loader import LoadedEdition, editions_of
from riskmon.rulebook.model import (
    ConversionFactor,
    Edition,
    Entry,
    Exemption,
    Grouping,
    Limit,
    Measurement,
    Mitigation,
    SignalRule,
    Threshold,
)

EARLY_WARNING = "early_warning"
"""The book of the signal catalogue; every run applies it."""

AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True, slots=True)
class Book:
    """One book as a run applies it: its edition in force, and every rule that the choices leave standing."""

    edition: Edition
    digest: str
    choices: Mapping[str, str]
    measurement: Measurement
    grouping: Grouping | None
    limits: tuple[Limit, ...]
    thresholds: tuple[Threshold, ...]
    conversion_factors: tuple[ConversionFactor, ...]
    exemptions: tuple[Exemption, ...]
    mitigations: tuple[Mitigation, ...]
    signals: tuple[SignalRule, ...]

    @property
    def id(self) -> str:
        """The book's id, as it stands in `book_id`."""
        return self.edition.id

    def signal(self, signal_id: str) -> SignalRule:
        """The rule of one signal."""
        return next(rule for rule in self.signals if rule.id == signal_id)

    def threshold(self, threshold_id: str) -> Threshold | None:
        """The threshold of that id, if the book has one."""
        return next((rule for rule in self.thresholds if rule.id == threshold_id), None)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run is asked for: the date, what was known when, the perimeter, the books.

    `level` is None until the run has seen which perimeters the capital table has.
    """

    as_of: date
    known_at: date
    level: Level | None
    books: tuple[Book, ...]
    early_warning: Book


_NOTHING = Measurement.model_validate(
    {"measure": "exposure", "deducts_provision": False, "source": {"clause": "none", "certainty": "unverified"}}
)


def select(
    names: Sequence[str],
    *,
    as_of: date,
    known_at: date | None = None,
    level: Level | None = None,
    choices: Mapping[str, str] | None = None,
) -> Selection:
    """The named books as they stand at `as_of`.

    Args:
        names: book ids or paths of a bank's own files, in any order; repeated names count once.
        as_of: business date of the run.
        known_at: the run uses only what was known then; `as_of` if not given.
        level: solo or consolidated, if the caller says so.
        choices: `BOOK.CHOICE` to value; a choice of a book that is not selected is a mistake.

    Raises:
        CallerError: a book that does not exist, a date before its first edition, a choice it does not offer.
    """
    wanted = dict(choices or {})
    books = tuple(_book(name, as_of, wanted) for name in dict.fromkeys(names))
    if not books:
        raise CallerError("No book is named.", remedy="Name at least one with --books.")
    known = {f"{book.id}.{name}" for book in books for name in book.choices}
    for key in wanted:
        if key not in known:
            raise CallerError(
                f"The choice {key!r} belongs to no selected book.",
                why="A choice that has no effect would be recorded as if it had.",
                remedy=f"Choices here: {', '.join(sorted(known)) or 'none'}.",
            )
    return Selection(
        as_of=as_of,
        known_at=known_at or as_of,
        level=level,
        books=tuple(sorted(books, key=lambda book: book.id)),
        early_warning=_book(EARLY_WARNING, as_of, {}),
    )


def edition_in_force(name: str, as_of: date) -> LoadedEdition:
    """The newest edition of a book that is in force at `as_of`."""
    editions = editions_of(name)
    in_force = [loaded for loaded in editions if loaded.edition.effective_from <= as_of]
    if not in_force:
        first = editions[0].edition.effective_from
        raise CallerError(
            f"The book {name!r} has no edition in force on {as_of}: its first begins on {first}.",
            why="A rule cannot be applied before it was in force.",
            remedy="Run with a later --as-of, or with another book.",
        )
    return in_force[-1]


def _book(name: str, as_of: date, wanted: Mapping[str, str]) -> Book:
    loaded = edition_in_force(name, as_of)
    edition = loaded.edition
    chosen = {choice.name: _chosen(edition, choice.name, choice.values, wanted) for choice in edition.choice}
    measures = _borrowed(edition, edition.measures_of, as_of, wanted)
    grouping_owner = _borrowed(edition, edition.grouping_of, as_of, wanted)
    groupings = _standing(grouping_owner[0].grouping, grouping_owner[1] or chosen)
    measuring, measuring_choices = measures[0], measures[1] or chosen
    return Book(
        edition=edition,
        digest=loaded.digest,
        choices=chosen,
        measurement=measuring.measurement or _NOTHING,
        grouping=groupings[0] if groupings else None,
        limits=_standing(edition.limit, chosen),
        thresholds=_standing(edition.threshold, chosen),
        conversion_factors=_standing(
            edition.conversion_factor or measuring.conversion_factor, chosen if edition.conversion_factor else measuring_choices
        ),
        exemptions=_standing(measuring.exemption, measuring_choices),
        mitigations=_standing(measuring.mitigation, measuring_choices),
        signals=_standing(edition.signal, chosen),
    )


def _borrowed(
    edition: Edition, owner: str, as_of: date, wanted: Mapping[str, str]
) -> tuple[Edition, dict[str, str]]:
    """The edition whose measurement or grouping counts, with its choices if it is another book's."""
    if not owner:
        return edition, {}
    lender = edition_in_force(owner, as_of).edition
    return lender, {choice.name: _chosen(lender, choice.name, choice.values, wanted) for choice in lender.choice}


def _chosen(edition: Edition, name: str, values: tuple[str, ...], wanted: Mapping[str, str]) -> str:
    value = wanted.get(f"{edition.id}.{name}", values[0])
    if value not in values:
        raise CallerError(
            f"{edition.id}.{name} cannot be {value!r}.", remedy=f"It is one of {', '.join(values)}."
        )
    return value


def _standing(entries: tuple[AnyEntry, ...], chosen: Mapping[str, str]) -> tuple[AnyEntry, ...]:
    return tuple(entry for entry in entries if all(chosen.get(name) == value for name, value in entry.when.items()))
