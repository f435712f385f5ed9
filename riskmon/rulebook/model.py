"""What a rulebook may say: a closed vocabulary of frozen shapes, each entry with its source.

An edition is one instrument as it stood from one date. Ratios are exact decimals, amounts of conversion and
haircut whole basis points. An entry with `when` applies only under the named choices.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from riskmon.domain import terms
from riskmon.rulebook.base import (
    Bp,
    ControlBases,
    DependenceBases,
    Entry,
    FamilyBases,
    FixedAmount,
    PartyKinds,
    Products,
    RelationshipKinds,
    Rule,
    Sourced,
    all_of,
)
from riskmon.rulebook.breach import BreachDuty
from riskmon.rulebook.classification import AssetScope, ClassTrigger
from riskmon.rulebook.counterparty import NominalShare, SaCcr, SupervisoryFactor
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

PartyClass = Literal[
    "any", "non_interbank", "interbank", "gsib", "dsib", "anonymous", "qccp_non_clearing", "ccp_non_qualifying",
    "institution", "no_institution", "related_party", "zero_weight_government",
]  # fmt: skip
"""Which parties a limit is for. A group has the class of its anchor; it is an institution if one of its members is.
A related party is one in the bank's own register, unless it is a bank. A government or central bank is of zero weight
where the bank delivers that weight."""


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


class FloorAmount(FixedAmount):
    """An amount that a limit does not fall below, and the share of the limit's base that it may not lift it above."""

    cap_ratio: Decimal = Field(gt=0, le=1)


class Limit(Entry):
    """The most `measure` that a subject of `applies_to` may carry, as a share of the capital `base`.

    Compliant is `measure <= base * ratio`; a breach is strictly above. `floor` (in whole units of its currency) lifts
    a limit that would be lower. `counts = "non_institutions"` measures only the members that are no institutions;
    `"clearing_and_rest_each"` the larger of what a central counterparty owes from clearing and from everything else.
    `grace_months` is the time to comply after a party came into the class of systemically important banks. The
    subject `bank` is all obligors of the class together. `base_date` says as at when the capital is taken. An obligor of
    a class in `spares` is not held to the limit, since one of its own stands in its place; a group always is.
    `waivable_ratio` is how far the text lets the bank itself allow the limit to be passed, as a share of it.
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
    spares: tuple[PartyClass, ...] = ()
    counts: Literal["all", "non_institutions", "clearing_and_rest_each"] = "all"
    is_hard: bool
    grace_months: int = Field(default=0, ge=0)
    warning: WarningLines = WarningLines()
    waivable_ratio: Decimal = Field(default=Decimal(0), ge=0, le=1)

    @property
    def base_key(self) -> str:
        """What tells its capital figure from others: the base, and the date where it is not the newest."""
        return self.base if self.base_date == "newest" else f"{self.base}@{self.base_date}"

    @model_validator(mode="after")
    def _clearing_of_obligors(self) -> Self:
        if self.counts == "clearing_and_rest_each" and self.subjects != ("obligor",):
            raise ValueError("clearing is counted apart for obligors only")
        return self


class Threshold(Entry):
    """A line that triggers a duty: a report, a search. Not a limit.

    `top_n` is how many of the largest subjects are reported beside those that reach the line; `fixed_amount` the
    amount from which one below the line is reported as well, on the consolidated perimeter.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    base: Literal["net_capital", "tier1_capital"]
    ratio: Decimal = Field(gt=0, le=1)
    boundary: Literal["above", "at_or_above"]
    top_n: int | None = Field(default=None, ge=1)
    fixed_amount: FixedAmount | None = None


class DependenceTest(Sourced):
    """Situations of economic dependence, and when they count.

    `at_least_bp` is the share from which one counts where a share is recorded; a text without a number has none.
    `guarantee_against` says what a guarantee is a share of: what the guarantor owns, or what the bank has at stake
    with it. Relying on a party of `excludes_source_kinds`, or on the bank itself, is then no dependence.
    """

    bases: DependenceBases = Field(min_length=1)
    at_least_bp: Bp | None = None
    guarantee_against: Literal["net_assets", "exposure"] = "net_assets"
    excludes_source_kinds: PartyKinds = ()
    excludes_own_bank: bool = False


class DependenceSearch(Entry):
    """How the bank's own data are searched for dependence that nobody has recorded.

    `lines` are the shares from which a link is proposed, by situation, where a book's text has no number.
    """

    window_months: int = Field(ge=1)
    lines: dict[str, Bp]

    @model_validator(mode="after")
    def _lines_are_of_situations(self) -> Self:
        all_of(terms.DEPENDENCE_BASES)(tuple(self.lines))
        return self


class ExposureGate(Sourced):
    """Exposure to one of two parties must pass this line before anything between them counts."""

    base: Literal["net_capital", "tier1_capital"]
    ratio: Decimal = Field(gt=0, le=1)
    boundary: Literal["above", "at_or_above"]


class CommonSupport(Sourced):
    """Structures behind which the same third party of material support stands are one risk with one another."""


class Grouping(Entry):
    """Who counts together: what is control, which other links join, what dependence does.

    `votes_above_bp`: votes strictly above it control. `dependence`: off, directed (the dependent joins the party
    it relies on, not the reverse) or merge_all. `hub_kinds`: parties of these kinds never join what they control.
    `pools_linked_votes`: relatives, and parties that act in concert, vote as one where their link counts.
    `separate_kinds`: a party of these kinds stands beside each party directly linked with it, and connects none of
    them with another; `separate_parties`, which the choice that brings the entry may name, narrows this to links
    with one of them at an end. `institution_kinds`: who is an institution for the limits that ask.
    `relied_on_excludes_kinds`: relying on a party of these kinds is no dependence. `ungrouped_products`: exposure to
    a central counterparty in these products stays out of the sum of a group. `gate`, `common_support`: see there.
    `of_register`: the groups are those of a register of the bank's own, and no relationship counts.
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
    common_support: CommonSupport | None = None
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


class DataAge(Entry):
    """How many days old a table's newest row may be before it is stale."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    most_days: int = Field(ge=0)


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
    run's date; `counterparty_of` the one by which derivatives are measured, `haircuts_of` the one whose haircuts and
    holding periods stand for this one's own.
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
    counterparty_of: str = ""
    haircuts_of: str = ""
    choice: tuple[Choice, ...] = ()
    measurement: Measurement | None = None
    grouping: tuple[Grouping, ...] = ()
    limit: tuple[Limit, ...] = ()
    threshold: tuple[Threshold, ...] = ()
    look_through: tuple[LookThrough, ...] = ()
    conversion_factor: tuple[ConversionFactor, ...] = ()
    exemption: tuple[Exemption, ...] = ()
    simplified_method: tuple[SimplifiedMethod, ...] = ()
    mitigation: tuple[Mitigation, ...] = ()
    risk_weight: tuple[RiskWeight, ...] = ()
    haircut: tuple[Haircut, ...] = ()
    holding_period: tuple[HoldingPeriod, ...] = ()
    maturity_mismatch: MaturityMismatch | None = None
    nominal_share: tuple[NominalShare, ...] = ()
    sa_ccr: SaCcr | None = None
    supervisory_factor: tuple[SupervisoryFactor, ...] = ()
    signal: tuple[SignalRule, ...] = ()
    guarantee_network: tuple[GuaranteeNetwork, ...] = ()
    data_age: tuple[DataAge, ...] = ()
    joint_credit: tuple[JointCredit, ...] = ()
    joint_limit: tuple[JointLimit, ...] = ()
    dependence_search: tuple[DependenceSearch, ...] = ()
    asset_scope: AssetScope | None = None
    class_trigger: tuple[ClassTrigger, ...] = ()
    breach_duty: tuple[BreachDuty, ...] = ()

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
        shapes = (self.measurement, self.maturity_mismatch, self.sa_ccr, self.asset_scope)
        single = (each for each in shapes if each is not None)
        return (
            *self.choice, *single, *self.grouping, *self.limit, *self.threshold, *self.look_through,
            *self.conversion_factor, *self.exemption, *self.mitigation, *self.risk_weight, *self.haircut,
            *self.holding_period, *self.nominal_share, *self.supervisory_factor, *self.signal,
            *self.guarantee_network, *self.data_age, *self.joint_credit, *self.joint_limit, *self.dependence_search,
            *self.class_trigger, *self.simplified_method, *self.breach_duty,
        )  # fmt: skip

    def clause(self, entry: Sourced) -> str:
        """Document and clause of an entry, as a reader would cite it."""
        return f"{entry.source.document or self.document}, {entry.source.clause}"
