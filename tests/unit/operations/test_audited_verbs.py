"""What the verbs leave in the audit: one entry a write, with its state before and after, and none where nothing changed."""

import pytest

from riskmon.domain.access import Role
from riskmon.operations.access import KeyWish, Signed, create_key, revoke_key
from riskmon.operations.audit import audit_entries, audit_item, take_head
from riskmon.operations.audit.listing import Wanted
from riskmon.operations.earmarks import expire_earmarks
from riskmon.store.audit import entries, seal
from riskmon.store.audit_chain import examine
from riskmon.store.database import connect
from tests.assessing import Office, two_firms
from tests.earmarking import State, desk


@pytest.fixture
def office(tmp_path, store_place):
    opened = Office(tmp_path, store_place)
    opened.deliver(**two_firms())
    opened.run()
    return opened


def told(place):
    return [
        (item["action"], item["subject"], item["by"], item["before"], item["after"], item["reason"])
        for item in map(audit_item, audit_entries(place, Wanted(), most=100))
    ]


def test_what_two_persons_say_of_a_relationship_is_in_the_audit(office):
    first, second, third = office.propose(), office.propose(reason="letter"), office.propose()
    office.approve(first)
    office.decline(second, note="no proof")
    office.decline(third, by="Li Na")
    # What changes nothing leaves nothing.
    office.approve(first)
    office.propose(reason=" ")
    ids = [each.proposal.proposal_id for each in (first, second, third)]
    found = told(office.place)
    assert [(action, subject, by, reason) for action, subject, by, _, _, reason in found] == [
        ("assessment.proposed", ids[0], "Li Na", "visit"),
        ("assessment.proposed", ids[1], "Li Na", "letter"),
        ("assessment.proposed", ids[2], "Li Na", "visit"),
        ("assessment.approved", ids[0], "Wang Wei", None),
        ("assessment.declined", ids[1], "Wang Wei", "no proof"),
        ("assessment.withdrawn", ids[2], "Li Na", None),
    ]
    proposed, approved = found[0], found[3]
    assert (proposed[3], proposed[4]["relationship_id"], proposed[4]["assessment"]) == (
        None,
        "R1",
        "confirmed",
    )
    assert (approved[3], approved[4]) == ({"state": "open"}, {"state": "approved"})
    assert take_head(office.place).position == 6


def test_the_life_of_earmarks_is_in_the_audit(store_place):
    world = State(owed={"A": 0, "B": 0})
    with desk(store_place, world) as opened:
        opened.place("E1", amount="60.00")
        opened.place("E1", amount="60.00")  # the same again
        opened.place("E2", amount="60.00")  # refused
        opened.place("E3", "B", "10.00", hours=1)
        opened.confirm("E1", "20.00", "F1")
        opened.pass_time(hours=2)
        expire_earmarks(opened.ledger)
        opened.place("E4", "B", "5.00")
        opened.release("E4", by="Wang Wei")
        opened.publish(world, [("F1", "A", None)], run_id="run2")
    cny = {"currency": "CNY"}
    found = [
        (action, subject, by, before, after) for action, subject, by, before, after, _ in told(store_place)
    ]
    short = [
        (
            action,
            subject,
            by,
            before,
            {n: v for n, v in after.items() if n not in ("obligor_id", "expires_at", "claims", "code")},
        )
        for action, subject, by, before, after in found
    ]
    in_force = {"as_of": "2026-06-30", "level": "solo", "books": ["book"]}
    first, second = (
        {**in_force, "run_id": "run1", "generation": 1},
        {**in_force, "run_id": "run2", "generation": 2},
    )

    def placed(amount):
        return {"state": "placed", "amount": amount, **cny}

    none = {"amount": "0.00", "facility_id": None, **cny}
    assert short == [
        ("run.published", "run1", "Li Na", None, first),
        ("earmark.placed", "E1", "Li Na", None, {**placed("60.00"), "run_id": "run1"}),
        ("earmark.placed", "E3", "Li Na", None, {**placed("10.00"), "run_id": "run1"}),
        (
            "earmark.confirmed",
            "E1",
            "Li Na",
            placed("60.00"),
            {"state": "confirmed", "amount": "20.00", "facility_id": "F1", **cny},
        ),
        ("earmark.expired", "E3", "riskmon", placed("10.00"), {"state": "expired", **none}),
        ("earmark.placed", "E4", "Li Na", None, {**placed("5.00"), "run_id": "run1"}),
        ("earmark.released", "E4", "Wang Wei", placed("5.00"), {"state": "released", **none}),
        ("run.published", "run2", "Li Na", first, second),
        (
            "earmark.booked",
            "E1",
            "Li Na",
            {"state": "confirmed"},
            {"state": "booked", "facility_id": "F1", "run_id": "run2"},
        ),
    ]


def test_a_refused_earmark_leaves_no_entry_and_the_chain_is_whole(store_place):
    with desk(store_place, State(owed={"A": 100_00})) as opened:
        opened.place("E1", amount="0.01")
    database = connect(store_place)
    seal(database)
    with database.reading() as connection:
        assert [each.entry.action for each in entries(connection, Wanted(), most=9)] == ["run.published"]
        assert examine(connection).broken == []
    database.close()


def test_who_let_whom_in_is_in_the_audit_without_the_secret(store_place):
    first = create_key(
        store_place, KeyWish("Li Na", frozenset({Role.ADMINISTRATOR}), 30), Signed(name="Li Na")
    )
    signed = Signed(key=str(first.credential))
    made = create_key(store_place, KeyWish("LOS", frozenset({Role.WORKFLOW_SYSTEM}), 30), signed)
    revoke_key(store_place, made.key.key_id, "lost", signed)
    found = told(store_place)
    assert [
        (action, by, before, after["state"], reason) for action, _, by, before, after, reason in found
    ] == [
        ("key.created", "Li Na", None, "live", None),
        ("key.created", "Li Na", None, "live", None),
        ("key.revoked", "Li Na", {"state": "live"}, "revoked", "lost"),
    ]
    assert (found[1][4]["holder"], found[1][4]["roles"]) == ("LOS", ["workflow_system"])
    assert made.key.secret_sha256 not in str(found)
