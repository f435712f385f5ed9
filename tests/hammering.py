"""Workers that place, confirm and release on five hot groups while runs are published: in this process, or as one of their own.

`python -m tests.hammering URL WORKER THREADS DEALS` prints what was left counting, as JSON, obligor and amount in minor units by
earmark, and before it every id that was acknowledged, a line each.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

import polars as pl

from riskmon.operations.earmarks import (
    PlaceWish,
    ResolveWish,
    confirm_earmark,
    open_ledger,
    place_earmark,
    release_earmark,
)
from riskmon.operations.earmarks.publish_run import Run, put_in_force
from riskmon.store.database import place_of
from tests.earmarking import AS_OF, State, loan

PARTIES = [f"P{n}" for n in range(20)]
WHOLE = State(
    dict.fromkeys(PARTIES, 5_00), {party: f"G{n % 5}" for n, party in enumerate(PARTIES)}, 400_00, 1_500_00
)
SPLIT = State(
    dict.fromkeys(PARTIES, 4_00), {party: f"G{n % 10}" for n, party in enumerate(PARTIES)}, 400_00, 1_500_00
)


@contextmanager
def opened(url):
    """The ledger at an address; a run whose id begins with `split` is that state, any other the whole one."""

    def measures(run_id, _):
        return (SPLIT if run_id.startswith("split") else WHOLE).measure

    with open_ledger(place_of(Path(), url), measures, most_hours=720) as ledger:
        yield ledger


def put(ledger, run_id, sequence):
    """Put a run in force."""
    rows = pl.DataFrame(schema=dict.fromkeys(("facility_id", "obligor_id", "earmark_id"), pl.String))
    return put_in_force(ledger, Run(run_id, AS_OF, sequence, "solo", ("book",), rows, {}), "Li Na").outcome


def hammer(ledger, worker, deals, tells=lambda earmark_id: None):
    """What a worker left counting. tells: is told of every id that was acknowledged as placed."""
    draw, kept = Random(worker), {}
    for n in range(deals):
        earmark_id, party, amount = f"{worker}-{n}", draw.choice(PARTIES), draw.randint(1, 20_00)
        if not place_earmark(
            ledger, PlaceWish(earmark_id, loan(party, f"{amount / 100:.2f}"), 24, "LOS")
        ).is_new:
            continue
        tells(earmark_id)
        choice = draw.random()
        if choice < 0.4:
            assert release_earmark(ledger, ResolveWish(earmark_id, "LOS")).outcome == "released"
        elif choice < 0.7:
            part = draw.randint(1, amount)
            wish = ResolveWish(earmark_id, "LOS", amount=f"{part / 100:.2f}")
            assert confirm_earmark(ledger, wish).outcome == "confirmed"
            kept[earmark_id] = party, part
        else:
            kept[earmark_id] = party, amount
    return kept


def main(url, worker, threads, deals):
    """Hammer from a process of its own."""
    with opened(url) as ledger, ThreadPoolExecutor(int(threads)) as pool:

        def tells(earmark_id):
            # One write a line: threads share the pipe.
            os.write(1, f"{earmark_id}\n".encode())

        workers = [
            pool.submit(hammer, ledger, f"{worker}.{n}", int(deals), tells) for n in range(int(threads))
        ]
        kept = {name: each for worker in workers for name, each in worker.result().items()}
    os.write(1, f"{json.dumps(kept)}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
