"""Four processes with four threads each on five hot groups, while runs are published that merge and split them; kills among them.

RISKMON_TEST_LONG=20 does so many times as much: `RISKMON_TEST_LONG=20 pytest tests/unit/operations/earmarks`.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from riskmon.domain.errors import StoreError
from riskmon.operations.earmarks import PlaceWish, place_earmark
from riskmon.store.database import connect, place_of
from riskmon.store.ledger import earmarked
from riskmon.store.schema import upgrade
from tests import hammering
from tests.earmarking import BANK, loan
from tests.hammering import WHOLE
from tests.postgres import refusing_connections

TIMES = int(os.environ.get("RISKMON_TEST_LONG", "1"))
PROCESSES, THREADS, DEALS = 4, 4, 3 * TIMES
KILLS = 3 * TIMES


def started(url, worker, deals, threads=THREADS):
    command = [sys.executable, "-m", "tests.hammering", url, str(worker), str(threads), str(deals)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def url(store_url, tmp_path):
    upgrade(place_of(tmp_path, store_url))
    return store_url


def test_totals_are_exact_whatever_processes_do_at_once(url):
    with hammering.opened(url) as ledger:
        assert hammering.put(ledger, "whole-0", 0) == "published"
        workers = [started(url, n, DEALS) for n in range(PROCESSES)]
        for published in range(1, 8 * TIMES):
            run_id = f"{'split' if published % 2 else 'whole'}-{published}"
            assert hammering.put(ledger, run_id, published) == "published"
        # Each wait has an end: a deadlock would show as a failure, not as a standstill.
        said = [each.communicate(timeout=120) for each in workers]
        assert [each.returncode for each in workers] == [0] * PROCESSES, said
        kept = {name: each for out, _ in said for name, each in json.loads(out.splitlines()[-1]).items()}
        assert hammering.put(ledger, f"whole-{published + 1}", published + 1) == "published"
        expected = {}
        for party, amount in kept.values():
            for line in WHOLE.lines(party):
                expected[line] = expected.get(line, 0) + amount
        with ledger.database.reading() as connection:
            assert earmarked(connection) == expected
        # What is owed and what is claimed keep the limit of the bank under both states.
        assert expected[BANK] + sum(WHOLE.owed.values()) <= WHOLE.bank_limit


def counted(url):
    """What the database holds: ids, and the sum of claims beside the counter of every line."""
    database = connect(place_of(Path(), url))
    try:
        with database.reading() as connection:
            ids = set(connection.execute(text("SELECT earmark_id FROM earmarks")).scalars())
            told = set(
                connection.execute(
                    text("SELECT subject FROM outbox_events WHERE type = 'earmark.placed'")
                ).scalars()
            )
            recorded = set(
                connection.execute(
                    text("SELECT subject FROM audit_entries WHERE action = 'earmark.placed'")
                ).scalars()
            )
            sums = dict(
                connection.execute(
                    text("SELECT subject_id, sum(amount_minor) FROM ledger_claims GROUP BY subject_id")
                ).all()
            )
            lines = dict(
                connection.execute(
                    text("SELECT subject_id, earmarked_minor FROM ledger_lines WHERE earmarked_minor > 0")
                ).all()
            )
    finally:
        database.close()
    return ids, told, recorded, {name: int(total) for name, total in sums.items()}, lines


def test_what_was_acknowledged_before_a_kill_is_there_and_nothing_is_half_done(url):
    with hammering.opened(url) as ledger:
        hammering.put(ledger, "whole-0", 0)
    draw, acknowledged = Random(7), set()
    for kill in range(KILLS):
        worker = started(url, f"k{kill}", 10**6)
        for _ in range(draw.randint(1, 12)):
            acknowledged.add(worker.stdout.readline().strip())
        worker.send_signal(signal.SIGKILL)
        rest, _ = worker.communicate(timeout=60)
        # A line may be cut short by the kill: then nobody has read it.
        acknowledged |= {each.strip() for each in rest.splitlines(keepends=True) if each.endswith("\n")}
        ids, told, recorded, sums, lines = counted(url)
        assert acknowledged <= ids
        assert told == recorded == ids
        assert sums == lines
    with hammering.opened(url) as ledger:
        # The next one is served at once: a killed process holds no lock.
        assert hammering.put(ledger, "split-1", 1) == "published"


FULL = """
import resource, sys
from tests import hammering
from tests.earmarking import loan
from riskmon.domain.errors import StoreError
from riskmon.operations.earmarks import PlaceWish, place_earmark
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with hammering.opened(sys.argv[1]) as ledger:
    for n in range(10**6):
        if n == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
        try:
            place_earmark(ledger, PlaceWish(f"F-{n}", loan("P1", "0.01"), 24, "LOS"))
        except StoreError as error:
            print("refused", error.what, flush=True)
            break
        print(f"F-{n}", flush=True)
"""


def test_a_full_disk_is_told_and_loses_nothing(tmp_path):
    file = tmp_path / "riskmon.sqlite"
    url = f"sqlite:///{file}"
    upgrade(place_of(tmp_path, url))
    with hammering.opened(url) as ledger:
        hammering.put(ledger, "whole-0", 0)
    room = sum(each.stat().st_size for each in tmp_path.iterdir()) + 100_000
    done = subprocess.run(
        [sys.executable, "-c", FULL, url, str(room)], capture_output=True, text=True, timeout=300, check=False
    )
    *placed, refused = done.stdout.splitlines()
    assert refused.startswith("refused The database"), done.stderr
    assert len(placed) > 3
    ids, told, recorded, sums, lines = counted(url)
    assert (set(placed) <= ids, told == recorded == ids, sums == lines) == (True, True, True)
    with hammering.opened(url) as ledger:
        assert place_earmark(ledger, PlaceWish("after", loan("P2", "0.01"), 24, "LOS")).outcome == "placed"


def test_a_database_that_is_gone_is_told_and_one_that_is_back_is_used(
    postgres_server, postgres_url, tmp_path
):
    upgrade(place_of(tmp_path, postgres_url))
    with hammering.opened(postgres_url) as ledger:
        hammering.put(ledger, "whole-0", 0)
        wish = PlaceWish("E1", loan("P1", "1.00"), 24, "LOS")
        with (
            refusing_connections(postgres_server, postgres_url),
            pytest.raises(StoreError, match="cannot be used"),
        ):
            place_earmark(ledger, wish)
        assert place_earmark(ledger, wish).is_new
