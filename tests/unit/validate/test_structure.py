"""Which relationships are in force and known, and what their votes add up to."""

from datetime import date

import pytest

from tests.builders import found, incomplete, party, refused, relationship, shareholding, validated

PARTIES = [party("P1"), party("P2"), party("P3")]


TIMES = [
    # changes, is_in_force, is_known
    ({},                                                      True,  True),
    ({"valid_from": "2026-06-30"},                            True,  True),
    ({"valid_from": "2026-07-01"},                            False, True),
    ({"valid_to": "2026-06-30"},                              True,  True),
    ({"valid_to": "2026-06-29"},                              False, True),
    ({"known_since": "2026-06-30"},                           True,  True),
    ({"known_since": "2026-07-01"},                           True,  False),
    ({"valid_from": "2026-01-01", "valid_to": "2026-12-31"},  True,  True),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "is_in_force", "is_known"), TIMES)
def test_only_relationships_in_force_and_known_are_used_and_none_is_refused(
    tmp_path, changes, is_in_force, is_known
):
    frames = validated(tmp_path, parties=PARTIES, relationships=[relationship(**changes)])
    assert frames["relationships"].height == (is_in_force and is_known)
    assert refused(frames) == []
    assert found(frames, "not_yet_known") == ([] if is_known else [("relationships", 1, ["R1"])])


def test_what_was_known_is_asked_at_the_date_the_caller_names(tmp_path):
    rows = [relationship(known_since="2026-06-01")]
    early = validated(tmp_path, known_at=date(2026, 5, 31), parties=PARTIES, relationships=rows)
    late = validated(tmp_path, known_at=date(2026, 6, 1), parties=PARTIES, relationships=rows)
    assert (early["relationships"].height, late["relationships"].height) == (0, 1)


# The run looks at 2026-06-30; `known_until` is the last day on which the row was held true.
@pytest.mark.parametrize(
    ("known_until", "is_held"), [("2026-06-30", True), ("2026-06-29", False), (None, True)]
)
def test_what_the_source_has_taken_back_is_left_out_and_said(tmp_path, known_until, is_held):
    frames = validated(tmp_path, parties=PARTIES, relationships=[relationship(known_until=known_until)])
    assert frames["relationships"].height == is_held
    assert found(frames, "superseded") == ([] if is_held else [("relationships", 1, ["R1"])])
    assert refused(frames) == []


def test_what_was_taken_back_later_is_seen_as_it_was_known_before(tmp_path):
    rows = [relationship(known_until="2026-05-31")]
    frames = validated(tmp_path, known_at=date(2026, 5, 31), parties=PARTIES, relationships=rows)
    assert frames["relationships"].height == 1


def test_an_event_that_was_not_yet_known_is_left_out(tmp_path):
    event = {"event_id": "E1", "party_id": "P1", "kind": "lawsuit", "known_since": "2026-07-01"}
    frames = validated(
        tmp_path, parties=PARTIES, events=[event, event | {"event_id": "E2", "known_since": None}]
    )
    assert frames["events"]["event_id"].to_list() == ["E2"]
    assert found(frames, "not_yet_known") == [("events", 1, ["E1"])]


VOTES = [
    # holdings in P3 as (holder, votes, changes), firms found
    ([("P1", 6000, {}), ("P2", 4002, {})],                                ["P3"] * 0),  # 10,002 = 10,000 + one for each of two holders
    ([("P1", 6000, {}), ("P2", 4003, {})],                                ["P3"]),
    ([("P1", 6000, {}), ("P2", 6000, {"assessment": "rejected"})],        []),
    ([("P1", 6000, {}), ("P2", 6000, {"assessment": "doubtful"})],        []),
    ([("P1", 6000, {}), ("P2", 6000, {"assessment": "confirmed"})],       ["P3"]),
    ([("P1", 6000, {}), ("P2", 6000, {"valid_to": "2026-01-01"})],        []),
    ([("P1", 6000, {}), ("P2", 6000, {"known_since": "2026-12-31"})],     []),
    ([("P1", 10000, {}), ("P3", 500, {})],                                []),          # treasury stock has no votes
    ([("P1", 6000, {}), ("P2", None, {"voting_min_bp": 5001, "voting_max_bp": 7500})], ["P3"]),
    ([("P1", 6000, {}), ("P2", None, {})],                                []),
    ([("P1", 6000, {}), ("P2", 6000, {"kind": "control"})],               []),
]  # fmt: skip


@pytest.mark.parametrize(("holdings", "firms"), VOTES)
def test_votes_above_100_percent_are_a_finding_and_nothing_is_refused_or_scaled(tmp_path, holdings, firms):
    rows = [
        shareholding(f"R{i}", holder, "P3", votes, **changes)
        for i, (holder, votes, changes) in enumerate(holdings)
    ]
    frames = validated(tmp_path, parties=PARTIES, relationships=rows)
    assert found(frames, "votes_over_100") == ([("relationships", len(firms), firms)] if firms else [])
    assert refused(frames) == []
    assert incomplete(frames) == []


def test_a_firms_own_shares_are_a_finding_and_stay(tmp_path):
    frames = validated(tmp_path, parties=PARTIES, relationships=[shareholding("R1", "P1", "P1", 300)])
    assert found(frames, "treasury_shares") == [("relationships", 1, ["R1"])]
    assert frames["relationships"]["voting_bp"].to_list() == [300]


OWNERS = [
    # holdings in P3 as (holder, votes, changes), whether two own all of it
    ([("P1", 10_000, {}), ("P2", 10_000, {})],                                        True),
    ([("P1", 10_000, {}), ("P2", 9_999, {})],                                         False),
    ([("P1", 10_000, {}), ("P1", 10_000, {})],                                        False),  # one owner, recorded twice
    ([("P1", 10_000, {}), ("P3", 10_000, {})],                                        False),  # treasury stock
    ([("P1", 10_000, {}), ("P2", 10_000, {"assessment": "rejected"})],                False),
    ([("P1", 10_000, {}), ("P2", 10_000, {"valid_to": "2026-01-01"})],                False),
    ([("P1", 10_000, {}), ("P2", None, {"voting_min_bp": 10_000})],                   True),
]  # fmt: skip


@pytest.mark.parametrize(("holdings", "is_found"), OWNERS)
def test_two_holders_of_all_votes_are_a_finding_on_the_firm(tmp_path, holdings, is_found):
    rows = [shareholding(f"R{i}", who, "P3", bp, **more) for i, (who, bp, more) in enumerate(holdings)]
    frames = validated(tmp_path, parties=PARTIES, relationships=rows)
    assert found(frames, "two_full_owners") == ([("relationships", 1, ["P3"])] if is_found else [])
    assert refused(frames) == []


def family(relationship_id, source, target):
    return relationship(relationship_id, source, target, kind="family", basis="spouse")


def dated(relationship_id, valid_from, valid_to, **more):
    return relationship(relationship_id, valid_from=valid_from, valid_to=valid_to, **more)


REPEATED = [
    # records, those of one relationship for the same time, whether their dates conflict
    ([relationship("R1"), relationship("R2")],                                                      ["R1", "R2"], False),
    ([relationship("R1"), relationship("R2", basis="board")],                                       [], False),
    ([relationship("R1"), relationship("R2", "P3", "P2")],                                          [], False),  # another parent
    ([relationship("R1"), relationship("R2", "P2", "P1")],                                          [], False),
    ([family("R1", "P1", "P2"), family("R2", "P2", "P1")],                                          ["R1", "R2"], False),
    ([relationship("R1"), relationship("R2", assessment="rejected")],                               [], False),
    ([relationship("R1"), relationship("R2", assessment="doubtful")],                               [], False),
    ([dated("R1", "2020-01-01", None), dated("R2", "2021-01-01", None)],                            ["R1", "R2"], True),
    ([dated("R1", None, "2027-01-01"), relationship("R2")],                                         ["R1", "R2"], True),
    ([dated("R1", "2020-01-01", "2021-01-01"), dated("R2", "2021-01-01", None)],                    [], False),  # handed over
    ([dated("R1", "2020-01-01", "2021-01-02"), dated("R2", "2021-01-01", None)],                    ["R1", "R2"], True),
    # the long one covers both; the first two alone would not meet
    ([dated("R1", "2020-01-01", "2020-06-01"), dated("R2", "2021-01-01", "2021-06-01"), dated("R3", "2019-01-01", None)],
     ["R1", "R2", "R3"], True),
    ([dated("R1", "2020-01-01", None), dated("R2", "2020-01-01", None, known_since="2026-07-01")],  [], False),
    ([dated("R1", "2024-05-05", "2024-05-05"), dated("R2", "2024-05-05", "2024-05-05")],            ["R1", "R2"], False),
]  # fmt: skip


@pytest.mark.parametrize(("records", "ids", "has_conflict"), REPEATED)
def test_a_relationship_recorded_twice_for_one_time_is_a_finding_and_stays(
    tmp_path, records, ids, has_conflict
):
    frames = validated(tmp_path, parties=PARTIES, relationships=records)
    told = [("relationships", len(ids), ids)]
    assert found(frames, "relationship_repeated") == (told if ids else [])
    assert found(frames, "relationship_dates_conflict") == (told if has_conflict else [])
    assert refused(frames) == []


@pytest.mark.parametrize("kind", ["control", "shareholding"])
def test_a_parent_that_is_only_named_and_is_no_party_refuses_the_relationship(tmp_path, kind):
    row = relationship("R1", "Somebody Ltd", "P2", kind=kind, basis=None, voting_bp=6000)
    frames = validated(tmp_path, parties=PARTIES, relationships=[row])
    assert found(frames, "reference_missing") == [("relationships", 1, ["R1"])]
    assert refused(frames) == [("relationships", 0, ["reference_missing"])]
    # the child's total may be too small: its parent is missing
    assert incomplete(frames) == ["P2"]


ORPHANS = [
    # relationship of P1 with a party that is not delivered, firms found
    (shareholding("R1", "GONE", "P1", 6000),                           ["P1"]),
    (relationship("R1", "GONE", "P1", basis="reported_ultimate"),      ["P1"]),
    (relationship("R1", "GONE", "P1", assessment="rejected"),          []),
    (relationship("R1", "GONE", "P1", valid_to="2026-01-01"),          []),
    (relationship("R1", "GONE", "P1", known_since="2026-12-31"),       []),
    (relationship("R1", "GONE", "P1", kind="economic_dependence", basis="receipts"), []),
    (relationship("R1", "P1", "GONE"),                                 []),   # a child that is missing is no parent
    (relationship("R1", "P2", "P1"),                                   []),
]  # fmt: skip


@pytest.mark.parametrize(("row", "firms"), ORPHANS)
def test_a_firm_whose_recorded_parent_is_not_delivered_is_a_finding(tmp_path, row, firms):
    frames = validated(tmp_path, parties=PARTIES, relationships=[row])
    assert found(frames, "parent_missing") == ([("relationships", 1, firms)] if firms else [])


CONTRADICTIONS = [
    # record of P1 over P2, code of the finding
    (shareholding("R1", "P1", "P2", None, voting_min_bp=7500, voting_max_bp=5000), "band_conflict"),
    (shareholding("R1", "P1", "P2", 4000, voting_min_bp=5001, voting_max_bp=7500), "band_conflict"),
    (shareholding("R1", "P1", "P2", 8000, voting_max_bp=7500),                     "band_conflict"),
    (shareholding("R1", "P1", "P2", 7500, voting_min_bp=5001, voting_max_bp=7500), None),
    (shareholding("R1", "P1", "P2", None, voting_min_bp=5001),                     None),
    (relationship(basis="receipts"),                                               "basis_conflict"),
    (relationship(kind="economic_dependence", basis="spouse"),                     "basis_conflict"),
    (relationship(kind="family", basis="votes"),                                   "basis_conflict"),
    (relationship(kind="family", basis="direct_3"),                                None),
    (relationship(basis=None),                                                     None),
]  # fmt: skip


@pytest.mark.parametrize(("row", "code"), CONTRADICTIONS)
def test_a_record_that_contradicts_itself_is_a_finding_and_stays(tmp_path, row, code):
    frames = validated(tmp_path, parties=PARTIES, relationships=[row])
    for each in ("band_conflict", "basis_conflict"):
        assert found(frames, each) == ([("relationships", 1, ["R1"])] if each == code else [])
    assert frames["relationships"].height == 1


def test_a_basis_of_another_kind_is_unknown_and_so_counts(tmp_path):
    frames = validated(tmp_path, parties=PARTIES, relationships=[relationship(basis="receipts")])
    assert frames["relationships"]["basis"].to_list() == [None]
