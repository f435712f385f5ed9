"""Time deal checks in this process on a made-up book: `python -m benchmarks.checks --facilities N`."""

import argparse
import json
import random
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks import AS_OF
from benchmarks.generate import SEED, write
from riskmon.operations.checks import Deal, DecisionBook, check, decision_book
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots

BOOKS: Final = ("cn_large_exposures", "cn_group_credit")


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate and run a book, load its decisions, and check deals of random obligors one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    parser.add_argument("--facilities", type=int, default=1_000_000, help="size of the book")
    parser.add_argument("--checks", type=int, default=5_000, help="how many deals are checked")
    parser.add_argument("--data", type=Path, help="a data folder that holds a run already")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="riskmon-checks-") as scratch:
        data = given.data or _run(given.facilities, Path(scratch))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = perf_counter()
        decisions = decision_book(Snapshots(data))
        loaded = perf_counter() - start
        seconds = sorted(_seconds(decisions, given.checks))
    found = {
        "load_seconds": round(loaded, 2),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_before_mb": before // 1024,
        "checks_per_second": round(len(seconds) / sum(seconds)),
        "p50_microseconds": round(seconds[len(seconds) // 2] * 1e6),
        "p99_microseconds": round(seconds[len(seconds) * 99 // 100] * 1e6),
    }
    print(json.dumps(found, indent=2))
    return 0


def _run(count: int, scratch: Path) -> Path:
    write(count, scratch / "bank", SEED)
    run_monitor(scratch / "bank", select(BOOKS, as_of=AS_OF), scratch / "data")
    return scratch / "data"


def _seconds(decisions: DecisionBook, count: int) -> list[float]:
    """Seconds of each check, in the order asked; small loans to parties that owe the bank something already."""
    chance = random.Random(SEED)
    now = next(iter(decisions.parties.values()))
    exposed = now.is_exposed.nonzero()[0]
    spent = []
    for _ in range(count):
        deal = Deal(
            obligor_id=decisions.party_id(int(chance.choice(exposed))),
            product=chance.choice(("loan", "bill_acceptance", "commitment")),
            amount=f"{chance.randrange(10**6)}.00",
            currency=decisions.manifest.currency,
        )
        start = perf_counter()
        check(decisions, [deal], today=AS_OF, most_days=0)
        spent.append(perf_counter() - start)
    return spent


if __name__ == "__main__":
    sys.exit(main())
