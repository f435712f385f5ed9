"""What a risk officer expects of an assessment: who decides, what changes, and when.

Firms A and B owe 900 and 800. The example policy allows a group 15 % of 10 000 net capital, which is 1 500; a single
firm may owe more than either does. Whether A controls B is doubtful on delivery.
"""

from datetime import date

import pytest

from tests import builders
from tests.assessing import Office, findings, two_firms

LINE = ("example_policy", "group_credit")


@pytest.fixture
def office(store_place, tmp_path):
    opened = Office(tmp_path, store_place)
    opened.deliver(**two_firms())
    return opened


def breaches(result):
    rows = result.tables["breaches"].filter(book_id=LINE[0], limit_id=LINE[1])
    return rows.select("subject_id", "excess_minor").rows()


def shown(result, relationship_id="R1"):
    (row,) = result.tables["relationships"].filter(relationship_id=relationship_id).to_dicts()
    names = ("assessment", "recorded_assessment", "assessment_reason", "assessed_by", "approved_by")
    return tuple(row[name] for name in names)


def test_a_doubt_that_two_persons_resolve_breaks_the_line(office):
    before = office.run()
    assert breaches(before) == []
    assert shown(before) == ("doubtful", None, None, None, None)

    proposal = office.propose(by="Li Na", reason="site visit of 12 June")
    assert breaches(office.run()) == []  # one person alone changes nothing
    office.approve(proposal, by="Wang Wei")

    after = office.run()
    # 900 + 800 - 1 500
    assert breaches(after) == [("example_policy/A", 200_00)]
    assert shown(after) == ("confirmed", "doubtful", "site visit of 12 June", "Li Na", "Wang Wei")
    assert after.manifest["run_id"] != before.manifest["run_id"]


def test_the_delivered_data_need_not_change_and_the_past_can_be_asked_again(office):
    office.today = date(2026, 7, 10)
    before = office.run()
    office.approve(office.propose())

    # what was known on 30 June did not hold it yet
    again = office.run()
    assert (again.is_new, again.manifest["run_id"]) == (False, before.manifest["run_id"])
    assert breaches(office.run(known_at=date(2026, 7, 9))) == []
    assert breaches(office.run(known_at=date(2026, 7, 10))) == [("example_policy/A", 200_00)]
    assert breaches(office.run(as_of=date(2026, 7, 31))) == [("example_policy/A", 200_00)]


def test_an_assessment_ends_with_its_last_day_and_the_run_says_so(office):
    office.run()
    office.approve(office.propose(until=date(2026, 9, 30)))
    on_the_day, the_day_after = office.run(date(2026, 9, 30)), office.run(date(2026, 10, 1))
    assert (breaches(on_the_day), findings(on_the_day)) == ([("example_policy/A", 200_00)], {})
    assert (breaches(the_day_after), findings(the_day_after)) == ([], {"assessment_expired": ["R1"]})
    assert shown(the_day_after)[0] == "doubtful"


def test_a_later_assessment_takes_the_place_of_an_earlier_one(office):
    office.run()
    office.approve(office.propose())
    office.today = date(2026, 7, 1)
    office.approve(office.propose(assessment="rejected", reason="the mandate was recalled"))
    result = office.run(as_of=date(2026, 7, 31))
    assert breaches(result) == []
    assert shown(result)[:3] == ("rejected", "doubtful", "the mandate was recalled")
    # rejected is less than doubtful: it does not count "if confirmed" either
    wider = result.tables["group_exposures"]["if_confirmed_minor"]
    assert sorted(wider) == [800_00, 900_00]


def trade(first, second):
    """A pays B twice, and somebody whom the bank does not know pays B 400.00."""
    return [
        builders.payment("X1", "A", "B", first, purpose="rent"),
        builders.payment("X2", "A", "B", second, purpose="rent"),
        builders.payment("X3", "STRANGER", "B", "400.00", purpose="rent"),
    ]


def evidence(result, relationship_id):
    return result.tables["relationships"].filter(relationship_id=relationship_id)["evidence_text"].item()


def test_a_rejected_suggestion_stays_rejected_when_the_run_makes_it_again_with_other_evidence(office):
    suggestion = "suggested:receipts:A:B"
    office.books = ("basel_lex",)
    office.deliver(relationships=[], payments=trade("300.00", "300.00"))
    # 600 of the 1 000 that B receives come from A, which is more than half
    first = office.run()
    assert shown(first, suggestion)[0] == "doubtful"
    office.approve(office.propose(suggestion, "rejected", reason="one contract that has ended"))

    office.deliver(payments=trade("300.00", "500.00"))
    second = office.run()
    assert evidence(second, suggestion) != evidence(first, suggestion)
    assert shown(second, suggestion)[:3] == ("rejected", "doubtful", "one contract that has ended")
    assert findings(second) == {}


def test_a_confirmed_suggestion_counts_and_is_told_when_the_data_no_longer_show_it(office):
    suggestion = "suggested:receipts:A:B"
    office.books = ("basel_lex",)
    office.deliver(relationships=[], payments=trade("300.00", "300.00"))
    office.run()
    office.approve(office.propose(suggestion, "confirmed", reason="the only buyer"))
    counted = office.run()
    assert shown(counted, suggestion)[:2] == ("confirmed", "doubtful")
    members = counted.tables["group_members"].filter(group_id="basel_lex/A")
    assert members.select("party_id", "reason").rows() == [("A", []), ("B", [suggestion])]

    office.deliver(payments=trade("100.00", "100.00"))
    assert findings(office.run()) == {"assessment_unmatched": [suggestion]}


def test_an_assessment_of_a_relationship_that_is_gone_or_is_another_now_is_told(office):
    office.run()
    office.approve(office.propose())
    office.deliver(relationships=[builders.relationship("R2", "A", "B", assessment="doubtful")])
    gone = office.run()
    assert (findings(gone), breaches(gone)) == ({"assessment_unmatched": ["R1"]}, [])
    office.deliver(relationships=[builders.relationship("R1", "B", "A", assessment="doubtful")])
    another = office.run()
    assert (findings(another), breaches(another)) == ({"assessment_outdated": ["R1"]}, [])
    assert shown(another)[0] == "doubtful"


def test_an_assessment_follows_a_party_that_was_merged_with_another_id(office):
    lei = "5493001KJTIIGC8Y1R12"
    office.run()
    office.approve(office.propose())
    parties = [builders.party("A", lei=lei), builders.party("A0", lei=lei), builders.party("B")]
    office.deliver(
        parties=parties, relationships=[builders.relationship("R1", "A0", "B", assessment="doubtful")]
    )
    result = office.run()
    # A0 is A now: the relationship is the one that was assessed, as soon as both names are one party
    assert findings(result) == {}
    assert shown(result)[0] == "confirmed"
    assert breaches(result) == [("example_policy/A", 200_00)]


def test_the_preview_tells_beforehand_what_the_next_run_will_say(office):
    office.run()
    proposal = office.propose()
    body = office.preview(proposal)
    assert (body["assessment_before"], body["assessment_after"]) == ("doubtful", "confirmed")
    assert [(row["group_id"], row["change"], row["party_id"]) for row in body["group_changes"]] == [
        ("example_policy/A", "joined", "B"),
        ("example_policy/B", "merged", None),
    ]
    exposures = {
        row["subject_id"]: (row["exposure_before"], row["exposure_after"]) for row in body["exposures"]
    }
    assert exposures == {"example_policy/A": ("900.00", "1700.00"), "example_policy/B": ("800.00", None)}
    (line,) = [row for row in body["limits"] if row["limit_id"] == "group_credit"]
    assert (line["headroom_before"], line["headroom_after"], line["breach"]) == (None, "-200.00", "new")

    office.approve(proposal)
    after = office.run()
    assert breaches(after) == [("example_policy/A", 200_00)]
    totals = after.tables["group_exposures"].select("group_id", "exposure_minor").rows()
    assert totals == [("example_policy/A", 1_700_00)]
