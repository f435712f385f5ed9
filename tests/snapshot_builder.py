"""A small finished run, written by hand from the declared tables: no stage of ours computes any of it.

Net capital is 10,000.00 CNY, so 15 % of it, the line of `group_credit`, is 1,500.00.

    P1 -R1-> P2 -R2-> P3      700 + 600 + 230 = 1,530: 30 over the line
    Q1 -R3-> P3               100 + 230 = 330, of which 100 is not complete
    S1 -R4?-> Q1              50; R4 is doubtful and joins nobody
"""

import hashlib
import json
from datetime import date
from pathlib import Path

import polars as pl

from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.loader import shipped_editions

RUN_ID = "c0ffee"
CLAUSE = "Example bank, concentration policy, 4.2"


def write_snapshot(data_dir: Path, *, run_id=RUN_ID, as_of="2026-06-30", sequence=1, tables=None) -> Path:
    """One finished run; `tables` replaces the rows of the tables it names."""
    folder = data_dir / f"as_of={as_of}" / f"run_id={run_id}"
    folder.mkdir(parents=True)
    rows = {**sample_tables(), **(tables or {})}
    for name, table in OUTPUT_TABLES.items():
        delivered = [{column: row.get(column) for column in table.schema} for row in rows.get(name, [])]
        table.shape(pl.DataFrame(delivered, schema=table.schema)).write_parquet(folder / f"{name}.parquet")
    (folder / "manifest.json").write_text(json.dumps(manifest(run_id, as_of, sequence)), encoding="utf-8")
    return folder


def manifest(run_id=RUN_ID, as_of="2026-06-30", sequence=1) -> dict:
    return {
        "run_id": run_id,
        "as_of": as_of,
        "known_at": as_of,
        "level": "solo",
        "currency": "CNY",
        "books": [_book("example_policy")],
        "early_warning": _book("early_warning"),
        "asset_classification": None,
        "inputs": {"parties": hashlib.sha256(b"parties").hexdigest()},
        "code": {"version": "0.1.0"},
        "counts": {"parties": 5, "obligors": 5, "facilities": 5, "relationships": 4, "groups": 3, "findings": 2,
                   "quarantined": 1},
        "completed_at": "2026-07-01T02:00:00+00:00",
        "sequence": sequence,
    }  # fmt: skip


def sample_tables() -> dict[str, list[dict]]:
    return {
        "parties": [
            {"party_id": "P1", "name": "River Paper", "kind": "corporate", "country": "CN", "industry": "C22", "is_own_bank": False},
            {"party_id": "P2", "name": "River Mill", "kind": "corporate", "country": "CN", "is_own_bank": False},
            {"party_id": "P3", "name": "Pulp Depot", "kind": "corporate", "country": "CN", "is_own_bank": False},
            {"party_id": "Q1", "name": "Queen Stores", "kind": "corporate", "country": "CN", "is_own_bank": False},
            {"party_id": "S1", "name": None, "kind": "bank", "country": "CN", "is_own_bank": False},
        ],
        "relationships": [
            _relationship("R1", "P1", "P2", "shareholding", "confirmed", voting_bp=6_000),
            _relationship("R2", "P2", "P3", "economic_dependence", "none", dependence_bp=8_000, basis="receipts"),
            _relationship("R3", "Q1", "P3", "economic_dependence", "confirmed", basis="expenditure"),
            _relationship("R4", "S1", "Q1", "control", "doubtful", basis="contract"),
        ],
        "facilities": [
            _facility("F1", "P1", drawn_minor=70_000),
            _facility("F2", "P2", drawn_minor=60_000, past_due_days=95),
            _facility("F3", "P3", drawn_minor=23_000),
            _facility("F4", "Q1", drawn_minor=5_000, currency="JPY", maturity_date=date(2028, 12, 31)),
            _facility("F5", "S1", drawn_minor=5_000),
        ],
        "exposures": [
            _facility_exposure("F1", "P1", 70_000),
            _facility_exposure("F2", "P2", 60_000),
            _facility_exposure("F3", "P3", 23_000),
            _facility_exposure("F4", "Q1", 10_000),
            _facility_exposure("F5", "S1", 5_000),
        ],
        "obligor_exposures": [
            _exposure(70_000, obligor_id="P1"),
            _exposure(60_000, obligor_id="P2"),
            _exposure(23_000, obligor_id="P3"),
            _exposure(10_000, obligor_id="Q1", is_complete=False),
            _exposure(5_000, obligor_id="S1"),
        ],
        "group_exposures": [
            _exposure(153_000, group_id="example_policy/P1"),
            _exposure(33_000, group_id="example_policy/Q1", is_complete=False),
            _exposure(5_000, group_id="example_policy/S1"),
        ],
        "group_members": [
            _member("P1", "P1", "anchor"),
            _member("P1", "P2", "controlled", "R1"),
            _member("P1", "P3", "dependent", "R1", "R2"),
            _member("Q1", "Q1", "anchor"),
            _member("Q1", "P3", "dependent", "R3"),
            _member("S1", "S1", "anchor"),
            _member("S1", "X9", "connector", "R99"),
        ],
        "group_changes": [
            {"book_id": "example_policy", "group_id": "example_policy/P1", "change": "joined", "party_id": "P3",
             "relationship_ids": ["R2"], "cause": "relationship", "explanation": "P3 is a member now."},
        ],
        "attribution": [
            {"book_id": "example_policy", "subject_kind": "group", "subject_id": "example_policy/P1",
             "limit_id": None, "measure": "exposure", "cause": "group_membership", "change_minor": 33_000},
        ],
        "headroom": [
            _headroom("group", "example_policy/P1", 153_000, warning_level="red"),
            _headroom("group", "example_policy/Q1", 33_000, is_complete=False),
            _headroom("group", "example_policy/S1", 5_000),
            _headroom("obligor", "S1", 5_000, limit_id="interbank", limit_minor=None),
        ],
        "breaches": [
            {"book_id": "example_policy", "limit_id": "group_credit", "subject_kind": "group",
             "subject_id": "example_policy/P1", "measure": "exposure", "exposure_minor": 153_000,
             "limit_minor": 150_000, "base_minor": 1_000_000, "excess_minor": 3_000, "utilisation_ratio": 1.02,
             "warning_level": "red", "clause": CLAUSE, "is_hard": True, "is_complete": True,
             "since_date": date(2026, 3, 31), "since_run_id": "decade", "cause": "group_membership",
             "change_minor": -33_000, "report": "immediately", "deadline_date": date(2026, 3, 31),
             "duty_clause": "Policy, 5.6"},
        ],
        "signals": [
            {"subject_kind": "group", "subject_id": "example_policy/P1", "signal_id": "G01", "state": "raised",
             "severity": "yellow", "is_veto": False, "cause_id": "P2", "evidence": "A member is late."},
            {"subject_kind": "obligor", "subject_id": "P2", "signal_id": "F01", "state": "raised", "severity": "red",
             "is_veto": True, "cause_id": "P2", "evidence": "F2 is 95 days past due.", "clause": "Catalogue, F01"},
            {"subject_kind": "obligor", "subject_id": "S1", "signal_id": "F01", "state": "not_evaluable"},
        ],
        "findings": [
            {"finding_code": "column_unknown", "table": "parties", "row_count": 5, "sample": ["colour"],
             "message": "A column is not read.", "remedy": "Leave it out.", "owner": "data steward"},
            {"finding_code": "rate_missing", "table": "facilities", "subject_id": "F6", "row_count": 1,
             "sample": ["F6"], "message": "No rate.", "remedy": "Deliver it.", "owner": "treasury"},
        ],
        "not_evaluated": [{"item": "payments", "missing": "payments", "effect": "Flows between members."}],
    }  # fmt: skip


def _book(book_id):
    loaded = shipped_editions()[book_id][-1]
    return {
        "book_id": book_id, "title": loaded.edition.title, "title_zh": loaded.edition.title_zh,
        "effective_from": loaded.edition.effective_from.isoformat(), "document": loaded.edition.document,
        "digest": loaded.digest, "choices": {},
        "borrowed": {lender: shipped_editions()[lender][-1].digest for lender in (loaded.edition.grouping_of,) if lender},
    }  # fmt: skip


def _relationship(relationship_id, source, target, kind, assessment, **columns):
    return {
        "relationship_id": relationship_id, "source_party_id": source, "target_party_id": target, "kind": kind,
        "assessment": assessment, "is_suggested": False, "evidence_text": "Company register",
        "counting_books": [] if assessment == "doubtful" else ["example_policy"], **columns,
    }  # fmt: skip


def _facility(facility_id, obligor_id, **columns):
    return {
        "facility_id": facility_id,
        "obligor_id": obligor_id,
        "product": "loan",
        "currency": "CNY",
        **columns,
    }


def _facility_exposure(facility_id, obligor_id, exposure_minor):
    return {
        "facility_id": facility_id, "source": "facilities", "obligor_id": obligor_id, "book_id": "example_policy", "category": "general",
        "exposure_gross_minor": exposure_minor, "mitigated_out_minor": 0, "mitigated_in_minor": 0,
        "exposure_minor": exposure_minor, "exempt_minor": 0, "is_complete": True,
    }  # fmt: skip


def _exposure(exposure_minor, **columns):
    return {
        "book_id": "example_policy", "exposure_gross_minor": exposure_minor, "mitigated_out_minor": 0,
        "mitigated_in_minor": 0, "exposure_minor": exposure_minor, "exempt_minor": 0,
        "general_minor": exposure_minor, "specific_minor": 0, "trading_minor": 0, "counterparty_minor": 0,
        "potential_minor": 0, "other_minor": 0, "if_confirmed_minor": exposure_minor, "is_complete": True, **columns,
    }  # fmt: skip


def _member(anchor_id, party_id, role, *reason):
    return {
        "group_id": f"example_policy/{anchor_id}", "party_id": party_id, "role": role, "anchor_id": anchor_id,
        "book_id": "example_policy", "reason": list(reason),
    }  # fmt: skip


def _headroom(subject_kind, subject_id, exposure_minor, *, limit_minor=150_000, **columns):
    """A row against the line of 1,500.00; without a limit nothing that depends on it is known."""
    known = {} if limit_minor is None else {
        "base_minor": 1_000_000, "headroom_minor": limit_minor - exposure_minor,
        "excess_minor": max(exposure_minor - limit_minor, 0), "utilisation_ratio": exposure_minor / limit_minor,
        "is_binding": True, "is_breach": exposure_minor > limit_minor,
    }  # fmt: skip
    return {
        "subject_kind": subject_kind, "subject_id": subject_id, "book_id": "example_policy",
        "limit_id": "group_credit", "measure": "exposure", "exposure_minor": exposure_minor,
        "limit_minor": limit_minor, "clause": CLAUSE, "is_hard": True, "is_complete": True, **known, **columns,
    }  # fmt: skip
