"""Group commit: who asks together shares a transaction, and nobody spoils it for the others. On both stores."""

from threading import Event

import pytest

from riskmon.domain.errors import StoreError
from riskmon.store.database import connect
from riskmon.store.group_commit import MOST, GroupCommit


@pytest.fixture
def database(store_place):
    opened = connect(store_place)
    yield opened
    opened.close()


def held(database, perform):
    """A writer whose first task holds it until the event is set, so that what is asked meanwhile waits."""
    go, begun, batches = Event(), Event(), []

    def counted(sheet, tasks):
        batches.append(list(tasks))
        if tasks[0] == "first":
            begun.set()
            assert go.wait(60)
        return perform(sheet, tasks)

    writer = GroupCommit(database, counted, writers=1)
    first = writer.submit("first")
    assert begun.wait(60)
    return writer, go, batches, first


def echo(sheet, tasks):
    return list(tasks)


def test_those_who_wait_share_the_next_transaction_in_their_order(database):
    writer, go, batches, first = held(database, echo)
    futures = [writer.submit(n) for n in range(10)]
    go.set()
    assert [each.result(timeout=60) for each in (first, *futures)] == ["first", *range(10)]
    assert batches == [["first"], list(range(10))]
    writer.close()


def test_no_transaction_takes_more_than_its_share(database):
    writer, go, batches, _ = held(database, echo)
    for n in range(MOST + 1):
        writer.submit(n)
    go.set()
    writer.close()
    assert [len(each) for each in batches] == [1, MOST, 1]


def test_a_job_that_fails_fails_alone(database):
    def divides(sheet, tasks):
        return [None if task == "first" else 12 // task for task in tasks]

    writer, go, _, _ = held(database, divides)
    futures = [writer.submit(n) for n in (3, 0, 4)]
    go.set()
    assert futures[0].result(timeout=60) == 4
    with pytest.raises(ZeroDivisionError):
        futures[1].result(timeout=60)
    assert futures[2].result(timeout=60) == 3
    writer.close()


def test_what_was_asked_before_the_end_is_done_by_whichever_writer(database):
    writer = GroupCommit(database, echo)
    futures = [writer.submit(n) for n in range(300)]
    writer.close()
    assert [each.result(timeout=0) for each in futures] == list(range(300))


def test_a_store_that_is_gone_is_told_to_all_who_wait_and_nothing_is_half_done(database):
    def performed(sheet, tasks):
        if "first" not in tasks:
            raise StoreError("The database is gone.", remedy="Start it.")
        return list(tasks)

    writer, go, _, _ = held(database, performed)
    futures = [writer.submit(n) for n in range(3)]
    go.set()
    for each in futures:
        with pytest.raises(StoreError):
            each.result(timeout=60)
    assert writer.submit("first").result(timeout=60) == "first"
    writer.close()
