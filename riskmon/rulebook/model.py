"""What a rulebook may say: a closed vocabulary of frozen shapes, each entry with its source.

An edition is one instrument as it stood from one date. Ratios are exact decimals, amounts of conversion and
haircut whole basis points. An entry with `when` applies only under the named choices.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from riskmon.domain import terms

Bp = Annotated[int, Field(ge=0, le=10_000)]
"""Basis points of the whole."""


def _all_of(vocabulary: tuple[str, ...]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A misspelled word would match nothing, and the rule would silently not apply."""

    def check(words: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [word for word in words if word not in vocabulary]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not one of {', '.join(vocabulary)}")
        return words

    return check


Products = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.PRODUCTS))]
PartyKinds = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.PARTY_KINDS))]
ProtectionKinds = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.PROTECTION_KINDS))]
ControlBases = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.CONTROL_BASES))]
DependenceBases = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.DEPENDENCE_BASES))]
FamilyBases = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.FAMILY_BASES))]
RelationshipKinds = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.RELATIONSHIP_KINDS))]
GovernmentLevels = Annotated[tuple[str, ...], AfterValidator(_all_of(terms.GOVERNMENT_LEVELS))]
Grade = Annotated[str, AfterValidator(lambda grade: _all_of(terms.GRADES)((grade,))[0])]

PartyClass = Literal[
    "any", "non_interbank", "interbank", "gsib", "dsib", "anonymous", "qccp_non_clearing", "ccp_non_qualifying",
    "institution", "no_institution", "related_party",
]  # fmt: skip
"""Which parties a limit is for. A group has the class of its anchor; it is an institution if one of its members is.
A related party is one in the bank's own register, unless it is a bank."""


class Rule(BaseModel):
    """Anything a rulebook states. Frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Rule):
    """Where a rule is written, and how sure we are of the fact: the printed text was checked, or it was not."""

    clause: str = Field(min_length=1)
    certainty: Literal["verified", "unverified"]
    document: str = ""
    note: str = ""


class Sourced(Rule):
    """A rule with the place where it is written."""

    source: Source


class Entry(Sourced):
    """A rule of its own; with `when`, in force only under these choices."""

    when: dict[str, str] = Field(default_factory=dict)


class Choice(Entry):
    """A reading or an election that the instrument leaves to the bank; the first value is the default.

    A value in `partial` may be followed by `:PARTY;PARTY`: it is then made for these parties only.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    values: tuple[str, ...] = Field(min_length=2)
    partial: tuple[str, ...] = ()


def choice_value(chosen: str) -> str:
    """The value of a choice without the parties that it is made for."""
    return chosen.partition(":")[0]


def choice_parties(chosen: str) -> tuple[str, ...]:
    """The parties that a choice is made for; empty is all."""
    return tuple(party.strip() for party in chosen.partition(":")[2].split(";") if party.strip())


class WarningLines(Rule):
    """Shares of the limit from which each warning level is shown, mildest first; a missing level is not used."""

    blue: Decimal | None = None
    yellow: Decimal | None = None
    orange: Decimal | None = None
    red: Decimal | None = None

    def lines(self) -> list[tuple[str, Decimal]]:
        """The levels that are used with their shares, mildest first."""
        return [(level, share) for level, share in self if share is not None]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        shares = [share for _, share in self.lines()]
        if shares != sorted(set(shares)) or any(share <= 0 for share in shares):
            raise ValueError("warning lines must be positive and rise from blue to red")
        return self


class FloorAmount(Rule):
    """An amount that a limit does not fall below, and the share of the limit's base that it may not lift it above."""

    amount: Annotated[int, Field(gt=0)]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    cap_ratio: Decimal = Field(gt=0, le=1)


class Limit(Entry):
    """The most `measure` that a subject of `applies_to` may carry, as a share of the capital `base`.

    Compliant is `measure <= base * ratio`; a breach is strictly above. `floor` (in whole units of its currency) lifts
    a limit that would be lower. `counts = "non_institutions"` measures only the members that are no institutions.
    `grace_months` is the time to comply after a party came into the class of systemically important banks. The
    subject `bank` is all obligors of the class together. `base_date` says as at when the capital is taken.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    title_zh: str
    subjects: tuple[Literal["obligor", "group", "bank"], ...] = Field(min_length=1)
    applies_to: PartyClass
    measure: Literal["exposure", "loan_balance", "credit_balance"]
    base: Literal["net_capital", "tier1_capital"]
    base_date: Literal["newest", "prior_quarter_end"] = "newest"
    ratio: Decimal = Field(gt=0, le=1)
    floor: FloorAmount | None = None
    counts: Literal["all", "non_institutions"] = "all"
    is_hard: bool
    grace_months: int = Field(default=0, ge=0)
    warning: WarningLines = WarningLines()

    @property
    def base_key(self) -> str:
        """What tells its capital figure from others: the base, and the date where it is not the newest."""
        return self.base if self.base_date == "newest" else f"{self.base}@{self.base_date}"


class Threshold(Entry):
    """A line that triggers a duty: a report, a search. Not a limit.

    `top_n` is how many of the largest subjects are reported beside those that reach the line.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    base: Literal["net_capital", "tier1_capital"]
    ratio: Decimal = Field(gt=0, le=1)
    boundary: Literal["above", "at_or_above"]
    top_n: int | None = Field(default=None, ge=1)


class ConversionFactor(Entry):
    """The share of an undrawn or contingent amount that counts as exposure.

    A condition that is given must hold; one that is not known takes the reading with the higher factor.
    """

    products: Products = Field(min_length=1)
    factor_bp: Bp
    is_cancellable: bool | None = None
    is_qualifying: bool | None = None
    original_maturity: Literal["up_to_one_year", "over_one_year"] | None = None


class Measurement(Entry):
    """How the book measures: which figure its exposure is, and what comes off before protection.

    `measure = "credit_balance"` makes the book's figure a balance at nominal value instead of an exposure value.
    """

    measure: Literal["exposure", "credit_balance"]
    deducts_provision: bool
    includes_accrued_interest: bool = True
    loan_products: Products = ()


class Exemption(Entry):
    """Exposures that the book leaves out of its limits. Every condition that is given must hold.

    `min_grade` is the worst external grade of the party's country that still exempts.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    party_kinds: PartyKinds = ()
    countries: tuple[str, ...] = ()
    government_levels: GovernmentLevels = ()
    products: Products = ()
    min_grade: Grade | None = None
    is_qualifying_ccp: bool | None = None
    is_subordinated: bool | None = None
    is_intraday: bool | None = None
    is_settlement: bool | None = None
    is_deducted_from_capital: bool | None = None


class Mitigation(Entry):
    """Protection that the book recognises, and what it does.

    `deduct` takes the protected amount off the obligor; `substitute` also adds it to the provider.
    `provider_kinds` empty means that the provider does not matter.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    protection_kinds: ProtectionKinds = Field(min_length=1)
    effect: Literal["deduct", "substitute"]
    provider: Literal["any", "own_bank", "other"] = "any"
    provider_kinds: PartyKinds = ()
    provider_countries: tuple[str, ...] = ()
    min_grade: Grade | None = None
    must_outlast_claim: bool
    haircut_bp: Bp = 0


class DependenceTest(Sourced):
    """A situation of economic dependence, and the share from which it counts where a share is recorded."""

    bases: DependenceBases = Field(min_length=1)
    at_least_bp: Bp | None = None


class ExposureGate(Sourced):
    """Exposure to one of two parties must pass this line before anything between them counts."""

    base: Literal["net_capital", "tier1_capital"]
    ratio: Decimal = Field(gt=0, le=1)
    boundary: Literal["above", "at_or_above"]


class Grouping(Entry):
    """Who counts together: what is control, which other links join, what dependence does.

    `votes_above_bp`: votes strictly above it control. `dependence`: off, directed (the dependent joins the party
    it relies on, not the reverse) or merge_all. `hub_kinds`: parties of these kinds never join what they control.
    `pools_linked_votes`: relatives, and parties that act in concert, vote as one where their link counts.
    `separate_kinds`: a party of these kinds stands beside each party directly linked with it, and connects none of
    them with another; `separate_parties`, which the choice that brings the entry may name, narrows this to links
    with one of them at an end. `institution_kinds`: who is an institution for the limits that ask.
    `relied_on_excludes_kinds`: relying on a party of these kinds is no dependence. `ungrouped_products`: exposure to
    a central counterparty in these products stays out of the sum of a group. `gate`: see there. `of_register`: the
    groups are those of a register of the bank's own, and no relationship counts.
    """

    votes_above_bp: Bp
    control_bases: ControlBases
    linked_kinds: RelationshipKinds = ()
    linked_bases: FamilyBases = ()
    pools_linked_votes: bool = False
    dependence: Literal["off", "directed", "merge_all"]
    dependence_tests: tuple[DependenceTest, ...] = ()
    dependence_excludes_kinds: PartyKinds = ()
    hub_kinds: PartyKinds = ()
    interbank_kinds: PartyKinds = ()
    separate_kinds: PartyKinds = ()
    separate_parties: tuple[str, ...] = ()
    institution_kinds: PartyKinds = ()
    relied_on_excludes_kinds: PartyKinds = ()
    ungrouped_products: Products = ()
    gate: ExposureGate | None = None
    of_register: Literal["related_parties"] | None = None


class JointCredit(Entry):
    """When an enterprise comes under joint credit: at least so many banks, and a balance at all banks in this range.

    Balances are in whole units of `currency`; the lower end is included, the upper one is not.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    title_zh: str
    bank_count: int = Field(ge=1)
    balance_at_least: int = Field(gt=0)
    balance_below: int | None = Field(default=None, gt=0)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class JointLimit(Entry):
    """The limit that the banks of one enterprise have agreed on; its amount stands in the table `joint_credit`.

    `warning_bp`: the share of it from which the banks are warned, where the table names no other.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    title_zh: str
    warning_bp: Bp
    is_hard: bool


class SignalRule(Entry):
    """One early-warning signal: the lines from which each severity is raised, and its other numbers.

    `lines` are in the unit that the signal's docstring names; `boundary` says whether the line itself raises.
    """

    id: str = Field(pattern=r"^[A-I]\d{2}$")
    title: str
    title_zh: str
    boundary: Literal["above", "at_or_above"] = "at_or_above"
    lines: dict[Literal["blue", "yellow", "orange", "red"], Decimal] = Field(default_factory=dict)
    veto: Literal["never", "red", "hard_breach"] = "never"
    parameters: dict[str, Decimal] = Field(default_factory=dict)


class GuaranteeNetwork(Entry):
    """What counts as a shape of the guarantee network, and where a search in it ends.

    `readable_size`: a circle of more parties is split around those that hold `core_share_bp` of the guaranteed amount,
    each with what is within `hops` of it. The bounds are those of `graph_models.ring_arrays.RingBounds`.
    """

    chain_size: int = Field(ge=2)
    star_size: int = Field(ge=2)
    hub_size: int = Field(ge=2)
    pool_size: int = Field(ge=3)
    pool_density_bp: Bp
    readable_size: int = Field(ge=2)
    core_share_bp: Bp
    hops: int = Field(ge=1)
    cycle_length: int = Field(ge=2)
    cycle_count: int = Field(ge=1)
    search_steps: int = Field(ge=1)
    removal_steps: int = Field(ge=1)


class Edition(Rule):
    """One instrument as it stood from one date. Immutable once a run has cited it.

    `measures_of` and `grouping_of` name a book whose measurement or grouping this one uses as it stands on the
    run's date.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    title_zh: str = ""
    document: str
    jurisdiction: str
    effective_from: date
    supersedes: str = ""
    measures_of: str = ""
    grouping_of: str = ""
    choice: tuple[Choice, ...] = ()
    measurement: Measurement | None = None
    grouping: tuple[Grouping, ...] = ()
    limit: tuple[Limit, ...] = ()
    threshold: tuple[Threshold, ...] = ()
    conversion_factor: tuple[ConversionFactor, ...] = ()
    exemption: tuple[Exemption, ...] = ()
    mitigation: tuple[Mitigation, ...] = ()
    signal: tuple[SignalRule, ...] = ()
    guarantee_network: tuple[GuaranteeNetwork, ...] = ()
    joint_credit: tuple[JointCredit, ...] = ()
    joint_limit: tuple[JointLimit, ...] = ()

    @model_validator(mode="after")
    def _choices_exist(self) -> Self:
        offered = {choice.name: choice.values for choice in self.choice}
        for entry in self.entries():
            for name, value in entry.when.items():
                if value not in offered.get(name, ()):
                    raise ValueError(f"`when` names {name} = {value!r}, which no choice of the book offers")
        return self

    def entries(self) -> tuple[Entry, ...]:
        """Every entry of the edition, in the order of its shapes."""
        measurement = () if self.measurement is None else (self.measurement,)
        return (
            *self.choice, *measurement, *self.grouping, *self.limit, *self.threshold, *self.conversion_factor,
            *self.exemption, *self.mitigation, *self.signal, *self.guarantee_network, *self.joint_credit,
            *self.joint_limit,
        )  # fmt: skip

    def clause(self, entry: Sourced) -> str:
        """Document and clause of an entry, as a reader would cite it."""
        return f"{entry.source.document or self.document}, {entry.source.clause}"
