"""What interests mean. Expected rows are read off the statements by hand, by the rules of the data contract."""

import json
from datetime import date

import polars as pl
import pytest

from riskmon.ingest.formats.bods import read_bods
from tests.bods_statements import entity, interest, owns, person, write_package

HALF_TO_THREE_QUARTERS = {"minimum": 50, "maximum": 75}


@pytest.fixture
def imports(tmp_path):
    def read(*statements):
        return read_bods([write_package(tmp_path / "package.json", statements)])

    return read


def rows(tables, *columns):
    return tables.relationships.select(columns).rows()


def codes(tables):
    return tables.findings["finding_code"].to_list()


VOTES = ("voting_bp", "voting_min_bp", "voting_max_bp", "economic_bp")


def test_voting_rights_decide_the_votes_and_the_shareholding_the_economic_share(imports):
    tables = imports(
        entity(),
        person(),
        owns("R", interest("shareholding", {"exact": 30}), interest("votingRights", {"exact": 60})),
    )
    assert rows(
        tables, "relationship_id", "source_party_id", "target_party_id", "kind", "assessment", *VOTES
    ) == [("R", "P", "A", "shareholding", "none", 6000, None, None, 3000)]


def test_a_shareholding_alone_gives_as_many_votes_and_the_evidence_says_so(imports):
    tables = imports(entity(), person(), owns("R", interest("shareholding", {"exact": 33.333})))
    assert rows(tables, *VOTES) == [(3334, None, None, 3334)]
    assert "votes taken as equal to the share" in tables.relationships["evidence"][0]


def test_a_shareholding_beside_voting_rights_of_unknown_size_gives_no_votes(imports):
    tables = imports(
        entity(), person(), owns("R", interest("shareholding", {"exact": 60}), interest("votingRights"))
    )
    assert rows(tables, *VOTES) == [(None, None, None, 6000)]


def test_a_second_shareholding_beside_one_voting_right_gives_no_votes(imports):
    # The voting right of 60 % is all the votes; the shares of 30 and 20 % are capital.
    held = [interest("shareholding", {"exact": 20}), interest("shareholding", {"exact": 30})]
    tables = imports(entity(), person(), owns("R", interest("votingRights", {"exact": 60}), *held))
    assert rows(tables, "voting_bp", "economic_bp") == [(6000, 2000), (None, 3000)]


def test_a_band_gives_a_band_of_votes_and_no_economic_share(imports):
    band = interest("shareholding", {"exclusiveMinimum": 25, "maximum": 50})
    assert rows(imports(entity(), person(), owns("R", band)), *VOTES) == [(None, 2501, 5000, None)]


def test_a_band_of_a_uk_company_is_open_below(imports):
    registered = entity(details={"identifiers": [{"scheme": "GB-COH", "id": "1"}]})
    tables = imports(registered, person(), owns("R", interest("votingRights", HALF_TO_THREE_QUARTERS)))
    assert rows(tables, *VOTES) == [(None, 5001, 7500, None)]


def test_a_band_that_the_uk_register_names_is_open_below(imports):
    named = interest("votingRights", HALF_TO_THREE_QUARTERS, details="['voting-rights-50-to-75-percent']")
    assert rows(imports(entity(), person(), owns("R", named)), *VOTES) == [(None, 5001, 7500, None)]


def test_a_band_elsewhere_is_closed_below_where_the_package_says_minimum(imports):
    tables = imports(entity(), person(), owns("R", interest("votingRights", HALF_TO_THREE_QUARTERS)))
    assert rows(tables, *VOTES) == [(None, 5000, 7500, None)]


def test_a_holding_of_unknown_size_stays_without_votes_and_is_a_finding(imports):
    tables = imports(entity(), person(), owns("R", interest("shareholding")))
    assert rows(tables, "kind", *VOTES) == [("shareholding", None, None, None, None)]
    assert codes(tables) == ["share_unknown"]


def test_two_holdings_of_one_record_are_two_rows(imports):
    # 50 % direct and 20 % through somebody who is not described: 70 % in all, and no row may swallow the other.
    direct = interest("shareholding", {"exact": 50}, directOrIndirect="direct")
    indirect = interest("shareholding", {"exact": 20}, directOrIndirect="indirect")
    tables = imports(entity(), person(), owns("R", indirect, direct))
    assert rows(tables, "relationship_id", "voting_bp") == [("R", 5000), ("R#shareholding-2", 2000)]


UK_BOARD = "['right-to-appoint-and-remove-directors']"
UK_INFLUENCE = "['significant-influence-or-control']"


@pytest.mark.parametrize(
    ("stated",                                                       "kind",       "basis",              "assessment"),
    [
        (interest("appointmentOfBoard", details=UK_BOARD),            "control",    "board",              "none"),
        (interest("appointmentOfBoard", {"exact": 51}),               "control",    "board",              "none"),
        (interest("appointmentOfBoard", {"exact": 50}),               "control",    "board",              "doubtful"),
        (interest("appointmentOfBoard"),                              "control",    "board",              "doubtful"),
        (interest("otherInfluenceOrControl", details="Relationship Type: IS_DIRECTLY_CONSOLIDATED_BY"),
                                                                      "control",    "consolidation",      "none"),
        (interest("otherInfluenceOrControl", details="Relationship Type: IS_ULTIMATELY_CONSOLIDATED_BY"),
                                                                      "control",    "reported_ultimate",  "none"),
        (interest("otherInfluenceOrControl", details="Relationship Type: IS_INTERNATIONAL_BRANCH_OF"),
                                                                      "control",    "management",         "none"),
        (interest("otherInfluenceOrControl", details="Relationship Type: IS_FUND-MANAGED_BY"),
                                                                      "control",    "management",         "doubtful"),
        (interest("otherInfluenceOrControl", details="Relationship Type: IS_SUBFUND_OF"),
                                                                      "control",    "management",         "doubtful"),
        (interest("otherInfluenceOrControl", details="Relationship Type: IS_FEEDER_TO"),
                                                          "economic_dependence",    "repayment_source",   "doubtful"),
        (interest("otherInfluenceOrControl", details="basis: voting_agreement; assessment: confirmed"),
                                                                      "control",    "voting_agreement",   "confirmed"),
        (interest("otherInfluenceOrControl", details="basis: voting_agreement; assessment: sure"),
                                                                      "control",    "dominant_influence", "doubtful"),
        (interest("settlor"),                                         "control",    "dominant_influence", "doubtful"),
        (interest("protector"),                                       "control",    "dominant_influence", "doubtful"),
        (interest("beneficiaryOfLegalArrangement"),                   "control",    "dominant_influence", "doubtful"),
        (interest("nominee"),                                         "control",    "dominant_influence", "doubtful"),
        (interest("enjoymentAndUseOfAssets"),                         "control",    "dominant_influence", "doubtful"),
        (interest("otherInfluenceOrControl", details=UK_INFLUENCE),   "control",    "dominant_influence", "doubtful"),
        (interest("otherInfluenceOrControl", details="Controls all decisions"),
                                                                      "control",    "dominant_influence", "none"),
        (interest("otherInfluenceOrControl", details="Influence close to control"),
                                                                      "control",    "dominant_influence", "doubtful"),
        (interest("otherInfluenceOrControl"),                         "control",    "dominant_influence", "doubtful"),
        (interest("controlViaCompanyRulesOrArticles"),                "control",    "statutes",           "none"),
        (interest("controlByLegalFramework"),                         "control",    "statutes",           "none"),
        (interest("rightsGrantedByContract"),                         "control",    "contract",           "doubtful"),
        (interest("trustee"),                                         "control",    "management",         "doubtful"),
        (interest("nominator"),                                       "control",    "dominant_influence", "doubtful"),
        (interest("unknownInterest"),                                 "control",    "dominant_influence", "doubtful"),
        (interest(None),                                              "control",    "dominant_influence", "doubtful"),
        (interest("boardChair"),                                      "key_person", None,                 "none"),
    ],
)  # fmt: skip
def test_an_interest_is_control_only_where_the_standard_says_so(imports, stated, kind, basis, assessment):
    tables = imports(entity(), person(), owns("R", stated))
    assert rows(tables, "relationship_id", "kind", "basis", "assessment") == [("R", kind, basis, assessment)]


def test_a_firm_on_the_board_is_no_key_person(imports):
    tables = imports(entity(), entity("P"), owns("R", interest("boardMember")))
    assert rows(tables, "kind", "assessment") == [("control", "doubtful")]


def test_a_record_without_interests_is_an_unknown_interest(imports):
    tables = imports(entity(), person(), owns("R"))
    assert rows(tables, "kind", "basis", "assessment") == [("control", "dominant_influence", "doubtful")]


def test_a_right_to_profit_is_an_economic_share_without_votes(imports):
    tables = imports(entity(), person(), owns("R", interest("rightsToProfitOrIncome", {"exact": 40})))
    assert rows(tables, "kind", *VOTES) == [("shareholding", None, None, None, 4000)]


def test_shares_and_a_board_right_of_one_record_are_two_relationships(imports):
    tables = imports(
        entity(),
        person(),
        owns("R", interest("appointmentOfBoard", details=UK_BOARD), interest("votingRights", {"exact": 60})),
    )
    assert rows(tables, "relationship_id", "kind") == [("R", "shareholding"), ("R#board", "control")]


DATES = ("valid_from", "valid_to", "known_since")


def test_periods_come_from_the_interest_and_knowledge_from_the_statement(imports):
    held = interest("votingRights", {"exact": 60}, startDate="2020-05-01", endDate="2023-06-30")
    tables = imports(entity(), person(), owns("R", held, statementDate="2020-06-11T23:30:00+02:00"))
    assert rows(tables, *DATES) == [(date(2020, 5, 1), date(2023, 6, 30), date(2020, 6, 11))]


@pytest.mark.parametrize(("end", "expected"), [(None, date(2024, 9, 1)), ("2024-08-15", date(2024, 8, 15))])
def test_a_closed_relationship_keeps_its_row_with_an_end(imports, end, expected):
    held = interest("votingRights", {"exact": 60}, **({} if end is None else {"endDate": end}))
    tables = imports(entity(), person(), owns("R", held, recordStatus="closed", statementDate="2024-09-01"))
    assert rows(tables, "voting_bp", "valid_to") == [(6000, expected)]


def test_a_later_statement_dates_what_was_said_before_in_any_order(imports):
    old = owns("R", interest("votingRights", {"exact": 100}), statementId="1" * 32, recordStatus="updated")
    new = owns("R", interest("votingRights", {"exact": 40}), statementId="0" * 32, recordStatus="updated",
               statementDate="2024-03-02")  # fmt: skip
    for statements in ([old, new], [new, old]):
        tables = imports(entity(), person(), *statements)
        # Neither says when the holding began: it is 100 % until the day before the second was declared.
        assert rows(
            tables, "relationship_id", "voting_bp", "valid_from", "valid_to", "known_since", "known_until"
        ) == [
            ("R", 4000, date(2024, 3, 2), None, date(2024, 3, 2), None),
            ("R#shareholding-2", 10000, None, date(2024, 3, 1), date(2024, 3, 2), None),
            ("R@2024-03-01", 10000, None, None, date(2024, 3, 1), date(2024, 3, 1)),
        ]
        assert codes(tables) == ["statement_replaced"]


def test_a_correction_leaves_nothing_of_what_never_held_but_keeps_what_was_believed(imports):
    wrong = owns("R", interest("votingRights", {"exact": 60}, startDate="2020-01-01"), statementId="1" * 32)
    right = owns("R", interest("votingRights", {"exact": 40}, startDate="2020-01-01"), statementId="2" * 32,
                 recordStatus="updated", statementDate="2024-03-09")  # fmt: skip
    tables = imports(entity(), person(), wrong, right)
    assert rows(tables, "voting_bp", "valid_from", "known_since", "known_until") == [
        (4000, date(2020, 1, 1), date(2024, 3, 9), None),
        (6000, date(2020, 1, 1), date(2024, 3, 1), date(2024, 3, 8)),
    ]


def test_a_statement_that_says_the_same_again_changes_nothing(imports):
    held = interest("votingRights", {"exact": 60})
    first = owns("R", held, statementId="1" * 32)
    again = owns("R", held, statementId="2" * 32, recordStatus="updated", statementDate="2024-05-01")
    tables = imports(entity(), person(), first, again)
    assert rows(tables, "voting_bp", "valid_from", "valid_to", "known_since", "known_until") == [
        (6000, None, None, date(2024, 3, 1), None)
    ]


def test_an_interest_that_a_later_statement_leaves_out_has_ended(imports):
    board, votes = interest("appointmentOfBoard", details=UK_BOARD), interest("votingRights", {"exact": 60})
    first = owns("R", votes, board, statementId="1" * 32)
    later = owns("R", votes, statementId="2" * 32, recordStatus="updated", statementDate="2024-05-01")
    standing = imports(entity(), person(), first, later).relationships.filter(pl.col("known_until").is_null())
    assert standing.select("kind", "valid_to").rows() == [
        ("shareholding", None),
        ("control", date(2024, 4, 30)),
    ]


def test_a_closing_without_interests_ends_what_was_said_before(imports):
    first = owns("R", interest("votingRights", {"exact": 60}), statementId="1" * 32)
    closed = owns("R", statementId="2" * 32, recordStatus="closed", statementDate="2024-05-01")
    tables = imports(entity(), person(), first, closed)
    assert rows(tables, "voting_bp", "valid_to", "known_since", "known_until") == [
        (6000, date(2024, 5, 1), date(2024, 5, 1), None),
        (6000, None, date(2024, 3, 1), date(2024, 4, 30)),
    ]


def test_what_the_source_declares_beneficial_ownership_stays_in_the_evidence_and_decides_nothing(imports):
    stated = interest("otherInfluenceOrControl", beneficialOwnershipOrControl=True)
    tables = imports(entity(), person(), owns("R", stated))
    assert rows(tables, "assessment") == [("doubtful",)]
    assert "declared as beneficial ownership or control" in tables.relationships["evidence"][0]


def test_of_one_day_the_closing_counts(imports):
    opened = owns("R", interest("votingRights", {"exact": 60}), statementId="9" * 32)
    closed = owns("R", interest("votingRights", {"exact": 60}), statementId="1" * 32, recordStatus="closed")
    for statements in ([opened, closed], [closed, opened]):
        tables = imports(entity(), person(), *statements)
        assert rows(tables, "valid_to") == [(date(2024, 3, 1),)]


def test_a_statement_delivered_twice_is_no_finding_but_two_under_one_id_are(imports):
    once = owns("R", interest("votingRights", {"exact": 60}))
    other = owns("R", interest("votingRights", {"exact": 40}))
    assert codes(imports(entity(), person(), once, once)) == []
    first, second = imports(entity(), person(), once, other), imports(entity(), person(), other, once)
    assert codes(first) == codes(second) == ["statement_conflict"]
    assert first.relationships.equals(second.relationships)


def test_a_fault_delivered_twice_is_one_finding_that_names_statement_and_rule(imports):
    faulty = owns("R", interest("votingRights", {"exact": 160}))
    tables = imports(entity(), faulty, faulty)
    assert tables.relationships.height == 0
    assert tables.findings.rows() == [
        ("statement_refused", faulty["statementId"], "R", "The statement is left out: "
         "recordDetails.interests[0].share.exact: Input should be less than or equal to 100.")
    ]  # fmt: skip


CHAIN = (
    entity("A"),
    entity("B", details={"isComponent": True}),
    person("P"),
    owns(
        "AB", interest("shareholding", {"exact": 60}), details={"isComponent": True, "interestedParty": "B"}
    ),
    owns("BP", interest("shareholding", {"exact": 50}), details={"isComponent": True, "subject": "B"}),
)
SUM = owns(
    "AP", interest("shareholding", {"exact": 30}, directOrIndirect="indirect"),
    details={"componentRecords": ["B", "AB", "BP"]},
)  # fmt: skip


def test_components_count_and_their_sum_does_not(imports):
    tables = imports(*CHAIN, SUM)
    assert rows(tables, "relationship_id", "voting_bp") == [("AB", 6000), ("BP", 5000)]
    assert codes(tables) == ["component_summary"]


def test_a_direct_interest_beside_the_components_counts(imports):
    direct = interest("shareholding", {"exact": 10}, directOrIndirect="direct")
    indirect = interest("shareholding", {"exact": 30}, directOrIndirect="indirect")
    both = owns("AP", indirect, direct, details={"componentRecords": ["B", "AB", "BP"]})
    assert rows(imports(*CHAIN, both), "relationship_id", "voting_bp") == [
        ("AB", 6000),
        ("AP", 1000),
        ("BP", 5000),
    ]


def test_the_sum_stands_where_a_component_was_not_delivered(imports):
    tables = imports(*CHAIN[:3], SUM)
    assert rows(tables, "relationship_id", "voting_bp") == [("AP", 3000)]
    assert codes(tables) == []


def test_records_that_are_components_of_each_other_count_as_they_stand(imports):
    # Left out as sums of each other, both holdings would be lost.
    held = interest("shareholding", {"exact": 60}, directOrIndirect="indirect")
    first = owns("R", held, details={"componentRecords": ["S"]})
    second = owns("S", held, details={"componentRecords": ["R"], "subject": "B"})
    tables = imports(entity(), entity("B"), person(), first, second)
    assert rows(tables, "relationship_id", "voting_bp") == [("R", 6000), ("S", 6000)]
    assert codes(tables).count("component_cycle") == 2


def test_an_element_without_an_id_is_a_finding_of_its_own_that_names_its_place(imports):
    tables = imports(entity(), 1, None, {"recordType": "entity"})
    assert codes(tables) == ["statement_refused"] * 3
    for place in ("element 2 of", "element 3 of", "element 4 of"):
        assert sum(place in message for message in tables.findings["message"]) == 1


def test_a_share_of_absurd_size_is_a_finding(imports, tmp_path):
    path = tmp_path / "package.json"
    huge = json.dumps([owns("R", interest("votingRights", {"exact": 7}))]).replace("7", "7" * 9999)
    path.write_text(huge, encoding="utf-8")
    assert read_bods([path]).findings["finding_code"].to_list() == ["statement_refused"]
