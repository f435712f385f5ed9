"""Records: all that was said about a relationship, oldest first; of a company or a person what was said last."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from riskmon.ingest.formats.bods.package import BrokenLine, elements
from riskmon.ingest.formats.bods.statements import Relationship, Statement, read_statement
from riskmon.ingest.formats.imported import ImportFinding

_STATUS_ORDER = {"new": 0, "updated": 1, "closed": 2}


@dataclass(slots=True)
class Records:
    """The statements by record id, and what was found in the packages.

    A later statement is one declared later; of one day a closing comes after an update, then the larger statement id.
    """

    parties: dict[str, Statement] = field(default_factory=dict)
    relationships: dict[str, list[Statement]] = field(default_factory=dict)
    findings: list[ImportFinding] = field(default_factory=list)

    def find(self, code: str, statement_id: str, record_id: str, message: str) -> None:
        """Note a finding."""
        self.findings.append(ImportFinding(code, statement_id, record_id, message))


_Said = dict[str, dict[str, Statement]]
"""Statements by record id and statement id."""


def read_records(files: Iterable[Path]) -> Records:
    """The records of all packages, the same whatever the order of files and statements."""
    records, parties, relationships = Records(), _Said(), _Said()
    for path in files:
        for position, element in enumerate(elements(path), start=1):
            if isinstance(element, BrokenLine):
                message = (
                    f"Line {element.number} of {path.name} is not JSON ({element.reason}); it is left out."
                )
                records.find("statement_refused", "", "", message)
                continue
            statement, faults = read_statement(element)
            if faults:
                place = f"element {position} of {path.name}"
                _note_faults(records, element, place, is_refused=statement is None, faults=faults)
            if statement is not None:
                is_link = isinstance(statement.details, Relationship)
                _keep(relationships if is_link else parties, statement, records)
    for record_id, said in parties.items():
        records.parties[record_id] = _in_order(said)[-1]
        _note_replaced(records, record_id, said, "the newest counts")
    for record_id, said in relationships.items():
        records.relationships[record_id] = _in_order(said)
        _note_replaced(records, record_id, said, "each counts for its own time")
    return records


def _note_faults(
    records: Records, element: object, place: str, *, is_refused: bool, faults: tuple[str, ...]
) -> None:
    """A fault by statement and rule; where the statement has no id, by its place in the file."""
    named = element if isinstance(element, dict) else {}
    statement_id, record_id = (_text(named.get(key)) for key in ("statementId", "recordId"))
    code = "statement_refused" if is_refused else "statement_invalid"
    outcome = "left out" if is_refused else "read all the same"
    where = "" if statement_id else f" ({place})"
    records.find(code, statement_id, record_id, f"The statement{where} is {outcome}: {'; '.join(faults)}.")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _keep(kept: _Said, statement: Statement, records: Records) -> None:
    said = kept.setdefault(statement.record_id, {})
    other = said.setdefault(statement.statement_id, statement)
    if other != statement:
        # Two different statements under one id: which one counts must not depend on the order of delivery.
        said[statement.statement_id] = max(statement, other, key=lambda one: (_order(one), repr(one)))
        records.find(
            "statement_conflict", statement.statement_id, statement.record_id,
            "Two different statements carry this id; one of them was taken.",
        )  # fmt: skip


def _note_replaced(records: Records, record_id: str, said: dict[str, Statement], outcome: str) -> None:
    if len(said) > 1:
        records.find(
            "statement_replaced", _in_order(said)[-1].statement_id, record_id,
            f"Of {len(said)} statements about the record {outcome}.",
        )  # fmt: skip


def _in_order(said: dict[str, Statement]) -> list[Statement]:
    return sorted(said.values(), key=_order)


def _order(statement: Statement) -> tuple[float, int, str]:
    return statement.declared_at.timestamp(), _STATUS_ORDER[statement.status], statement.statement_id
