"""Turns and the one server of an SQLite file, between processes too."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from riskmon.domain.errors import StoreError
from riskmon.store.locks import Turn, served_by_one

HOLDS = """
import sys
from pathlib import Path
from riskmon.store.locks import served_by_one
with served_by_one(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that serves the file until it is killed."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path / "riskmon.sqlite"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout.readline() == "held\n"
    yield started
    started.kill()
    started.communicate()


def test_a_second_server_on_one_file_is_refused_and_one_that_was_killed_holds_nothing(tmp_path, holder):
    file = tmp_path / "riskmon.sqlite"
    with pytest.raises(StoreError, match="Another server") as refused, served_by_one(file):
        pass
    assert "PostgreSQL" in refused.value.remedy
    holder.kill()
    holder.wait()
    with served_by_one(file):
        pass


def test_the_same_process_is_refused_a_second_time_as_well(tmp_path):
    file = tmp_path / "riskmon.sqlite"
    with served_by_one(file), pytest.raises(StoreError), served_by_one(file):
        pass
    with served_by_one(file):
        pass


def test_two_that_hold_the_turn_of_one_file_never_do_so_at_once(tmp_path):
    inside, most = [], []

    def writes(turn):
        for _ in range(50):
            with turn:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    # Two of one process are as two processes: each has opened the file for itself.
    turns = [Turn(tmp_path / "riskmon.sqlite") for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(writes, turns[n % 2]) for n in range(4)]:
            done.result(timeout=60)
    assert set(most) == {1}
    for turn in turns:
        turn.close()


def test_a_turn_that_cannot_be_taken_is_told(tmp_path):
    with pytest.raises(StoreError, match="cannot be written to"), Turn(tmp_path / "gone" / "riskmon.sqlite"):
        pass
