"""The outbox on both stores: told if and only if it was kept, in one order without a hole, by one sender at a time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from riskmon.store.database import connect
from riskmon.store.outbox import (
    Event,
    announce,
    deliveries,
    end_attempt,
    events_after,
    has_unnumbered,
    last_position,
    number_events,
    plan_deliveries,
    queue_lengths,
    send_again,
    take_due,
)

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
LEASE = timedelta(minutes=1)


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    yield opened
    opened.close()


def happened(database, *subjects):
    with database.writing() as connection:
        for subject in subjects:
            announce(connection, Event("earmark.placed", subject, {"amount": "1.00", "currency": "CNY"}), AT)


def numbered(database):
    with database.writing() as connection:
        return [(told.position, told.subject) for told in number_events(connection)]


def test_what_is_not_kept_is_not_told(database):
    def given_up():
        with database.writing() as connection:
            announce(connection, Event("earmark.placed", "D-1", {}), AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        given_up()
    happened(database, "D-2")
    assert numbered(database) == [(1, "D-2")]


def test_positions_go_on_where_they_ended_and_each_event_gets_one(database):
    happened(database, "D-1", "D-2")
    assert numbered(database) == [(1, "D-1"), (2, "D-2")]
    assert numbered(database) == []
    happened(database, "D-3")
    with database.reading() as connection:
        assert has_unnumbered(connection)
    assert numbered(database) == [(3, "D-3")]
    with database.reading() as connection:
        assert not has_unnumbered(connection)
        assert last_position(connection) == 3
        assert [told.subject for told in events_after(connection, 1)] == ["D-2", "D-3"]
        assert events_after(connection, 1, most=1)[0].data == {"amount": "1.00", "currency": "CNY"}


def test_an_event_that_was_written_first_and_kept_last_is_told_last(postgres_url, tmp_path):
    """On SQLite two transactions never write at once; on PostgreSQL a reader must not miss the one that ends later."""
    from riskmon.store.database import place_of
    from riskmon.store.schema import upgrade

    place = place_of(tmp_path, postgres_url)
    upgrade(place)
    database = connect(place)
    with database.writing() as slow:
        announce(slow, Event("earmark.placed", "written first", {}), AT)
        happened(database, "written second")
        assert numbered(database) == [(1, "written second")]
    assert numbered(database) == [(2, "written first")]
    database.close()


def test_many_who_number_at_once_leave_no_hole_and_number_nothing_twice(database):
    happened(database, *(f"D-{n}" for n in range(40)))
    found: list[tuple[int, str]] = []

    def number():
        found.extend(numbered(database))

    threads = [threading.Thread(target=number) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(n + 1, f"D-{n}") for n in range(40)]


def planned(database, *endpoints):
    happened(database, "D-1")
    with database.writing() as connection:
        position = number_events(connection)[-1].position
        plan_deliveries(connection, [(endpoint, position) for endpoint in endpoints], AT)


def due(database, at, *endpoints):
    with database.writing() as connection:
        return take_due(connection, endpoints or ("core",), at, lease=LEASE, most=10)


def test_a_delivery_is_taken_by_one_sender_until_its_lease_is_over(database):
    planned(database, "core", "other")
    (taken,) = due(database, AT)
    assert (taken.endpoint_id, taken.attempts, taken.event.subject) == ("core", 0, "D-1")
    assert due(database, AT + LEASE - timedelta(microseconds=1)) == []
    (again,) = due(database, AT + LEASE)
    assert again.attempts == 1


def ended(database, delivery, state, due_at=AT, said="503"):
    with database.writing() as connection:
        end_attempt(connection, delivery, state=state, due_at=due_at, at=AT, said=said)


def test_what_is_delivered_or_dead_is_due_no_more_and_what_waits_is_due_again(database):
    planned(database, "a", "b", "c")
    for taken, state in zip(due(database, AT, "a", "b", "c"), ("delivered", "dead", "waiting"), strict=True):
        ended(database, taken, state, due_at=AT + timedelta(minutes=5))
    assert due(database, AT + timedelta(minutes=4), "a", "b", "c") == []
    assert [d.endpoint_id for d in due(database, AT + timedelta(minutes=5), "a", "b", "c")] == ["c"]
    told = {d.endpoint_id: (d.state, d.last_said) for d in deliveries(database)}
    assert told == {"a": ("delivered", "503"), "b": ("dead", "503"), "c": ("waiting", "503")}
    with database.reading() as connection:
        assert queue_lengths(connection) == {"waiting": 1, "delivered": 1, "dead": 1, "unnumbered": 0}


def test_a_slow_sender_does_not_undo_what_another_has_delivered(database):
    planned(database, "core")
    (slow,) = due(database, AT)
    (fast,) = due(database, AT + LEASE)
    ended(database, fast, "delivered", said="200")
    ended(database, slow, "waiting", said="no answer")
    assert [(d.state, d.last_said) for d in deliveries(database)] == [("delivered", "200")]


def test_dead_letters_are_sent_again_from_the_beginning_all_or_those_asked_for(database):
    planned(database, "a", "b")
    for taken in due(database, AT, "a", "b"):
        ended(database, taken, "dead")
    event_id = deliveries(database, "dead")[0].event.event_id
    with database.writing() as connection:
        assert send_again(connection, AT, event_id="evt_unknown") == 0
        assert send_again(connection, AT, endpoint_id="a", event_id=event_id) == 1
    assert [(d.endpoint_id, d.attempts) for d in due(database, AT, "a", "b")] == [("a", 0)]
    with database.writing() as connection:
        assert send_again(connection, AT) == 1
    assert [d.endpoint_id for d in deliveries(database, "dead")] == []
