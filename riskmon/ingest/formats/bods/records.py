"""Records: of all that was said about a company, a person or a relationship, what was said last."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from riskmon.ingest.formats.bods.package import elements
from riskmon.ingest.formats.bods.statements import Relationship, Statement, read_statement
from riskmon.ingest.formats.imported import ImportFinding

_STATUS_ORDER = {"new": 0, "updated": 1, "closed": 2}


@dataclass(slots=True)
class Records:
    """The newest statement of each record, by record id, and what was found in the packages.

    The newest is the one declared last; of one day a closing counts after an update, then the larger statement id.
    """

    parties: dict[str, Statement] = field(default_factory=dict)
    relationships: dict[str, Statement] = field(default_factory=dict)
    findings: list[ImportFinding] = field(default_factory=list)

    def find(self, code: str, statement_id: str, record_id: str, message: str) -> None:
        """Note a finding."""
        self.findings.append(ImportFinding(code, statement_id, record_id, message))


@dataclass(slots=True)
class _Repeated:
    """Records with several statements: the ids of all of them, and the ids that two different ones carry."""

    statement_ids: dict[str, set[str]] = field(default_factory=dict)
    conflicts: set[str] = field(default_factory=set)


def read_records(files: Iterable[Path]) -> Records:
    """The records of all packages, the same whatever the order of files and statements."""
    records, repeated = Records(), _Repeated()
    for path in files:
        for element in elements(path):
            statement, faults = read_statement(element)
            if faults:
                _note_faults(records, element, statement, faults)
            if statement is not None:
                is_link = isinstance(statement.details, Relationship)
                _keep(records.relationships if is_link else records.parties, statement, repeated)
    _note_repeated(records, repeated)
    return records


def _note_faults(
    records: Records, element: object, statement: Statement | None, faults: tuple[str, ...]
) -> None:
    named = element if isinstance(element, dict) else {}
    statement_id, record_id = (_text(named.get(key)) for key in ("statementId", "recordId"))
    rules = "; ".join(faults)
    if statement is None:
        records.find("statement_refused", statement_id, record_id, f"The statement is left out: {rules}.")
    else:
        records.find(
            "statement_invalid", statement_id, record_id, f"The statement is read all the same: {rules}."
        )


def _note_repeated(records: Records, repeated: _Repeated) -> None:
    for record_id, statement_ids in repeated.statement_ids.items():
        kept = records.relationships.get(record_id) or records.parties[record_id]
        if len(statement_ids) > 1:
            records.find(
                "statement_replaced", kept.statement_id, record_id,
                f"Of {len(statement_ids)} statements about the record the newest counts.",
            )  # fmt: skip
        if kept.statement_id in repeated.conflicts:
            records.find(
                "statement_conflict", kept.statement_id, record_id,
                "Two different statements carry this id; one of them was taken.",
            )  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _keep(kept: dict[str, Statement], statement: Statement, repeated: _Repeated) -> None:
    other = kept.setdefault(statement.record_id, statement)
    if other == statement:
        return
    repeated.statement_ids.setdefault(statement.record_id, set()).update(
        (statement.statement_id, other.statement_id)
    )
    if statement.statement_id == other.statement_id:
        repeated.conflicts.add(statement.statement_id)
    # Two different statements under one id: which one counts must not depend on the order of delivery.
    kept[statement.record_id] = max(statement, other, key=lambda one: (_order(one), repr(one)))


def _order(statement: Statement) -> tuple[float, int, str]:
    return statement.declared_at.timestamp(), _STATUS_ORDER[statement.status], statement.statement_id
