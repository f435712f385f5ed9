"""The British register. Expected rows are read off the records by hand; bands are open below (data contract)."""

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.uk_psc import read_uk_psc

PUBLISHED = Path(__file__).parents[3] / "data" / "uk_psc" / "psc_records.jsonl"
INDIVIDUAL = "individual-person-with-significant-control"
CORPORATE = "corporate-entity-person-with-significant-control"
STATEMENT = "persons-with-significant-control-statement"


def record(kind=INDIVIDUAL, *codes, company="01234567", key="k1", **data):
    named = {} if "statement" in data or kind.startswith("super") else {"name": "Ada Byron"}
    said = {
        "kind": kind,
        "links": {"self": f"/company/{company}/x/{key}"},
        "notified_on": "2020-05-01",
        "etag": key,
    }
    return {
        "company_number": company,
        "data": said | named | ({"natures_of_control": list(codes)} if codes else {}) | data,
    }


@pytest.fixture
def imports(tmp_path):
    def read(*lines):
        path = tmp_path / "snapshot.txt"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return read_uk_psc([path])

    return read


def rows(tables, *columns):
    return tables.relationships.select(columns).rows()


def codes(tables):
    return tables.findings["finding_code"].to_list()


VOTES = ("voting_bp", "voting_min_bp", "voting_max_bp")


@pytest.mark.parametrize(
    ("nature",                                                              "votes"),
    [
        ("voting-rights-25-to-50-percent",                                  (None, 2501, 5000)),
        ("voting-rights-50-to-75-percent",                                  (None, 5001, 7500)),
        ("voting-rights-75-to-100-percent",                                 (None, 7501, 10000)),
        ("ownership-of-shares-50-to-75-percent",                            (None, 5001, 7500)),
        ("ownership-of-shares-75-to-100-percent-as-trust",                  (None, 7501, 10000)),
        ("ownership-of-shares-75-to-100-percent-as-firm",                   (None, 7501, 10000)),
        ("voting-rights-50-to-75-percent-limited-liability-partnership",    (None, 5001, 7500)),
        ("voting-rights-50-to-75-percent-as-firm-limited-liability-partnership", (None, 5001, 7500)),
        ("voting-rights-more-than-25-percent-registered-overseas-entity",   (None, 2501, None)),
        ("voting-rights-more-than-25-percent-as-control-over-trust-registered-overseas-entity", (None, 2501, None)),
        ("right-to-share-surplus-assets-50-to-75-percent-limited-liability-partnership", (None, None, None)),
        ("part-right-to-share-surplus-assets-75-to-100-percent-as-firm",    (None, None, None)),
    ],
)  # fmt: skip
def test_a_band_of_shares_or_votes_is_a_shareholding_open_below(imports, nature, votes):
    assert rows(imports(record(INDIVIDUAL, nature)), "kind", "assessment", *VOTES) == [
        ("shareholding", "none", *votes)
    ]


@pytest.mark.parametrize(
    ("nature",                                                                 "basis",              "assessment"),
    [
        ("right-to-appoint-and-remove-directors",                              "board",              "none"),
        ("right-to-appoint-and-remove-directors-as-firm",                      "board",              "none"),
        ("right-to-appoint-and-remove-members-limited-liability-partnership",  "board",              "none"),
        ("right-to-appoint-and-remove-person-as-trust",                        "board",              "none"),
        ("significant-influence-or-control",                                   "dominant_influence", "doubtful"),
        ("significant-influence-or-control-as-trust-registered-overseas-entity", "dominant_influence", "doubtful"),
        ("registered-owner-as-nominee-person-scotland-registered-overseas-entity", "dominant_influence", "doubtful"),
    ],
)  # fmt: skip
def test_a_right_over_the_board_is_control_and_influence_is_doubtful(imports, nature, basis, assessment):
    tables = imports(record(INDIVIDUAL, nature))
    assert rows(tables, "kind", "basis", "assessment") == [("control", basis, assessment)]
    assert codes(tables) == []


def test_votes_decide_beside_shares_and_both_are_one_holding(imports):
    natures = ("ownership-of-shares-75-to-100-percent", "voting-rights-25-to-50-percent")
    tables = imports(record(INDIVIDUAL, *natures))
    assert rows(tables, *VOTES) == [(None, 2501, 5000)]
    assert all(nature in tables.relationships["evidence"][0] for nature in natures)


def test_one_right_in_several_capacities_is_one_holding_that_is_never_added_up_to_a_majority(imports):
    # At least the larger lower end; at most both together, and open above where one of them is.
    two = ("voting-rights-25-to-50-percent", "voting-rights-25-to-50-percent-as-trust")
    uneven = ("ownership-of-shares-25-to-50-percent-as-firm", "ownership-of-shares-50-to-75-percent")
    overseas = (
        "ownership-of-shares-more-than-25-percent-registered-overseas-entity",
        "ownership-of-shares-more-than-25-percent-as-firm-registered-overseas-entity",
    )
    for natures, votes in ((two, (2501, 10000)), (uneven, (5001, 10000)), (overseas, (2501, None))):
        tables = imports(record(INDIVIDUAL, *natures))
        assert rows(tables, *VOTES) == [(None, *votes)]
        assert all(nature in tables.relationships["evidence"][0] for nature in natures)


def test_a_right_holds_from_its_notice_to_its_end_and_is_known_since_the_notice(imports):
    tables = imports(record(INDIVIDUAL, "voting-rights-75-to-100-percent", ceased_on="2023-02-28"))
    assert rows(tables, "valid_from", "valid_to", "known_since") == [
        (date(2020, 5, 1), date(2023, 2, 28), date(2020, 5, 1))
    ]


def test_a_code_that_the_register_does_not_have_is_doubtful_and_a_finding(imports):
    tables = imports(record(INDIVIDUAL, "ownership-of-the-moon"))
    assert rows(tables, "basis", "assessment") == [("dominant_influence", "doubtful")]
    assert codes(tables) == ["nature_unknown"]
    assert "ownership-of-the-moon" in tables.findings["message"][0]


@pytest.mark.parametrize(
    ("identification",                                                                "source"),
    [
        ({"country_registered": "England & Wales", "registration_number": "686734"},  "GB-COH-00686734"),
        ({"country_registered": "Scotland", "registration_number": "SC 12345"},       "GB-COH-SC012345"),
        ({"place_registered": "Companies House", "registration_number": "00686734"},  "GB-COH-00686734"),
        ({"country_registered": "New South Wales", "registration_number": "686734"},  "GB-COH-PSC-01234567-k1"),
        ({"country_registered": "Jersey", "place_registered": "Companies House", "registration_number": "686734"},
                                                                                      "GB-COH-PSC-01234567-k1"),
        ({"country_registered": "England", "registration_number": "123456789"},       "GB-COH-PSC-01234567-k1"),
        ({"country_registered": "England"},                                           "GB-COH-PSC-01234567-k1"),
        (None,                                                                        "GB-COH-PSC-01234567-k1"),
    ],
)  # fmt: skip
def test_an_owner_of_the_same_register_is_known_by_its_number_so_that_chains_join(
    imports, identification, source
):
    named = {} if identification is None else {"identification": identification}
    tables = imports(record(CORPORATE, "voting-rights-75-to-100-percent", name="Owner Ltd", **named))
    assert rows(tables, "source_party_id", "target_party_id") == [(source, "GB-COH-01234567")]
    assert tables.parties.filter(party_id=source)["name"].to_list() == ["Owner Ltd"]


def test_one_person_in_two_companies_is_two_parties_since_names_never_join(imports):
    tables = imports(
        record(INDIVIDUAL, "voting-rights-75-to-100-percent"),
        record(INDIVIDUAL, "voting-rights-75-to-100-percent", company="07654321"),
    )
    assert tables.parties.filter(kind="person").height == 2


@pytest.mark.parametrize("data", [{}, {"ceased": False}])
def test_a_protected_person_is_an_owner_without_a_name(imports, data):
    tables = imports(record("super-secure-person-with-significant-control", **data))
    assert rows(tables, "basis", "assessment", "valid_to") == [("dominant_influence", "doubtful", None)]
    assert tables.parties.filter(kind="person")["name"][0].startswith("Unnamed person")
    assert codes(tables) == ["nature_unknown", "party_unknown"]


def test_a_protected_person_who_has_left_on_no_given_day_is_left_out_and_said(imports):
    tables = imports(record("super-secure-person-with-significant-control", ceased=True))
    assert tables.relationships.height == 0
    assert "end_unknown" in codes(tables)


@pytest.mark.parametrize(
    ("statement",                                          "is_owner", "expected"),
    [
        ("no-individual-or-entity-with-signficant-control", False, ["no_owner_declared"]),
        ("steps-to-find-psc-not-yet-completed",             False, ["owner_not_settled"]),
        ("psc-has-failed-to-confirm-changed-details",       False, ["owner_not_settled"]),
        ("psc-exists-but-not-identified",                   True,  ["nature_unknown", "party_unknown"]),
        ("psc-contacted-but-no-response-partnership",       True,  ["nature_unknown", "party_unknown"]),
        ("at-least-one-beneficial-owner-unidentified",      True,  ["nature_unknown", "party_unknown"]),
    ],
)  # fmt: skip
def test_a_statement_is_an_unnamed_owner_only_where_it_says_that_there_is_one(
    imports, statement, is_owner, expected
):
    tables = imports(record(STATEMENT, statement=statement))
    assert rows(tables, "assessment") == ([("doubtful",)] if is_owner else [])
    assert codes(tables) == expected
    assert "GB-COH-01234567" in tables.parties["party_id"].to_list()


def test_an_exemption_is_a_finding(imports):
    tables = imports(
        record("exemptions", exemptions={"disclosure_transparency_rules_chapter_five_applies": {}})
    )
    assert codes(tables) == ["owner_exempt"]


def test_a_line_that_breaks_a_rule_is_a_finding_that_names_it_and_the_others_are_read(imports):
    good = record(INDIVIDUAL, "voting-rights-75-to-100-percent")
    tables = imports("{oops", {"company_number": "1", "data": {"kind": INDIVIDUAL}}, "[1]", "null",
                     record(INDIVIDUAL, notified_on="2020-13-01", key="k9"), {"data": {"kind": INDIVIDUAL}}, good)  # fmt: skip
    assert tables.relationships.height == 1
    told = dict(enumerate(sorted(tables.findings["message"].to_list())))
    assert codes(tables) == ["record_refused"] * 6
    assert any("line 1 of" in message and "not JSON" in message for message in told.values())
    assert any("data.notified_on" in message for message in told.values())
    assert "/company/01234567/x/k9" in tables.findings["statement_id"].to_list()


def test_the_publishers_count_is_checked(imports):
    totals = {"data": {"kind": "totals#persons-of-significant-control-snapshot",
                       "persons_of_significant_control_count": 2, "statements_count": 0, "exemptions_count": 0}}  # fmt: skip
    good = record(INDIVIDUAL, "voting-rights-75-to-100-percent")
    assert codes(imports(good, totals)) == ["count_differs"]
    assert codes(imports(good, record(INDIVIDUAL, "voting-rights-75-to-100-percent", key="k2"), totals)) == []


def test_a_record_delivered_twice_counts_once_and_of_two_versions_the_later(imports):
    old = record(INDIVIDUAL, "voting-rights-75-to-100-percent", "right-to-appoint-and-remove-directors")
    new = record(INDIVIDUAL, "voting-rights-25-to-50-percent", etag="k2", ceased_on="2024-01-01")
    assert codes(imports(old, old)) == []
    for lines in ((old, new), (new, old)):
        tables = imports(*lines)
        assert rows(tables, "voting_min_bp", "valid_to") == [(2501, date(2024, 1, 1))]
        assert codes(tables) == ["record_conflict"]


def test_a_packed_snapshot_reads_like_the_plain_one_and_a_cut_one_not_at_all(tmp_path):
    text = json.dumps(record(INDIVIDUAL, "voting-rights-75-to-100-percent")) + "\n"
    packed, archive = tmp_path / "s.txt.gz", tmp_path / "s.zip"
    packed.write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("s.txt", text)
    for path in (packed, archive):
        assert read_uk_psc([path]).relationships.height == 1
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) * 2 // 3])
        with pytest.raises(CallerError, match="cannot be read"):
            read_uk_psc([path])


@pytest.mark.parametrize("text", ["", "\n\n", '{"company_number": "01234567", "da', '"x"\n', "{}\n"])
def test_an_empty_a_cut_and_a_foreign_file_are_the_callers_mistake(tmp_path, text):
    path = tmp_path / "snapshot.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CallerError):
        read_uk_psc([path])


def test_the_published_records():
    # 13 records: 12 owners with 16 links (one has board and influence beside its votes, two have board beside votes,
    # the Czech government has one right in two capacities), 1 statement that there is nobody.
    tables = read_uk_psc([PUBLISHED])
    assert tables.relationships.height == 16
    assert codes(tables) == ["kind_unclear", "kind_unclear", "no_owner_declared"]
    chain = tables.relationships.filter(target_party_id="GB-COH-07434180")
    assert chain.select("source_party_id", *VOTES, "valid_from").rows() == [
        ("GB-COH-00686734", None, 7501, 10000, date(2016, 4, 6))
    ]
