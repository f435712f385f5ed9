"""Statements of the Beneficial Ownership Data Standard 0.4, as far as this import reads them.

A statement whose parts named here break the standard cannot be read and is refused. The rest of the standard is
checked in `unread`: a fault there is reported, and the statement is imported all the same.
"""

from dataclasses import dataclass as plain_dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Discriminator, Tag, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from riskmon.ingest.formats.bods import values
from riskmon.ingest.formats.bods.unread import UNREAD_PARTS
from riskmon.ingest.formats.bods.values import MODEL, FilledText, Text

Status = Literal["new", "updated", "closed"]

InterestType = Literal[
    "shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial",
    "settlor", "trustee", "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution",
    "rightsToProfitOrIncome", "rightsGrantedByContract", "conditionalRightsGrantedByContract",
    "controlViaCompanyRulesOrArticles", "controlByLegalFramework", "boardMember", "boardChair", "unknownInterest",
    "unpublishedInterest", "enjoymentAndUseOfAssets", "rightToProfitOrIncomeFromAssets", "nominee", "nominator",
]  # fmt: skip

UnspecifiedReason = Literal[
    "noBeneficialOwners", "subjectUnableToConfirmOrIdentifyBeneficialOwner",
    "interestedPartyHasNotProvidedInformation", "subjectExemptFromDisclosure", "interestedPartyExemptFromDisclosure",
    "unknown", "informationUnknownToPublisher",
]  # fmt: skip

EntityKind = Literal[
    "registeredEntity", "legalEntity", "arrangement", "anonymousEntity", "unknownEntity", "state", "stateBody"
]


@dataclass(frozen=True, slots=True, config=MODEL)
class Unspecified:
    """Why a party is not named."""

    reason: UnspecifiedReason
    description: Text | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Jurisdiction:
    """Where an entity is registered: a country or one of its parts."""

    name: Text
    code: values.JurisdictionCode | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Country:
    """A country, of a nationality."""

    name: Text | None = None
    code: values.CountryCode | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Identifier:
    """A public identifier: the number, and the register that gave it."""

    id: Text | None = None
    scheme: Text | None = None
    scheme_name: Text | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class EntityType:
    """What an entity is."""

    type: EntityKind
    subtype: Literal["governmentDepartment", "stateAgency", "other", "trust", "nomination"] | None = None
    details: Text | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Entity:
    """A company, an arrangement, a state or one of its bodies.

    `incorporated_in_jurisdiction` is the name of `jurisdiction` before 0.4, which publishers still use.
    """

    entity_type: EntityType
    name: Text | None = None
    alternate_names: tuple[Text, ...] = ()
    jurisdiction: Jurisdiction | None = None
    incorporated_in_jurisdiction: Jurisdiction | None = None
    identifiers: tuple[Identifier, ...] = ()
    unspecified_entity_details: Unspecified | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Name:
    """One name of a person."""

    type: (
        Literal["legal", "individual", "translation", "transliteration", "former", "alternative", "birth"]
        | None
    ) = None
    full_name: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Person:
    """A natural person."""

    person_type: Literal["knownPerson", "anonymousPerson", "unknownPerson"]
    names: tuple[Name, ...] = ()
    nationalities: tuple[Country, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    unspecified_person_details: Unspecified | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Share:
    """A share of an interest in percent: exact, or a band with open or closed ends."""

    exact: values.Percent | None = None
    minimum: values.Percent | None = None
    maximum: values.Percent | None = None
    exclusive_minimum: values.Percent | None = None
    exclusive_maximum: values.Percent | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class Interest:
    """One interest of a party in an entity."""

    type: InterestType | None = None
    direct_or_indirect: Literal["direct", "indirect", "unknown"] = "unknown"
    details: Text | None = None
    share: Share | None = None
    start_date: values.IsoDate | None = None
    end_date: values.IsoDate | None = None
    beneficial_ownership_or_control: Any = None

    @property
    def is_declared_control(self) -> bool:
        """Whether the source calls it beneficial ownership or control, by its own law and threshold."""
        return self.beneficial_ownership_or_control is True


_PartyReference = Annotated[
    Annotated[FilledText, Tag("(id)")] | Annotated[Unspecified, Tag("(reason)")],
    Discriminator(lambda value: "(id)" if isinstance(value, str) else "(reason)"),
]


@dataclass(frozen=True, slots=True, config=MODEL)
class Relationship:
    """The interests of one party in another; a record with components sums up what these say one by one."""

    subject: _PartyReference
    interested_party: _PartyReference
    interests: tuple[Interest, ...] = ()
    component_records: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=MODEL)
class _Envelope:
    statement_id: FilledText
    statement_date: values.Instant
    record_id: FilledText
    record_type: Literal["entity", "person", "relationship"]
    record_details: dict[str, Any]
    record_status: Status = "new"


@plain_dataclass(frozen=True, slots=True)
class Statement:
    """What a source said about one record on one day."""

    statement_id: str
    record_id: str
    status: Status
    declared_at: datetime
    details: Entity | Person | Relationship


class Reading(NamedTuple):
    """A statement as read, or None where it is refused; and every fault, as `path: rule`."""

    statement: Statement | None
    faults: tuple[str, ...]


_ENVELOPE = TypeAdapter(_Envelope)
_DETAILS: dict[str, TypeAdapter[Any]] = {
    "entity": TypeAdapter(Entity),
    "person": TypeAdapter(Person),
    "relationship": TypeAdapter(Relationship),
}


def read_statement(element: object) -> Reading:
    """Read one element of a package. Never raises: what breaks the standard becomes a fault."""
    try:
        envelope = _ENVELOPE.validate_python(element)
    except ValidationError as error:
        return Reading(None, _faults(error))
    try:
        details = _DETAILS[envelope.record_type].validate_python(envelope.record_details)
    except ValidationError as error:
        return Reading(None, _faults(error, "recordDetails"))
    statement = Statement(
        envelope.statement_id, envelope.record_id, envelope.record_status, envelope.statement_date, details
    )
    try:
        UNREAD_PARTS[envelope.record_type].validate_python(element)
    except ValidationError as error:
        return Reading(statement, _faults(error))
    return Reading(statement, ())


def _faults(error: ValidationError, *prefix: str) -> tuple[str, ...]:
    return tuple(
        f"{_path((*prefix, *fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_url=False, include_context=False)
    )


def _path(location: tuple[int | str, ...]) -> str:
    """`recordDetails.interests[0].share.exact`; the tags of a union are no part of the path."""
    steps = [
        f"[{step}]" if isinstance(step, int) else f".{step}"
        for step in location
        if not str(step).startswith("(")
    ]
    return "".join(steps).removeprefix(".") or "$"
