"""One party under several ids. The LEIs are those of two issuers, their check digits are sound."""

from datetime import date

import pytest
from stdnum.cn import uscc

from riskmon.operations.import_data import import_bods
from tests.builders import (
    cover,
    facility,
    found,
    incomplete,
    party,
    protection,
    relationship,
    shareholding,
    validated,
)

LEI, OTHER_LEI = "5493001KJTIIGC8Y1R12", "213800LH1BZH3DI6G760"
CODE = "91110000" + "10000001X"
CODE += uscc.calc_check_digit(CODE)


def aliases(frames):
    return frames["party_aliases"].rows()


def ids(frames):
    return frames["parties"]["party_id"].to_list()


@pytest.mark.parametrize(
    ("facts",                                                     "cited"),
    [
        ({"uscc": CODE},                                          ("uscc", CODE)),
        ({"lei": LEI},                                            ("lei", LEI)),
        ({"registration_number": "00102498"},                     ("registration_number", "00102498")),
        ({"registration_number": "12", "lei": LEI},               ("lei", LEI)),
    ],
)  # fmt: skip
def test_two_ids_with_one_public_number_are_one_party_under_the_smaller(tmp_path, facts, cited):
    frames = validated(tmp_path, parties=[party("B", **facts), party("C"), party("A", **facts)])
    assert ids(frames) == ["A", "C"]
    assert aliases(frames) == [("B", "A", *cited)]
    assert found(frames, "identity_merged") == [("parties", 1, ["A = B"])]
    assert frames["quarantine_rows"].is_empty()


def test_a_number_may_be_spelled_with_blanks_hyphens_and_small_letters(tmp_path):
    frames = validated(
        tmp_path, parties=[party("A", lei=LEI), party("B", lei=f" {LEI[:4]}-{LEI[4:].lower()}")]
    )
    assert aliases(frames) == [("B", "A", "lei", LEI)]


def test_ids_that_only_a_third_connects_are_one_party(tmp_path):
    chain = [
        party("C", lei=LEI),
        party("B", lei=LEI, registration_number="4077"),
        party("A", registration_number="4077"),
    ]
    frames = validated(tmp_path, parties=chain)
    assert ids(frames) == ["A"]
    # A took the LEI of the others, which it did not know
    assert frames["parties"].select("lei", "registration_number").rows() == [(LEI, "4077")]
    assert aliases(frames) == [("B", "A", "lei", LEI), ("C", "A", "lei", LEI)]


def test_what_the_party_does_not_know_itself_it_takes_from_its_aliases(tmp_path):
    rows = [
        party("A", lei=LEI, industry=None, name="First"),
        party("B", lei=LEI, industry="C22", name="Second"),
    ]
    assert validated(tmp_path, parties=rows)["parties"].select("name", "industry").rows() == [
        ("First", "C22")
    ]


@pytest.mark.parametrize(
    ("one",                                          "other"),
    [
        ({"registration_number": "4077"},              {"registration_number": "4077", "country": "US"}),   # another register
        ({"registration_number": "4077"},              {"registration_number": "4077", "country": None}),   # no register known
        ({"registration_number": "0000"},            {"registration_number": "0000"}),                  # a placeholder
        ({"uscc": "919900000000000000"},             {"uscc": "919900000000000000"}),                   # wrong check digit
        ({"lei": "X"},                               {"lei": "X"}),
        ({"name": "Same"},                           {"name": "Same"}),                                 # a name decides nothing
    ],
)  # fmt: skip
def test_nothing_is_merged_without_a_sound_number_of_one_register(tmp_path, one, other):
    frames = validated(tmp_path, parties=[party("A", **one), party("B", **other)])
    assert ids(frames) == ["A", "B"]
    assert found(frames, "identity_conflict") == found(frames, "identity_merged") == []


@pytest.mark.parametrize(
    "facts",
    [{"kind": "person"}, {"country": "US"}, {"uscc": CODE}, {"lei": LEI, "registration_number": "9876"}],
)
def test_ids_whose_facts_differ_are_left_apart_and_reported(tmp_path, facts):
    shared = (
        {"lei": LEI}
        if "registration_number" not in facts
        else {"registration_number": "9876", "lei": OTHER_LEI}
    )
    code = "92110000" + "10000001X"
    sound = {"uscc": code + uscc.calc_check_digit(code)} if "uscc" in facts else {}
    frames = validated(
        tmp_path, parties=[party("A", **{**shared, **sound}), party("B", **{**shared, **facts})]
    )
    assert ids(frames) == ["A", "B"]
    assert found(frames, "identity_conflict") == [("parties", 1, ["A = B"])]
    assert aliases(frames) == []


def test_an_unknown_kind_or_country_differs_from_nothing(tmp_path):
    rows = [party("A", lei=LEI, kind=None, country=None), party("B", lei=LEI)]
    assert validated(tmp_path, parties=rows)["parties"].select("kind", "country").rows() == [
        ("corporate", "CN")
    ]


def test_a_number_that_more_than_ten_ids_carry_is_nobodys(tmp_path):
    rows = [party(f"P{number:02}", registration_number="123") for number in range(11)]
    assert len(ids(validated(tmp_path / "11", parties=rows))) == 11
    assert len(ids(validated(tmp_path / "10", parties=rows[:10]))) == 1


def test_every_reference_follows(tmp_path):
    frames = validated(
        tmp_path,
        parties=[party("A", lei=LEI), party("B", lei=LEI), party("C")],
        bank=[{"party_id": "B", "name": "Own bank"}],
        relationships=[relationship("R1", "B", "C"), relationship("R2", "C", "B")],
        facilities=[facility("F1", "B"), facility("F2", "C", joint_obligor_ids=["B", "C"], drawer_id="B")],
        protections=[protection("G1", provider_id="B", title_holder_id="B")],
        protection_covers=[cover("G1", None, party_id="B")],
        bank_limits=[{"limit_id": "L1", "subject_kind": "obligor", "subject_id": "B", "amount": "1", "currency": "CNY"},
                     {"limit_id": "L2", "subject_kind": "industry", "subject_id": "B", "amount": "1", "currency": "CNY"}],
        events=[{"event_id": "E1", "party_id": "B", "kind": "lawsuit"}],
    )  # fmt: skip
    assert ids(frames) == ["A", "C"]
    assert frames["bank"].select("party_id", "party_key").rows() == [("A", 0)]
    assert frames["relationships"].select("source_key", "target_key").rows() == [(0, 1), (1, 0)]
    assert frames["facilities"].select("obligor_key", "joint_obligor_keys", "drawer_id").rows() == [
        (0, [], None), (1, [0], "A"),
    ]  # fmt: skip
    assert frames["protections"].select("provider_key", "title_holder_key").rows() == [(0, 0)]
    assert frames["protection_covers"].select("facility_key").rows() == [(0,)]
    assert frames["bank_limits"].select("subject_id").rows() == [("A",), ("B",)]
    assert frames["events"].select("party_key").rows() == [(0,)]


def test_a_link_between_two_ids_of_one_party_is_refused_and_a_holding_is_treasury_stock(tmp_path):
    frames = validated(
        tmp_path,
        parties=[party("A", lei=LEI), party("B", lei=LEI)],
        relationships=[relationship("R1", "A", "B"), shareholding("R2", "B", "A", 6000)],
    )
    assert frames["relationships"]["relationship_id"].to_list() == ["R2"]
    assert found(frames, "self_loop") == [("relationships", 1, ["R1"])]
    assert found(frames, "treasury_shares") == [("relationships", 1, ["R2"])]


def test_a_refused_row_that_names_an_alias_makes_the_party_incomplete(tmp_path):
    rows = [party("A", lei=LEI), party("B", lei=LEI)]
    assert incomplete(
        validated(tmp_path, parties=rows, facilities=[facility("F1", "B", currency="ZZZ")])
    ) == ["A"]


def test_the_records_of_one_company_in_two_registers_are_one_party(tmp_path):
    # Two companies of the group in Germany carry their LEI and their company number in records of their own.
    folder = tmp_path / "imported"
    import_bods([_package(tmp_path)], folder)
    frames = validated(folder, as_of=date(2026, 6, 30))
    assert aliases(frames) == [("GB-COH-1", LEI, "registration_number", "00000123")]


def _package(folder):
    """One entity statement with an LEI and a company number, one with the number alone."""
    import json

    def entity(record, *identifiers):
        return {
            "statementId": record, "statementDate": "2024-01-01", "recordId": record, "recordType": "entity",
            "declarationSubject": record, "recordStatus": "new",
            "publicationDetails": {"publicationDate": "2024-01-01", "bodsVersion": "0.4", "publisher": {"name": "X"}},
            "recordDetails": {"isComponent": False, "entityType": {"type": "registeredEntity"}, "name": "X",
                              "jurisdiction": {"name": "UK", "code": "GB"},
                              "identifiers": [{"id": i, "scheme": s} for s, i in identifiers]},
        }  # fmt: skip

    path = folder / "package.json"
    number = ("GB-COH", "00000123")
    path.write_text(json.dumps([entity("XI-LEI-1", ("XI-LEI", LEI), number), entity("GB-COH-1", number)]))
    return path


def rating(party_id, grade, **changes):
    return {
        "party_id": party_id,
        "source": "own",
        "model": "corporate",
        "grade": grade,
        "rated_on": "2026-01-31",
    } | changes


COLLIDING = [
    # ratings, how many stand, codes of the refused
    ([rating("A", "BBB"), rating("B", "BBB")],                            1, ["id_duplicate"]),
    ([rating("A", "BBB"), rating("B", "CCC")],                            0, ["id_conflict", "id_conflict"]),
    ([rating("A", "BBB"), rating("B", "CCC", rated_on="2025-01-31")],     2, []),
    ([rating("A", "BBB"), rating("C", "CCC")],                            2, []),
]  # fmt: skip


@pytest.mark.parametrize(("ratings", "standing", "codes"), COLLIDING)
def test_facts_that_two_ids_of_one_party_have_for_one_date_count_once_or_not_at_all(
    tmp_path, ratings, standing, codes
):
    frames = validated(
        tmp_path, parties=[party("A", lei=LEI), party("B", lei=LEI), party("C")], ratings=ratings
    )
    assert frames["ratings"].height == standing
    assert [code for _, _, found_codes in frames["quarantine_rows"].rows() for code in found_codes] == codes
    # two grades of one day: neither can be trusted, and the party's facts are not complete
    assert incomplete(frames) == (["A"] if "id_conflict" in codes else [])
