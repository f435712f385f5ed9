"""Declaring limits: every outcome, what a run makes of what was approved, and what a preview promises."""

import itertools
from datetime import date

import pytest

from riskmon.domain.errors import CallerError, NotFoundError, NotReadyError
from riskmon.operations.deciding import DecideOutcome
from riskmon.operations.limits.known import limit_item, limit_proposals, limits_known
from riskmon.operations.limits.propose import ProposeLimitOutcome
from riskmon.store.database import place_of
from tests.assessing import AS_OF
from tests.declaring import LimitOffice, own, steel, steel_bank

YESTERDAY = date(2026, 6, 29)


@pytest.fixture
def office(tmp_path):
    opened = LimitOffice(tmp_path, place_of(tmp_path))
    opened.deliver(**steel_bank())
    opened.run()
    return opened


FAULTS = [
    (ProposeLimitOutcome.NAME_MISSING, {"by": " \u200b"}, {}),
    (ProposeLimitOutcome.REASON_MISSING, {"reason": " "}, {}),
    (ProposeLimitOutcome.UNTIL_PAST, {}, {"valid_to": YESTERDAY.isoformat()}),
    (ProposeLimitOutcome.NOT_TESTABLE, {}, {"amount": None, "currency": None}),
]


def test_of_several_faults_of_a_proposal_the_first_is_the_outcome(office):
    for size in range(1, len(FAULTS) + 1):
        for faults in itertools.combinations(FAULTS, size):
            said, cells = ({k: v for fault in faults for k, v in fault[n].items()} for n in (1, 2))
            answer = office.declare(steel(**cells), **said)
            assert (answer.outcome, answer.proposal) == (faults[0][0], None)
    assert limit_proposals(office.place) == []


@pytest.mark.parametrize(
    ("limit", "outcome"),
    [
        ({"limit_id": "NONE", "is_ended": True, "valid_from": "2026-07-01"}, ProposeLimitOutcome.LIMIT_UNKNOWN),
        (steel(subject_kind="obligor", subject_id="Z"), ProposeLimitOutcome.NOT_TESTABLE),
        (steel(parent_limit_id="NONE"), ProposeLimitOutcome.NOT_TESTABLE),
        (steel(book_id="basel_lex"), ProposeLimitOutcome.NOT_TESTABLE),
        (steel(currency="USD"), ProposeLimitOutcome.NOT_TESTABLE),
        (steel(parent_limit_id="NONE", valid_from="2026-08-01"), ProposeLimitOutcome.NOT_TESTABLE),
    ],
)  # fmt: skip
def test_what_no_run_could_test_is_not_proposed_whenever_it_is_to_begin(office, limit, outcome):
    answer = office.declare(limit)
    assert answer.outcome is outcome
    assert limit["limit_id"] in answer.detail or "Z" in answer.detail


@pytest.mark.parametrize(
    "limits",
    [
        [],
        [steel(), steel()],
        [steel(subject_kind="planet")],
        [steel(currency=None)],
        [steel(amount="-1.00")],
        [steel(amount="1.001")],
        [steel(colour="red")],
        [steel(valid_from="2026-07-02", valid_to="2026-07-01")],
        [{"limit_id": "STEEL", "is_ended": True}],
        [{"limit_id": "STEEL", "amount": "1.00", "currency": "CNY"}],
    ],
)
def test_a_limit_that_cannot_be_read_is_the_callers_mistake(office, limits):
    with pytest.raises(CallerError, match="cannot be used"):
        office.declare(*limits)


def test_without_a_run_there_is_nothing_to_look_at_a_limit_on(tmp_path):
    with pytest.raises(NotReadyError):
        LimitOffice(tmp_path, place_of(tmp_path)).declare(steel())


def test_a_proposal_counts_in_no_run_until_another_person_approves(office):
    proposed = office.declare(steel("1500.00"))
    assert own(office.run().tables["headroom"]) == []
    assert office.approve_limits(proposed, by=" li  na ").decided.outcome is DecideOutcome.SAME_PERSON
    assert own(office.run().tables["headroom"]) == []
    assert office.approve_limits(proposed).decided.outcome is DecideOutcome.APPROVED
    run = office.run()
    # 900 and 800 against 1 500
    assert own(run.tables["headroom"]) == [("STEEL", 1_700_00, 1_500_00, True)]
    assert office.approve_limits(proposed).decided.outcome is DecideOutcome.ALREADY_DECIDED


def test_a_run_tells_who_declared_a_limit_and_why_and_is_another_run_for_it(office):
    before = office.run()
    proposed = office.declare(steel("1500.00"))
    office.approve_limits(proposed)
    after = office.run()
    assert after.manifest["run_id"] != before.manifest["run_id"]
    columns = (
        "limit_id",
        "limit_amount_minor",
        "declared_by",
        "approved_by",
        "declaration_reason",
        "proposal_id",
    )
    assert after.tables["bank_limits"].select(columns).rows() == [
        ("STEEL", 1_500_00, "Li Na", "Wang Wei", "board of 12 June", proposed.proposal.proposal_id)
    ]
    assert after.manifest["declared_limits"][0]["limit_id"] == "STEEL"


def test_a_run_that_may_not_know_of_an_approval_does_not_count_it(office):
    office.today = date(2026, 7, 2)
    office.settle(steel("1500.00"))
    assert limits_known(office.place, AS_OF).is_empty()
    assert own(office.run().tables["headroom"]) == []
    assert own(office.run(known_at=date(2026, 7, 2)).tables["headroom"]) != []


def test_a_declared_limit_takes_the_place_of_a_delivered_one_and_the_run_says_so(office):
    office.deliver(bank_limits=[steel("1800.00") | {"is_shared": "true", "is_hard": "true"}])
    office.settle(steel("1600.00"))
    run = office.run()
    assert own(run.tables["headroom"]) == [("STEEL", 1_700_00, 1_600_00, True)]
    told = run.tables["findings"].filter(finding_code="limit_replaced")
    assert told.select("table", "sample").rows() == [("bank_limits", ["STEEL"])]
    assert run.manifest["counts"]["quarantined"] == 0


def test_a_declared_limit_whose_party_is_gone_is_a_finding_and_no_quarantined_row(office):
    office.settle(steel(limit_id="OF-B", subject_kind="obligor", subject_id="B"))
    bank = steel_bank()
    office.deliver(parties=bank["parties"][:1], facilities=bank["facilities"][:1])
    run = office.run()
    told = run.tables["findings"].filter(finding_code="reference_missing")
    assert told.select("table", "sample").rows() == [("bank_limits", ["OF-B"])]
    assert run.manifest["counts"]["quarantined"] == 0


def test_limits_that_hang_together_are_declared_together(office):
    line = steel(
        "950.00", limit_id="STEEL-A", subject_kind="obligor", subject_id="A", parent_limit_id="STEEL"
    )
    office.settle(line, steel("2000.00"))
    assert own(office.run().tables["headroom"]) == [
        ("STEEL", 1_700_00, 2_000_00, False),
        ("STEEL-A", 900_00, 950_00, False),
    ]


def test_a_frozen_limit_is_declared_without_a_figure(office):
    office.settle(steel(None, currency=None, is_frozen=True))
    assert own(office.run().tables["headroom"]) == [("STEEL", 1_700_00, 1_700_00, False)]


def test_a_preview_promises_what_the_next_run_says(office):
    office.settle(steel("2000.00"))
    before = office.run()
    proposed = office.declare(steel("1600.00"), steel("850.00", limit_id="EACH", is_shared=False))
    body = office.preview_limits(proposed)
    assert body["proposal"]["proposal_id"] == proposed.proposal.proposal_id
    told = {
        (row["limit_id"], row["subject_id"]): (row["headroom_before"], row["headroom_after"], row["breach"])
        for row in body["limits"]
    }
    assert told == {
        # 850 less 900 and less 800
        ("EACH", "A"): (None, "-50.00", "new"),
        ("EACH", "B"): (None, "50.00", None),
        ("STEEL", "C31"): ("300.00", "-100.00", "new"),
    }
    assert (body["earmarks_over"], body["not_evaluated"]) == ([], [])
    office.approve_limits(proposed)
    after = office.run()
    changed = {
        (row["limit_id"], row["subject_id"])
        for row in after.tables["headroom"].join(
            before.tables["headroom"], on=["book_id", "limit_id", "subject_kind", "subject_id", "headroom_minor"],
            how="anti",
        ).iter_rows(named=True)
    }  # fmt: skip
    assert changed == told.keys()


def test_only_what_waits_for_a_decision_has_a_preview(office):
    with pytest.raises(NotFoundError, match="no proposal"):
        office.preview_limits("nosuch")
    proposed = office.declare(steel())
    assert office.decline_limits(proposed, by="Li Na").outcome is DecideOutcome.WITHDRAWN
    with pytest.raises(CallerError, match="withdrawn already"):
        office.preview_limits(proposed)


def test_every_proposal_is_listed_with_what_became_of_it(office):
    first, second = office.declare(steel()), office.declare(steel("1.00"))
    office.decline_limits(first, note="too much")
    told = [limit_item(each) for each in limit_proposals(office.place)]
    assert [each["state"] for each in told] == ["declined", "open"]
    assert (told[0]["note"], told[0]["decided_by"]) == ("too much", "Wang Wei")
    assert told[1]["limits"][0]["amount"] == "1.00"
    assert [each.proposal_id for each in limit_proposals(office.place, is_open=True)] == [
        second.proposal.proposal_id
    ]
