"""The books of a run: for each named book the edition in force on the date, under the choices made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from riskmon.domain.errors import CallerError
from riskmon.domain.terms import Level
from riskmon.rulebook.base import Entry
from riskmon.rulebook.breach import BreachDuty
from riskmon.rulebook.classification import AssetScope, ClassTrigger
from riskmon.rulebook.counterparty import CounterpartyRules, NominalShare
from riskmon.rulebook.exposure_rules import (
    ConversionFactor,
    Exemption,
    Haircut,
    HoldingPeriod,
    LookThrough,
    MaturityMismatch,
    Measurement,
    Mitigation,
    RiskWeight,
    SimplifiedMethod,
)
from riskmon.rulebook.loader import LoadedEdition, editions_of
from riskmon.rulebook.model import (
    DataAge,
    DependenceSearch,
    Edition,
    Grouping,
    GuaranteeNetwork,
    JointCredit,
    JointLimit,
    Limit,
    SignalRule,
    Threshold,
    choice_parties,
    choice_value,
)

EARLY_WARNING = "early_warning"
"""The book of the signal catalogue; every run applies it."""

ASSET_CLASSIFICATION = "cn_asset_classification"
"""The book on the classes of assets; every run applies it that applies a book of the same jurisdiction."""

AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True, slots=True)
class Book:
    """One book as a run applies it: its edition in force, and every rule that the choices leave standing.

    `digest` is the hash of its own file; `borrowed` has the hash of every other book whose measurement, grouping or
    counterparty rules or haircuts it uses, by id, so that a manifest can record every text that decided a number.
    """

    edition: Edition
    digest: str
    choices: Mapping[str, str]
    measurement: Measurement
    grouping: Grouping | None
    limits: tuple[Limit, ...]
    thresholds: tuple[Threshold, ...]
    look_through: LookThrough | None
    conversion_factors: tuple[ConversionFactor, ...]
    exemptions: tuple[Exemption, ...]
    simplified_methods: tuple[SimplifiedMethod, ...]
    mitigations: tuple[Mitigation, ...]
    risk_weights: tuple[RiskWeight, ...]
    haircuts: tuple[Haircut, ...]
    holding_periods: tuple[HoldingPeriod, ...]
    maturity_mismatch: MaturityMismatch | None
    signals: tuple[SignalRule, ...]
    guarantee_network: GuaranteeNetwork | None
    data_ages: tuple[DataAge, ...]
    joint_credit: tuple[JointCredit, ...]
    joint_limit: JointLimit | None
    dependence_search: DependenceSearch | None
    borrowed: Mapping[str, str]
    nominal_shares: tuple[NominalShare, ...]
    counterparty: CounterpartyRules
    asset_scope: AssetScope | None
    class_triggers: tuple[ClassTrigger, ...]
    breach_duties: tuple[BreachDuty, ...]

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

    `level` is None until the run has seen which perimeters the capital table has. `asset_classification` is None where
    no book of its jurisdiction is selected, or no edition of it is in force.
    """

    as_of: date
    known_at: date
    level: Level | None
    books: tuple[Book, ...]
    early_warning: Book
    asset_classification: Book | None


_NOTHING = Measurement.model_validate(
    {
        "measure": "exposure",
        "deducts_provision": False,
        "source": {"clause": "none", "certainty": "unverified"},
    }
)


def select(
    names: Sequence[str | LoadedEdition],
    *,
    as_of: date,
    known_at: date | None = None,
    level: Level | None = None,
    choices: Mapping[str, str] | None = None,
) -> Selection:
    """The named books as they stand at `as_of`.

    A book that measures or groups as another does (`measures_of`, `grouping_of`) follows the choices made for that
    other book where it is selected as well, and its defaults where it is not: a choice can be made only for a book
    that the run names and records.

    Args:
        names: book ids or paths of a bank's own files, in any order; repeated names count once. An edition that is
            at hand stands for itself, whatever its date.
        as_of: business date of the run.
        known_at: the run uses only what was known then; `as_of` if not given.
        level: solo or consolidated, if the caller says so.
        choices: `BOOK.CHOICE` to value; a choice of a book that is not selected is a mistake.

    Raises:
        CallerError: a book that does not exist, two books of one id, a date before its first edition, a choice
            that no selected book offers.
    """
    wanted = dict(choices or {})
    named = [name for at, name in enumerate(names) if name not in names[:at]]
    books = tuple(_book(name, as_of, wanted) for name in named)
    if not books:
        raise CallerError("No book is named.", remedy="Name at least one with --books.")
    if any(book.id == EARLY_WARNING for book in books):
        raise CallerError(
            f"{EARLY_WARNING} is the catalogue of signals and no book of limits.",
            why="Every run applies it.",
            remedy="Leave it out of --books.",
        )
    if len({book.id for book in books}) < len(books):
        raise CallerError(
            f"Two of the named books share one id: {', '.join(sorted(book.id for book in books))}.",
            why="Every output row names its book by id, so the two could not be told apart.",
            remedy="Give the bank's own file an `id` of its own, or name only one of them.",
        )
    known = {f"{book.id}.{name}" for book in books for name in book.choices}
    for key in wanted:
        if key not in known:
            raise CallerError(
                f"The choice {key!r} belongs to no selected book.",
                why="A choice that has no effect would be recorded as if it had.",
                remedy=f"Select the book as well, or choose from: {', '.join(sorted(known)) or 'none'}.",
            )
    return Selection(
        as_of=as_of,
        known_at=known_at or as_of,
        level=level,
        books=tuple(sorted(books, key=lambda book: book.id)),
        early_warning=_book(EARLY_WARNING, as_of, {}),
        asset_classification=_asset_classification(books, as_of),
    )


def _asset_classification(books: Sequence[Book], as_of: date) -> Book | None:
    """The book on the classes of assets, where a selected book is of its jurisdiction and an edition is in force."""
    first = editions_of(ASSET_CLASSIFICATION)[0].edition
    is_asked = any(book.edition.jurisdiction == first.jurisdiction for book in books)
    if not is_asked or as_of < first.effective_from:
        return None
    return _book(ASSET_CLASSIFICATION, as_of, {})


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


def _book(name: str | LoadedEdition, as_of: date, wanted: Mapping[str, str]) -> Book:
    own = name if isinstance(name, LoadedEdition) else edition_in_force(name, as_of)
    measuring = edition_in_force(own.edition.measures_of, as_of) if own.edition.measures_of else own
    grouping = edition_in_force(own.edition.grouping_of, as_of) if own.edition.grouping_of else own
    lender = measuring.edition.counterparty_of
    counterparty = edition_in_force(lender, as_of) if lender else measuring
    keeper = measuring.edition.haircuts_of
    cutting = edition_in_force(keeper, as_of) if keeper else measuring
    haircuts = _standing(cutting.edition, cutting.edition.haircut, wanted)
    converting = own if own.edition.conversion_factor else measuring
    opening = own if own.edition.look_through else measuring
    return Book(
        edition=own.edition,
        digest=own.digest,
        choices=_choices(own.edition, wanted),
        measurement=measuring.edition.measurement or _NOTHING,
        grouping=_grouping(grouping.edition, wanted),
        limits=_standing(own.edition, own.edition.limit, wanted),
        thresholds=_standing(own.edition, own.edition.threshold, wanted),
        look_through=next(iter(_standing(opening.edition, opening.edition.look_through, wanted)), None),
        conversion_factors=_standing(converting.edition, converting.edition.conversion_factor, wanted),
        exemptions=_standing(measuring.edition, measuring.edition.exemption, wanted),
        simplified_methods=_standing(measuring.edition, measuring.edition.simplified_method, wanted),
        mitigations=_standing(measuring.edition, measuring.edition.mitigation, wanted),
        risk_weights=_standing(measuring.edition, measuring.edition.risk_weight, wanted),
        haircuts=haircuts,
        holding_periods=_standing(cutting.edition, cutting.edition.holding_period, wanted),
        maturity_mismatch=measuring.edition.maturity_mismatch,
        signals=_standing(own.edition, own.edition.signal, wanted),
        data_ages=_standing(own.edition, own.edition.data_age, wanted),
        breach_duties=_standing(own.edition, own.edition.breach_duty, wanted),
        guarantee_network=next(iter(_standing(own.edition, own.edition.guarantee_network, wanted)), None),
        joint_credit=_standing(own.edition, own.edition.joint_credit, wanted),
        joint_limit=next(iter(_standing(own.edition, own.edition.joint_limit, wanted)), None),
        dependence_search=next(iter(_standing(own.edition, own.edition.dependence_search, wanted)), None),
        borrowed={
            lender.edition.id: lender.digest
            for lender in (measuring, grouping, counterparty, cutting)
            if lender is not own
        },
        nominal_shares=_standing(measuring.edition, measuring.edition.nominal_share, wanted),
        counterparty=CounterpartyRules(
            counterparty.edition.sa_ccr,
            _standing(counterparty.edition, counterparty.edition.supervisory_factor, wanted),
            haircuts,
            counterparty.digest + cutting.digest,
        ),
        asset_scope=own.edition.asset_scope,
        class_triggers=_standing(own.edition, own.edition.class_trigger, wanted),
    )


def _choices(edition: Edition, wanted: Mapping[str, str]) -> dict[str, str]:
    """The value of each choice of the edition: what the caller wants, else the first."""
    chosen = {}
    for choice in edition.choice:
        value = wanted.get(f"{edition.id}.{choice.name}", choice.values[0])
        allowed = choice.partial if ":" in value else choice.values
        if choice_value(value) not in allowed or (":" in value and not choice_parties(value)):
            by_party = (f"{each}:PARTY;PARTY" for each in choice.partial)
            raise CallerError(
                f"{edition.id}.{choice.name} cannot be {value!r}.",
                why="A book is applied under the readings it offers, and no other.",
                remedy=f"It is one of {', '.join((*choice.values, *by_party))}.",
            )
        chosen[choice.name] = value
    return chosen


def _grouping(edition: Edition, wanted: Mapping[str, str]) -> Grouping | None:
    """The grouping that the choices leave in force, with the parties that the choice behind it names."""
    for grouping in _standing(edition, edition.grouping, wanted):
        chosen = _choices(edition, wanted)
        named = tuple(party for name in grouping.when for party in choice_parties(chosen[name]))
        return grouping.model_copy(update={"separate_parties": named}) if named else grouping
    return None


def _standing(
    edition: Edition, entries: tuple[AnyEntry, ...], wanted: Mapping[str, str]
) -> tuple[AnyEntry, ...]:
    """The entries that the choices of their edition leave in force."""
    chosen = _choices(edition, wanted)
    return tuple(
        entry
        for entry in entries
        if all(choice_value(chosen[name]) == value for name, value in entry.when.items())
    )
