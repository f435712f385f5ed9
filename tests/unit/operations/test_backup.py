"""Backup and restore on both stores: one instant, all of it, into an empty place, or nothing."""

import gzip
import hashlib
import json
import threading

import pytest
from sqlalchemy import inspect, text

from riskmon.domain.errors import CallerError, StoreError
from riskmon.operations.audit import audit_entries, audit_item, take_head
from riskmon.operations.audit.listing import Wanted
from riskmon.operations.backup import back_up, restore
from riskmon.operations.events import latest_position
from riskmon.store.audit import record
from riskmon.store.audit_chain import examine
from riskmon.store.backup import dump
from riskmon.store.database import connect, place_of
from riskmon.store.outbox import Event, announce, number_events
from riskmon.store.schema import SCHEMA_VERSION
from tests.assessing import Office, two_firms
from tests.auditing import AT, entry
from tests.earmarking import State, desk


def live(folder, place):
    """Something of everything happens in a database."""
    office = Office(folder, place)
    office.deliver(**two_firms())
    office.run()
    office.approve(office.propose())
    office.propose(reason="Überziehung, 李")
    with desk(place, State(owed={"A": 0})) as opened:
        opened.place("E1", amount="60.00")
        opened.confirm("E1", "20.00", "F1")
        opened.place("E2", amount="5.00")
    database = connect(place)
    with database.writing() as connection:
        announce(connection, Event("earmark.placed", "E1", {"amount": "60.00"}), AT)
        number_events(connection)
    database.close()
    take_head(place)
    return place


@pytest.fixture
def lived(tmp_path, store_place):
    return live(tmp_path, store_place)


@pytest.fixture
def embedded(tmp_path):
    """For what is asked of the file alone."""
    return live(tmp_path, place_of(tmp_path / "data"))


@pytest.fixture
def elsewhere(request, store_place, tmp_path):
    """An empty place on the other store."""
    if store_place.url.get_backend_name() == "sqlite":
        return place_of(tmp_path, request.getfixturevalue("other_postgres"))
    return place_of(tmp_path / "elsewhere")


@pytest.fixture
def other_postgres(postgres_server):
    from tests import postgres

    with postgres.new_database(postgres_server) as url:
        yield url.render_as_string(hide_password=False)


def rows_of(place):
    """Every row of every table, but for the entries of those who restored it."""
    database = connect(place)
    with database.snapshot() as connection:
        found, table = {}, ""
        for line in map(json.loads, dump(connection)):
            if isinstance(line, list):
                found[table].append(line)
            elif "table" in line:
                table = line["table"]
                found[table] = []
    database.close()
    found["audit_entries"] = [row for row in found["audit_entries"] if "database.restored" not in row]
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def test_what_is_restored_on_the_other_store_is_what_was_there(lived, elsewhere, tmp_path):
    back_up(lived, tmp_path / "b.gz")
    done = restore(elsewhere, tmp_path / "b.gz", "Wu Fang")
    assert rows_of(elsewhere) == rows_of(lived)
    assert {name for name, count in done["rows"].items() if count} >= {
        "assessment_proposals", "assessment_decisions", "earmarks", "earmark_resolutions", "ledger_publications",
        "ledger_lines", "ledger_claims", "outbox_events", "audit_entries",
    }  # fmt: skip
    last = audit_item(audit_entries(elsewhere, Wanted(action="database"), most=9)[0])
    assert (last["by"], last["subject"], last["position"]) == ("Wu Fang", done["sha256"], None)


def test_a_restored_database_goes_on_where_it_was(lived, elsewhere, tmp_path):
    """The chain goes on behind its head, what counts by itself behind its last number, and rows are still kept."""
    head, last = take_head(lived), latest_position(lived)
    back_up(lived, tmp_path / "b.gz")
    restore(elsewhere, tmp_path / "b.gz", "Wu Fang")
    database = connect(elsewhere)
    with database.writing() as connection:
        announce(connection, Event("earmark.released", "E2", {}), AT)
        assert [told.position for told in number_events(connection)] == [last + 1]
        record(connection, entry(), AT)
    after = take_head(elsewhere)
    assert after.position == head.position + 2
    with database.reading() as connection:
        assert examine(connection, [_head(head), _head(after)]).broken == []
    with pytest.raises(Exception, match="only ever added"), database.writing() as connection:
        connection.execute(text("DELETE FROM audit_entries"))
    database.close()


def _head(exported):
    from riskmon.store.audit import Head

    return Head(exported.position, exported.hash)


def test_a_place_that_is_not_empty_is_refused_and_stays_as_it_is(lived, tmp_path):
    back_up(lived, tmp_path / "b.gz")
    before = rows_of(lived)
    with pytest.raises(CallerError, match="not empty"):
        restore(lived, tmp_path / "b.gz", "Wu Fang")
    assert rows_of(lived) == before
    with pytest.raises(CallerError, match="cannot be written"):
        back_up(lived, tmp_path / "b.gz")


def test_a_backup_beside_those_who_write_is_of_one_instant(store_place, elsewhere, tmp_path):
    """Every transaction writes an event and an entry: a backup that saw two instants would have more of one."""
    database = connect(store_place)
    stop, started = threading.Event(), threading.Barrier(4)

    def write(name):
        number = 0
        while not stop.is_set():
            number += 1
            with database.writing() as connection:
                announce(connection, Event("e.made", f"{name}-{number}", {}), AT)
                record(connection, entry(f"{name}-{number}"), AT)
            if number == 3:
                started.wait()

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    started.wait()
    files = [tmp_path / f"{n}.gz" for n in range(3)]
    for file in files:
        back_up(store_place, file)
    stop.set()
    for writer in writers:
        writer.join()
    database.close()
    counts = [json.loads(unpacked(file)[-1])["rows"] for file in files]
    assert all(each["outbox_events"] == each["audit_entries"] > 8 for each in counts)
    done = restore(elsewhere, files[-1], "Wu Fang")
    assert done["rows"] == counts[-1]


def unpacked(file):
    with gzip.open(file, "rt", newline="\n") as packed:
        return packed.readlines()


def changed(file, change):
    """A backup with other lines, packed again."""
    lines = unpacked(file)
    with gzip.open(file, "wt", newline="\n") as packed:
        packed.writelines(change(lines))


def signed(lines):
    """The lines with the hash that fits them."""
    *rows, last = lines
    said = json.loads(last)
    said["sha256"] = hashlib.sha256("".join(rows).encode()).hexdigest()
    return [*rows, json.dumps(said) + "\n"]


def without(lines, wanted):
    place = next(at for at, line in enumerate(lines) if wanted in line and line.startswith("["))
    return lines[:place] + lines[place + 1 :]


def twice(lines, wanted):
    place = next(at for at, line in enumerate(lines) if wanted in line and line.startswith("["))
    return [*lines[:place], lines[place], *lines[place:]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:-1], "ends before its last line"),
        (lambda lines: lines[:3], "ends before its last line"),
        (lambda lines: without(lines, "E2"), "not the one that it was made of"),
        (lambda lines: [line.replace("Li Na", "Li Ma") for line in lines], "not the one that it was made of"),
        (lambda lines: [*lines, lines[-1]], "not the one that it was made of"),
        (lambda lines: [*lines[:4], "{", *lines[4:]], "a line of it cannot be read"),
        (lambda lines: ["hello\n"], "a line of it cannot be read"),
        (lambda lines: ["[]\n"], "first line is not that of a backup"),
        # Whoever changes it and makes the hash anew is told by the rows and by the audit.
        (lambda lines: signed(without(lines, "assessment.approved")), "as many rows as it says"),
        (lambda lines: signed([line.replace("Wang Wei", "Li Na") if "audit" in line or "assessment.approved" in line
                               else line for line in lines]), "audit is not as it was"),
        (lambda lines: signed([line.replace('"earmarks"', '"earmark"') for line in lines]), "table that its schema"),
        (lambda lines: signed(twice(lines, "assessment.approved")), "a row of it cannot be written"),
        (lambda lines: signed([line.replace('"columns"', '"column"') for line in lines]), "a row of it cannot be written"),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_is_no_whole_backup_restores_nothing(embedded, tmp_path, change, said):
    file = tmp_path / "b.gz"
    back_up(embedded, file)
    changed(file, change)
    empty = place_of(tmp_path / "empty")
    with pytest.raises(CallerError, match=said):
        restore(empty, file, "Wu Fang")
    database = connect(empty)
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()


def test_a_file_that_was_cut_or_is_another_one_restores_nothing(embedded, tmp_path):
    file = tmp_path / "b.gz"
    back_up(embedded, file)
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:-4], b"", b"PK", whole[:50] + b"\xff" + whole[51:]):
        file.write_bytes(content)
        with pytest.raises(CallerError, match="not a whole backup"):
            restore(place_of(tmp_path / "empty"), file, "Wu Fang")
    with pytest.raises(CallerError, match="is no file"):
        restore(place_of(tmp_path / "empty"), tmp_path / "missing", "Wu Fang")


def test_a_backup_of_an_older_schema_is_brought_to_this_one_and_of_a_newer_refused(embedded, tmp_path):
    file = tmp_path / "b.gz"
    back_up(embedded, file)
    changed(
        file,
        lambda lines: signed(
            [line.replace(f'"schema":"{SCHEMA_VERSION}"', '"schema":"9999"') for line in lines]
        ),
    )
    with pytest.raises(StoreError, match="knows no schema 9999"):
        restore(place_of(tmp_path / "empty"), file, "Wu Fang")


def test_an_audit_with_a_fault_is_restored_with_that_fault_and_told(lived, elsewhere, tmp_path):
    """After a disaster there may be no better backup: what is there is restored, and nothing is hidden."""
    database = connect(lived)
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_entries_undeleted"))
        connection.execute(text("DELETE FROM audit_entries WHERE position = 2"))
    database.close()
    back_up(lived, tmp_path / "b.gz")
    done = restore(elsewhere, tmp_path / "b.gz", "Wu Fang")
    assert done["audit"]["broken"] == [["missing", 2, 2]]


def test_nobody_restores_without_a_name_and_nothing_is_backed_up_of_nothing(tmp_path, embedded):
    back_up(embedded, tmp_path / "b.gz")
    with pytest.raises(CallerError, match="--by is empty"):
        restore(place_of(tmp_path / "empty"), tmp_path / "b.gz", " ")
    with pytest.raises(CallerError, match="nothing to back up"):
        back_up(place_of(tmp_path / "nowhere"), tmp_path / "n.gz")
    assert not (tmp_path / "n.gz").exists()
