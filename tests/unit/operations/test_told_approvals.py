"""Others are told of an approval, and of nothing else that becomes of a proposal."""

import pytest

from riskmon.operations.deciding import DecideOutcome
from riskmon.operations.events import EVENT_TYPES, events
from riskmon.store.outbox import number_events
from riskmon.store.schema import open_to_write
from tests.assessing import Office, two_firms
from tests.declaring import LimitOffice, steel, steel_bank


def told(place):
    database = open_to_write(place)
    with database.writing() as connection:
        number_events(connection)
    database.close()
    return events(place, 0, most=10)[0]


@pytest.fixture
def office(tmp_path, store_place):
    opened = Office(tmp_path, store_place)
    opened.deliver(**two_firms())
    opened.run()
    return opened


def test_an_approved_assessment_is_told_once_with_both_persons(office):
    first, second, third = office.propose(), office.propose(), office.propose()
    assert office.approve(first, by="Li Na").outcome is DecideOutcome.SAME_PERSON
    office.decline(second)
    office.decline(third, by="Li Na")
    assert told(office.place) == []
    office.approve(first)
    assert office.approve(first).outcome is DecideOutcome.ALREADY_DECIDED
    (event,) = told(office.place)
    proposal_id = first.proposal.proposal_id
    assert (event["type"], event["subject"]) == ("assessment.approved", proposal_id)
    assert event["data"] == {"proposal_id": proposal_id, "proposed_by": "Li Na", "approved_by": "Wang Wei"}
    assert event["type"] in EVENT_TYPES


def test_an_approved_limit_is_told(tmp_path, store_place):
    office = LimitOffice(tmp_path, store_place)
    office.deliver(**steel_bank())
    office.run()
    office.decline_limits(office.declare(steel("1900.00")))
    declared = office.declare(steel())
    office.approve_limits(declared)
    (event,) = told(office.place)
    assert (event["type"], event["subject"]) == ("limit.approved", declared.proposal.proposal_id)
    assert event["type"] in EVENT_TYPES
