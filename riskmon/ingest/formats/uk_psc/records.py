"""Records of the snapshot: one JSON object a line, with a company number and what the register says of it.

A line that is no record, or that breaks a rule, is a finding with its place; the other lines are read all the same. A
last line that is cut off is the caller's mistake: more may be missing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass as plain_dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, StrictBool, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.bods.values import IsoDate, Text
from riskmon.ingest.formats.imported import ImportFinding
from riskmon.ingest.formats.opened import UNREADABLE, opened_text, unreadable

_REMEDY = "Deliver the snapshot of persons with significant control complete, as JSON Lines in UTF-8, plain or packed."


@dataclass(frozen=True, slots=True)
class Links:
    """Where the register shows the record."""

    self: Text | None = None


@dataclass(frozen=True, slots=True)
class Identification:
    """Where and how a body is registered, in free text."""

    country_registered: Text | None = None
    place_registered: Text | None = None
    registration_number: Text | None = None
    legal_form: Text | None = None
    legal_authority: Text | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """What the register says: a person, a body, a statement about the company, or an exemption."""

    kind: Text
    etag: Text | None = None
    links: Links | None = None
    name: Text | None = None
    identification: Identification | None = None
    natures_of_control: tuple[Text, ...] = ()
    notified_on: IsoDate | None = None
    ceased_on: IsoDate | None = None
    ceased: StrictBool | None = None
    statement: Text | None = None
    linked_psc_name: Text | None = None
    exemptions: dict[str, Any] | None = None
    persons_of_significant_control_count: int | None = None
    statements_count: int | None = None
    exemptions_count: int | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    data: Data
    company_number: Annotated[Text, Field(pattern=r"^[0-9A-Z]{8}$")] | None = None
    content_date: Annotated[IsoDate | None, Field(alias="ContentDate")] = None


@plain_dataclass(frozen=True, slots=True)
class Record:
    """What one line says about one company."""

    company_number: str
    data: Data
    content_date: IsoDate | None

    @property
    def key(self) -> str:
        """The register's own key of the record within its company: the end of its address."""
        address = (self.data.links and self.data.links.self) or self.data.etag or self.data.kind
        return address.rstrip("/").rsplit("/", 1)[-1]

    @property
    def address(self) -> str:
        """What a finding names: the record's address in the register."""
        return (self.data.links and self.data.links.self) or f"{self.company_number}/{self.key}"


class Totals(NamedTuple):
    """How many records the publisher says a snapshot has."""

    announced: int


_LINE = TypeAdapter(_Line)


def read_lines(path: Path, findings: list[ImportFinding]) -> Iterator[Record | Totals]:
    """The records of one file; what cannot be read goes to the findings.

    Raises:
        CallerError: a file that is missing, damaged, cut off, or holds no record of the register.
    """
    has_record = False
    try:
        with opened_text(path) as file:
            for number, text in enumerate(file, start=1):
                if not text.strip():
                    continue
                found = _read(text, f"line {number} of {path.name}", findings)
                has_record = has_record or found is not None
                if found is not None:
                    yield found
    except UNREADABLE as error:
        raise unreadable(path, error, _REMEDY) from error
    if not has_record:
        raise CallerError(f"{path} holds no record of the register.", remedy=_REMEDY)


def _read(text: str, place: str, findings: list[ImportFinding]) -> Record | Totals | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not text.endswith("\n"):
            raise ValueError(f"{place} is cut off or not JSON ({error})") from error
        findings.append(ImportFinding("record_refused", "", "", f"Left out: {place} is not JSON ({error})."))
        return None
    try:
        line = _LINE.validate_python(value)
    except ValidationError as error:
        findings.append(_refused(value, place, "; ".join(map(_rule, error.errors(include_url=False)))))
        return None
    if line.data.kind.startswith("totals#"):
        counts = (line.data.persons_of_significant_control_count, line.data.statements_count,
                  line.data.exemptions_count)  # fmt: skip
        return Totals(sum(count or 0 for count in counts))
    if line.company_number is None:
        findings.append(_refused(value, place, "company_number: Field required"))
        return None
    return Record(line.company_number, line.data, line.content_date)


def _rule(fault: ErrorDetails) -> str:
    path = ".".join(str(step) for step in fault["loc"]) or "$"
    return f"{path}: {fault['msg'].removeprefix('Value error, ')}"


def _refused(value: object, place: str, rules: str) -> ImportFinding:
    named = value if isinstance(value, dict) else {}
    data = named.get("data")
    links = data.get("links") if isinstance(data, dict) else None
    address = links.get("self") if isinstance(links, dict) else None
    number = named.get("company_number")
    return ImportFinding(
        "record_refused",
        address if isinstance(address, str) else "",
        number if isinstance(number, str) else "",
        f"Left out: {place}: {rules}.",
    )
