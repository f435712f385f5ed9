"""What every rulebook entry is made of: the closed vocabularies, the source, the frozen shape."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from riskmon.domain import terms

Bp = Annotated[int, Field(ge=0, le=10_000)]
"""Basis points of the whole."""


def all_of(vocabulary: tuple[str, ...]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A misspelled word would match nothing, and the rule would silently not apply."""

    def check(words: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [word for word in words if word not in vocabulary]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not one of {', '.join(vocabulary)}")
        return words

    return check


Products = Annotated[tuple[str, ...], AfterValidator(all_of(terms.PRODUCTS))]
PartyKinds = Annotated[tuple[str, ...], AfterValidator(all_of(terms.PARTY_KINDS))]
ProtectionKinds = Annotated[tuple[str, ...], AfterValidator(all_of(terms.PROTECTION_KINDS))]
ControlBases = Annotated[tuple[str, ...], AfterValidator(all_of(terms.CONTROL_BASES))]
DependenceBases = Annotated[tuple[str, ...], AfterValidator(all_of(terms.DEPENDENCE_BASES))]
FamilyBases = Annotated[tuple[str, ...], AfterValidator(all_of(terms.FAMILY_BASES))]
RelationshipKinds = Annotated[tuple[str, ...], AfterValidator(all_of(terms.RELATIONSHIP_KINDS))]
GovernmentLevels = Annotated[tuple[str, ...], AfterValidator(all_of(terms.GOVERNMENT_LEVELS))]
Grade = Annotated[str, AfterValidator(lambda grade: all_of(terms.GRADES)((grade,))[0])]


class Rule(BaseModel):
    """Anything a rulebook states. Frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FixedAmount(Rule):
    """An amount that a text states in whole units of a currency, whatever the bank reports in."""

    amount: Annotated[int, Field(gt=0)]
    currency: str = Field(pattern=r"^[A-Z]{3}$")


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
