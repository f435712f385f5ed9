"""Who becomes which party. Expected rows are read off the statements by hand."""

import pytest

from riskmon.ingest.formats.bods import read_bods
from tests.bods_statements import entity, interest, owns, person, write_package

LEI = "253400JT3MQWNDKMJE44"
OTHER_LEI = "391200PKEUF3Y2NUMW25"


def numbered(record_id, *identifiers, **overrides):
    listed = [{"scheme": scheme, "id": number} for scheme, number in identifiers]
    return entity(record_id, details={"identifiers": listed, **overrides.pop("details", {})}, **overrides)


@pytest.fixture
def imports(tmp_path):
    def read(*statements):
        return read_bods([write_package(tmp_path / "package.json", statements)])

    return read


def rows(tables, *columns):
    return tables.parties.select(columns).rows()


def codes(tables):
    return tables.findings["finding_code"].to_list()


def test_a_party_is_named_by_its_lei_and_keeps_its_numbers(imports):
    tables = imports(
        numbered(
            "X",
            ("XI-LEI", LEI),
            ("GB-COH", "00102498"),
            details={"jurisdiction": {"name": "UK", "code": "GB"}},
        )
    )
    assert rows(tables, "party_id", "lei", "registration_number", "country") == [(LEI, LEI, "00102498", "GB")]


def test_a_malformed_lei_names_nobody(imports):
    assert rows(imports(numbered("X", ("XI-LEI", "253400"))), "party_id", "lei") == [("X", "253400")]


def test_a_chinese_credit_code_has_its_own_column(imports):
    # The check character L follows from the first 17 characters by the weights 3**i mod 31 of GB 32100-2015.
    china = {"jurisdiction": {"name": "China", "code": "CN"}}
    tables = imports(numbered("X", ("CN-SAIC", "91110000600037341L"), details=china))
    assert rows(tables, "uscc", "registration_number") == [("91110000600037341L", None)]


def test_a_part_of_a_country_counts_as_the_country(imports):
    delaware = {"incorporatedInJurisdiction": {"name": "Delaware", "code": "US-DE"}}
    assert rows(imports(entity(details=delaware)), "country") == [("US",)]


@pytest.mark.parametrize(
    ("stated", "kind", "level"),
    [
        ("registeredEntity", "corporate", None),
        ("legalEntity", "corporate", None),
        ("arrangement", "spv", None),
        ("state", "sovereign", "central"),
        ("stateBody", "public_sector", None),
    ],
)
def test_the_type_of_an_entity_gives_the_kind(imports, stated, kind, level):
    tables = imports(entity(details={"entityType": {"type": stated}}))
    assert rows(tables, "kind", "government_level") == [(kind, level)]


def test_a_person_has_the_legal_name_and_the_first_nationality(imports):
    names = [
        {"type": "alternative", "fullName": "Jenny"},
        {"type": "legal", "givenName": "Jennifer", "familyName": "Smith"},
    ]
    tables = imports(person(details={"names": names, "nationalities": [{"name": "British", "code": "GB"}]}))
    assert rows(tables, "name", "kind", "country") == [("Jennifer Smith", "person", "GB")]


@pytest.mark.parametrize(
    ("stated", "name", "kind"),
    [
        (person(details={"personType": "unknownPerson", "names": []}), "Unknown person (no reason given)", "person"),
        (
            person(details={"personType": "anonymousPerson", "names": [],
                            "unspecifiedPersonDetails": {"reason": "interestedPartyExemptFromDisclosure"}}),
            "Unknown person (interestedPartyExemptFromDisclosure)",
            "person",
        ),
        (
            entity("P", details={"entityType": {"type": "unknownEntity"}, "name": ""}),
            "Unknown entity (no reason given)",
            "corporate",
        ),
    ],
)  # fmt: skip
def test_a_party_that_is_not_known_is_a_party_and_a_finding(imports, stated, name, kind):
    tables = imports(stated)
    assert rows(tables, "party_id", "name", "kind") == [("P", name, kind)]
    assert codes(tables) == ["party_unknown"]


def test_an_owner_who_is_not_named_is_a_party_of_that_record_alone(imports):
    why = {"reason": "interestedPartyHasNotProvidedInformation"}
    held = interest("votingRights", {"exact": 60})
    tables = imports(
        entity(),
        owns("R", held, details={"interestedParty": why}),
        owns("S", held, details={"interestedParty": why}),
    )
    assert tables.relationships["source_party_id"].to_list() == ["R/interested-party", "S/interested-party"]
    assert rows(tables, "party_id", "kind")[1:] == [
        ("R/interested-party", "corporate"),
        ("S/interested-party", "corporate"),
    ]
    assert tables.parties["name"][1].startswith("Unknown")
    assert codes(tables) == ["party_unknown", "party_unknown"]


def test_where_nobody_owns_there_is_no_party_and_no_relationship(imports):
    tables = imports(entity(), owns("R", details={"interestedParty": {"reason": "noBeneficialOwners"}}))
    assert (tables.parties.height, tables.relationships.height) == (1, 0)
    assert codes(tables) == ["no_owner_declared"]


def test_a_party_that_was_not_delivered_is_kept_without_a_name(imports):
    tables = imports(entity(), owns("R", interest("votingRights", {"exact": 60})))
    assert rows(tables, "party_id", "name", "kind") == [
        ("A", "Name of A", "corporate"),
        ("P", None, "corporate"),
    ]
    assert codes(tables) == ["reference_missing"]


def test_records_with_one_lei_are_one_party_that_the_newest_describes(imports):
    old = numbered("X", ("XI-LEI", LEI), ("GB-COH", "1"), statementDate="2020-01-01")
    new = numbered("Y", ("XI-LEI", LEI), statementDate="2024-01-01")
    for statements in ([old, new], [new, old]):
        tables = imports(
            *statements, owns("R", interest(None), details={"subject": "X", "interestedParty": "Y"})
        )
        assert rows(tables, "party_id", "name", "registration_number") == [(LEI, "Name of Y", "1")]
        assert codes(tables) == ["identity_merged"]
        assert tables.relationships.select("source_party_id", "target_party_id").rows() == [(LEI, LEI)]


def test_records_with_one_company_number_stay_apart_and_are_a_finding(imports):
    by_lei = numbered("X", ("XI-LEI", LEI), ("GB-COH", "00102498"))
    by_number = numbered("GB-COH-00102498", ("GB-COH", "00102498"))
    elsewhere = numbered("Z", ("XI-LEI", OTHER_LEI), ("DK-CVR", "00102498"))
    tables = imports(by_lei, by_number, elsewhere)
    assert rows(tables, "party_id") == [(LEI,), (OTHER_LEI,), ("GB-COH-00102498",)]
    assert codes(tables) == ["identity_duplicate"]


def test_a_closed_company_stays_a_party(imports):
    assert rows(imports(entity(recordStatus="closed")), "party_id") == [("A",)]
