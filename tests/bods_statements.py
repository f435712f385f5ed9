"""Tiny valid statements of the ownership standard, each with parts to override, and the file that holds them."""

import json
from collections.abc import Iterable
from pathlib import Path

Statement = dict[str, object]


def statement(record_type: str, record_id: str, details: Statement, **overrides: object) -> Statement:
    """A statement of 1 March 2024; its id is the record's, padded to the least length of the standard."""
    return {
        "statementId": f"{record_id}-{'0' * 32}"[:64],
        "declarationSubject": "A",
        "statementDate": "2024-03-01",
        "recordId": record_id,
        "recordType": record_type,
        "recordStatus": "new",
        "recordDetails": {"isComponent": False} | details,
    } | overrides


def entity(record_id: str = "A", *, details: Statement | None = None, **overrides: object) -> Statement:
    """A registered company."""
    described = {"entityType": {"type": "registeredEntity"}, "name": f"Name of {record_id}"}
    return statement("entity", record_id, described | (details or {}), **overrides)


def person(record_id: str = "P", *, details: Statement | None = None, **overrides: object) -> Statement:
    """A person who is known."""
    described = {
        "personType": "knownPerson",
        "names": [{"type": "legal", "fullName": f"Name of {record_id}"}],
    }
    return statement("person", record_id, described | (details or {}), **overrides)


def owns(
    record_id: str = "R", *interests: Statement, details: Statement | None = None, **overrides: object
) -> Statement:
    """P's interests in A."""
    described: Statement = {"subject": "A", "interestedParty": "P", "interests": list(interests)}
    return statement("relationship", record_id, described | (details or {}), **overrides)


def interest(kind: str | None, share: Statement | None = None, **overrides: object) -> Statement:
    """One interest; without a share if none is given."""
    named = {} if kind is None else {"type": kind}
    return named | ({} if share is None else {"share": share}) | overrides


def write_package(path: Path, statements: Iterable[Statement]) -> Path:
    """The statements as one JSON array."""
    path.write_text(json.dumps(list(statements)), encoding="utf-8")
    return path
