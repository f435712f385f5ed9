"""What a planted story is: its parties, and what a run must say about them."""

from dataclasses import dataclass, field

from riskmon.domain.money import decimal_text
from riskmon.samples.draft import REPORTING_CURRENCY


@dataclass(frozen=True, slots=True)
class ExpectedGroup:
    """A group with exactly these members, each of which has exposure."""

    book_id: str
    anchor_id: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedLimit:
    """A limit that is broken or kept; `exposure` is what the limit measures, as decimal text, where it is exact."""

    book_id: str
    limit_id: str
    subject_kind: str
    subject_id: str
    is_breach: bool
    exposure: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedSignal:
    """A signal that must be raised with this severity."""

    signal_id: str
    subject_kind: str
    subject_id: str
    severity: str
    is_veto: bool = False


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A finding that the data must lead to."""

    finding_code: str
    table: str


@dataclass(frozen=True, slots=True)
class ExpectedSuggestion:
    """A link that the data must suggest, as doubtful."""

    relationship_id: str
    basis: str
    source_party_id: str
    target_party_id: str


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """A subject that a book asks to be reported in this set of `large_exposures`."""

    book_id: str
    set: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Everything that a run must say about a story."""

    groups: tuple[ExpectedGroup, ...] = ()
    limits: tuple[ExpectedLimit, ...] = ()
    signals: tuple[ExpectedSignal, ...] = ()
    findings: tuple[ExpectedFinding, ...] = ()
    suggestions: tuple[ExpectedSuggestion, ...] = ()
    reports: tuple[ExpectedReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One planted story."""

    id: str
    title_en: str
    title_zh: str
    documentation: str
    party_ids: tuple[str, ...]
    expected: Expected = field(default_factory=Expected)


def in_books(anchor_id: str, members: tuple[str, ...], books: tuple[str, ...]) -> tuple[ExpectedGroup, ...]:
    """The same group under several books."""
    return tuple(ExpectedGroup(book_id, anchor_id, tuple(sorted(members))) for book_id in books)


def group_limit(
    book_id: str, limit_id: str, anchor_id: str, measured: int, *, is_breach: bool
) -> ExpectedLimit:
    """A limit on a group, at an exact measure in minor units."""
    text = decimal_text(measured, REPORTING_CURRENCY)
    return ExpectedLimit(book_id, limit_id, "group", f"{book_id}/{anchor_id}", is_breach, text)


def obligor_limit(
    book_id: str, limit_id: str, obligor_id: str, measured: int, *, is_breach: bool
) -> ExpectedLimit:
    """A limit on one obligor, at an exact measure in minor units."""
    text = decimal_text(measured, REPORTING_CURRENCY)
    return ExpectedLimit(book_id, limit_id, "obligor", obligor_id, is_breach, text)


def group_signal(
    signal_id: str, book_id: str, anchor_id: str, severity: str, *, is_veto: bool = False
) -> ExpectedSignal:
    """A signal on a group of one book."""
    return ExpectedSignal(signal_id, "group", f"{book_id}/{anchor_id}", severity, is_veto)


def obligor_signal(
    signal_id: str, obligor_id: str, severity: str, *, is_veto: bool = False
) -> ExpectedSignal:
    """A signal on one obligor."""
    return ExpectedSignal(signal_id, "obligor", obligor_id, severity, is_veto)
