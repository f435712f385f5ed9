"""Proposing and deciding on both stores: every outcome, which comes first, and two persons at the same moment."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from riskmon.domain.errors import NotReadyError, StoreError
from riskmon.operations.assess_relationship import ProposeOutcome
from riskmon.operations.assessments import assessments_known, proposals
from riskmon.operations.deciding import DecideOutcome
from riskmon.store.database import place_of
from tests.assessing import AS_OF, Office, two_firms
from tests.snapshot_builder import RUN_ID, write_snapshot

YESTERDAY = date(2026, 6, 29)


@pytest.fixture
def office(store_place, tmp_path):
    """Over the run that was written by hand, in which P1 holds 60 % of P2 by R1."""
    write_snapshot(tmp_path / "data")
    return Office(tmp_path, store_place)


def test_a_proposal_is_kept_with_what_the_run_said_of_the_relationship(office):
    answer = office.propose(by="  Li\u00a0 Na ", reason=" visit of 12 June ", until=AS_OF)
    assert answer.outcome is ProposeOutcome.PROPOSED
    (kept,) = proposals(office.place)
    assert kept == answer.proposal
    content = kept.content
    assert (content.source_party_id, content.target_party_id, content.kind, content.basis) == (
        "P1", "P2", "shareholding", None,
    )  # fmt: skip
    assert (kept.proposed_by, content.reason, content.valid_until) == ("Li Na", "visit of 12 June", AS_OF)
    assert (content.run_id, kept.state) == (RUN_ID, "open")


PROPOSE_FAULTS = [
    (ProposeOutcome.NAME_MISSING, {"by": " \u200b"}),
    (ProposeOutcome.REASON_MISSING, {"reason": " \n"}),
    (ProposeOutcome.UNTIL_PAST, {"until": YESTERDAY}),
    (ProposeOutcome.RELATIONSHIP_UNKNOWN, {"relationship_id": "R9"}),
]


def test_of_several_faults_of_a_proposal_the_first_is_the_outcome(office):
    for size in range(1, len(PROPOSE_FAULTS) + 1):
        for faults in itertools.combinations(PROPOSE_FAULTS, size):
            answer = office.propose(**{key: value for _, wrong in faults for key, value in wrong.items()})
            assert (answer.outcome, answer.proposal) == (faults[0][0], None)
    assert proposals(office.place) == []


def test_the_order_of_the_outcomes_is_the_order_of_precedence():
    assert [outcome for outcome, _ in PROPOSE_FAULTS] == list(ProposeOutcome)[:-1]


@pytest.mark.parametrize("by", ["Li Na", "LI NA", " li  na", "Li\u200b Na", "Ｌｉ Na"])
def test_nobody_approves_a_proposal_of_his_own_however_he_writes_his_name(office, by):
    answer = office.propose()
    assert office.approve(answer, by=by).outcome is DecideOutcome.SAME_PERSON
    assert [each.state for each in proposals(office.place)] == ["open"]


def test_what_the_first_decision_said_stands(office):
    answer = office.propose()
    approved = office.approve(answer)
    assert (approved.outcome, approved.proposal.state, approved.proposal.decided_by) == (
        DecideOutcome.APPROVED, "approved", "Wang Wei",
    )  # fmt: skip
    for again in (
        office.approve(answer),
        office.approve(answer, by="Li Na"),
        office.decline(answer, by="Zhao Min"),
    ):
        assert (again.outcome, again.proposal) == (DecideOutcome.ALREADY_DECIDED, approved.proposal)


def test_the_proposer_withdraws_and_another_person_declines(office):
    withdrawn = office.decline(office.propose(), by="LI NA")
    declined = office.decline(office.propose(), by="Wang Wei", note="no evidence")
    assert (withdrawn.outcome, withdrawn.proposal.decided_by) == (DecideOutcome.WITHDRAWN, "Li Na")
    assert (declined.outcome, declined.proposal.note) == (DecideOutcome.DECLINED, "no evidence")
    assert assessments_known(office.place, AS_OF).is_empty()


def test_a_proposal_whose_last_day_is_over_is_not_approved_any_more_but_can_be_declined(office):
    answer = office.propose(until=AS_OF)
    office.today = date(2026, 7, 1)
    assert office.approve(answer).outcome is DecideOutcome.UNTIL_PAST
    # who it is comes before what it says
    assert office.approve(answer, by="Li Na").outcome is DecideOutcome.SAME_PERSON
    assert office.decline(answer).outcome is DecideOutcome.DECLINED


def test_an_empty_name_and_an_unknown_proposal_are_outcomes(office):
    answer = office.propose()
    assert office.approve(answer, by=" ").outcome is DecideOutcome.NAME_MISSING
    assert office.approve("nosuch").outcome is DecideOutcome.PROPOSAL_UNKNOWN
    assert office.approve("nosuch", by="").outcome is DecideOutcome.NAME_MISSING


def test_of_two_persons_who_decide_at_the_same_moment_one_wins_and_the_other_is_told(office):
    for _ in range(5):
        answer = office.propose()
        together = Barrier(4)

        def decide(by, answer=answer, together=together):
            together.wait()
            verb = office.approve if by in ("Wang Wei", "Zhao Min") else office.decline
            return verb(answer, by=by)

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(decide, ["Wang Wei", "Zhao Min", "Chen Bo", "Li Na"]))
        lost = [each for each in answers if each.outcome is DecideOutcome.ALREADY_DECIDED]
        (won,) = [each for each in answers if each not in lost]
        assert len(lost) == 3
        assert all(each.proposal == won.proposal for each in lost)
    assert len({each.proposal_id for each in proposals(office.place)}) == 5


def test_an_approval_is_known_from_its_day_on(office):
    office.today = date(2026, 7, 2)
    office.approve(office.propose())
    assert assessments_known(office.place, date(2026, 7, 1)).is_empty()
    assert assessments_known(office.place, date(2026, 7, 2))["relationship_id"].to_list() == ["R1"]


def test_without_a_database_in_the_folder_nothing_is_decided_and_none_is_made(tmp_path):
    place = place_of(tmp_path / "data")
    office = Office(tmp_path, place)
    assert office.approve("nosuch").outcome is DecideOutcome.PROPOSAL_UNKNOWN
    assert proposals(place) == []
    with pytest.raises(NotReadyError):
        office.propose()
    assert not (tmp_path / "data").exists()


def test_the_first_proposal_makes_the_database_of_the_folder(tmp_path):
    write_snapshot(tmp_path / "data")
    office = Office(tmp_path, place_of(tmp_path / "data"))
    assert proposals(office.place) == []
    assert not (tmp_path / "data" / "riskmon.sqlite").exists()
    with ThreadPoolExecutor(4) as pool:
        outcomes = {answer.outcome for answer in pool.map(lambda _: office.propose(), range(4))}
    assert outcomes == {ProposeOutcome.PROPOSED}
    assert len(proposals(office.place)) == 4


def test_a_run_does_not_go_on_without_the_database_that_it_was_told_of(tmp_path):
    office = Office(tmp_path, place_of(tmp_path, f"sqlite:///{tmp_path / 'gone.sqlite'}"))
    office.deliver(**two_firms())
    with pytest.raises(StoreError):
        office.run()
    assert not (tmp_path / "data").exists()
