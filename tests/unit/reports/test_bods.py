"""Statements of the ownership standard. Expected statements are written by hand from its schema."""

from datetime import date

import polars as pl
import pytest

from riskmon.reports.bods import Publication, bods_package

PUBLISHED = Publication(date(2026, 6, 30), "A bank")
PARTIES = [
    {"party_id": "A", "name": "Anna Ltd", "kind": "corporate", "country": "GB", "registration_number": "00102498"},
    {"party_id": "B", "name": "Bank of B", "kind": "bank", "country": "DE"},
    {"party_id": "P", "name": "Ada", "kind": "person", "country": "GB"},
]  # fmt: skip


def package(*relationships, parties=PARTIES):
    return bods_package(
        pl.DataFrame(parties), pl.DataFrame(relationships, infer_schema_length=None), PUBLISHED
    )


def link(**cells):
    return {"relationship_id": "R", "source_party_id": "P", "target_party_id": "A", "kind": "shareholding",
            "known_since": date(2024, 3, 1)} | cells  # fmt: skip


def record(found, record_id):
    return next(one for one in found.statements() if one["recordId"] == record_id)


def test_a_company_is_an_entity_with_its_numbers_and_a_person_a_person():
    found = package(link())
    assert [one["recordType"] for one in found.statements()] == ["entity", "entity", "person", "relationship"]
    assert record(found, "A")["recordDetails"] == {
        "isComponent": False,
        "entityType": {"type": "registeredEntity"},
        "name": "Anna Ltd",
        "jurisdiction": {"name": "GB", "code": "GB"},
        "identifiers": [{"scheme": "GB-COH", "id": "00102498"}],
    }
    assert record(found, "B")["recordDetails"]["entityType"] == {
        "type": "registeredEntity",
        "details": "bank",
    }
    assert record(found, "P")["recordDetails"]["personType"] == "knownPerson"


def test_a_statement_says_who_published_it_when_and_where_it_is_known_from():
    said = record(package(link(evidence="annual report, p. 12", recorded_by="Li")), "R")
    assert said["statementDate"] == "2024-03-01"
    assert said["publicationDetails"] == {
        "publicationDate": "2026-06-30", "bodsVersion": "0.4", "publisher": {"name": "A bank"},
    }  # fmt: skip
    assert said["source"] == {
        "type": ["thirdParty"], "description": "annual report, p. 12", "assertedBy": [{"name": "Li"}],
    }  # fmt: skip
    assert len(said["statementId"]) == 32


@pytest.mark.parametrize(
    ("cells",                                             "interests"),
    [
        ({"voting_bp": 3334, "economic_bp": 5000},        [("votingRights", {"exact": 33.34}), ("shareholding", {"exact": 50})]),
        ({"voting_min_bp": 5001, "voting_max_bp": 7500},  [("votingRights", {"exclusiveMinimum": 50, "maximum": 75})]),
        ({"economic_bp": 4000},                           [("rightsToProfitOrIncome", {"exact": 40})]),
        ({},                                              [("votingRights", None)]),
        ({"kind": "control", "basis": "board"},           [("appointmentOfBoard", None)]),
        ({"kind": "control", "basis": "statutes"},        [("controlViaCompanyRulesOrArticles", None)]),
        ({"kind": "control", "basis": "consolidation"},   [("otherInfluenceOrControl", None)]),
        ({"kind": "key_person"},                          [("boardMember", None)]),
    ],
)  # fmt: skip
def test_a_relationship_is_the_interests_that_it_is_made_of(cells, interests):
    found = record(package(link(**cells)), "R")["recordDetails"]["interests"]
    assert [(interest["type"], interest.get("share")) for interest in found] == interests


@pytest.mark.parametrize(
    ("cells",                                                   "reason"),
    [
        ({"kind": "guarantee"},                                 "the standard has interests only, and this is none"),
        ({"kind": "family", "basis": "spouse"},                 "the standard has interests only, and this is none"),
        ({"kind": "key_person", "source_party_id": "B"},        "a firm is no officer"),
        ({"assessment": "rejected"},                            "the standard cannot say that something is not so"),
        ({"known_until": date(2025, 1, 1)},                     "the source has taken it back"),
        ({"voting_bp": 12500},                                  "a share is below nothing or above the whole"),
        ({"faults": ["value_invalid"]},                         "an id, an end or a cell of it is missing or cannot be read"),
        ({"target_party_id": None},                             "an id, an end or a cell of it is missing or cannot be read"),
    ],
)  # fmt: skip
def test_what_the_standard_cannot_say_is_left_out_and_told(cells, reason):
    found = package(link(relationship_id="S"), link(**cells))
    assert [one["recordId"] for one in found.statements()] == ["A", "B", "P", "S"]
    assert found.untold.select("row_count", "reason").rows() == [(1, reason)]


def test_a_value_without_a_place_is_told_with_its_column():
    found = package(
        link(is_ring_fenced=True), parties=[*PARTIES, {"party_id": "Q", "kind": "fund", "industry": "K64"}]
    )
    assert found.untold.select("table", "what", "row_count").rows() == [
        ("parties", "industry", 1), ("relationships", "is_ring_fenced", 1),
    ]  # fmt: skip


def test_the_same_facts_are_the_same_package_whatever_the_order_of_rows():
    one, other = link(), link(relationship_id="S", voting_bp=1)
    forth = list(package(one, other).statements())
    assert forth == list(package(other, one, parties=PARTIES[::-1]).statements())
