"""Time durable earmarks over HTTP on both stores, beside one conditional statement: `python -m benchmarks.earmarks`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.checks.__main__ import _run, _said
from benchmarks.checks.mix import deals
from benchmarks.checks.server import Server, serving
from riskmon.domain.access import Role
from riskmon.operations.access import KeyWish, Signed, create_key
from riskmon.operations.checks import Deal, Decisions, check
from riskmon.operations.earmarks import open_ledger, publish_run
from riskmon.operations.earmarks.claims import measures_of
from riskmon.store.database import place_of
from riskmon.store.schema import upgrade
from riskmon.store.snapshots import Snapshots
from tests import postgres

CONNECTIONS: Final = (1, 8, 32)
RECORDED: Final = Path(__file__).parents[1] / "earmark_figures.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate and run a book, put it in force on each store, and let earmarks and the one statement be asked in turns."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.earmarks", description=__doc__)
    parser.add_argument("--facilities", type=int, default=100_000, help="size of the book")
    parser.add_argument("--requests", type=int, default=3_000, help="requests of one measurement")
    parser.add_argument(
        "--repeat", type=int, default=3, help="measurements of each, in turns; medians are told"
    )
    parser.add_argument(
        "--record", action="store_true", help="write the figures to earmark_figures.json as well"
    )
    parser.add_argument("--date", help="the day that is recorded")
    given = parser.parse_args(arguments)
    found = {}
    with tempfile.TemporaryDirectory(prefix="riskmon-earmarks-") as scratch:
        data = _run(given.facilities, Path(scratch))
        for store in ("sqlite", "postgresql"):
            with _address(store, Path(scratch)) as url:
                found[store] = _figures(data, url, Path(scratch), given)
    told = {"date": given.date, "facilities": given.facilities, "stores": found}
    print(json.dumps(told, indent=2))
    if given.record:
        RECORDED.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


@contextmanager
def _address(store: str, scratch: Path) -> Iterator[str]:
    """An empty database that waits for the disk."""
    if store == "sqlite":
        yield f"sqlite:///{scratch}/earmarks.sqlite"
        return
    with postgres.server(is_durable=True) as server, postgres.new_database(server) as url:
        yield url.render_as_string(hide_password=False)


def _figures(data: Path, url: str, scratch: Path, given: argparse.Namespace) -> dict[str, Any]:
    place = place_of(data, url)
    upgrade(place)
    snapshots = Snapshots(data)
    decisions = Decisions(snapshots, place)
    with open_ledger(place, measures_of(decisions, most_days=10**5), most_hours=720) as ledger:
        publish_run(ledger, snapshots, "benchmark")
    wish = KeyWish("benchmark", frozenset({Role.WORKFLOW_SYSTEM}), 1, None)
    credential = str(create_key(place, wish, Signed(name="benchmark")).credential)
    bodies = _bodies(decisions)
    settings = {
        "RISKMON_DATA_DIR": str(data), "RISKMON_DATABASE_URL": url, "RISKMON_SNAPSHOT_MAX_AGE_DAYS": "100000"
    }  # fmt: skip
    found = {}
    beside = {
        "RISKMON_DATABASE_URL": url if "postgresql" in url else f"sqlite:///{scratch}/earmarks.sqlite-one"
    }
    if "sqlite" in url:
        upgrade(place_of(scratch, beside["RISKMON_DATABASE_URL"]))
    with (
        serving("api.app:create_app", settings) as product,
        serving("benchmarks.earmarks.one_statement:create_app", beside) as reference,
    ):
        asked = {"one_statement": (reference, "/claim"), "earmarks": (product, "/v1/earmarks")}
        for connections in (
            8,
            *CONNECTIONS,
        ):  # the first is not told: everything that is read once is read then
            taken = []
            for _ in range(given.repeat):
                file = scratch / "bodies.jsonl"
                file.write_bytes(b"".join(islice(bodies, given.requests)))
                taken.append(
                    {name: _called(*each, connections, file, credential) for name, each in asked.items()}
                )
            found[str(connections)] = _compared(taken)
    return found


def _bodies(decisions: Decisions) -> Iterator[bytes]:
    """Requests that are placed, each under an id of its own, for members of groups in which others count too."""
    book = decisions.of()
    fitting = []
    for deal in islice(deals(book, 4_000), 4_000):
        small = {**deal, "amount": "1.00"}
        small.pop("protections", None)
        key = book.keys[small["obligor_id"]]
        is_grouped = any(
            groups.group(at).is_tested for groups in book.groups.values() for at in groups.of(key)
        )
        asked = [Deal.model_validate(small)]
        if is_grouped and check(book, asked, today=book.manifest.as_of, most_days=0)["verdict"] != "refuse":
            fitting.append(small)
    for n, deal in zip(count(), cycle(fitting), strict=False):
        yield json.dumps({"earmark_id": f"B-{n}", "deal": deal, "hours": 72}).encode() + b"\n"


def _called(server: Server, path: str, connections: int, bodies: Path, credential: str) -> dict[str, float]:
    before = server.processor_seconds()
    requests = len(bodies.read_bytes().splitlines())
    asked = (str(server.port), path, str(connections), str(requests), str(bodies), credential)
    told = _said("benchmarks.checks.client", *asked)
    if set(told["answers"]) != {"201"}:
        raise RuntimeError(f"not every request was done: {told['answers']}")
    seconds = sorted(told["seconds"])
    return {
        "per_second": len(seconds) / told["whole"],
        "p50_ms": seconds[len(seconds) // 2] * 1000,
        "p99_ms": seconds[len(seconds) * 99 // 100] * 1000,
        "processor_us": (server.processor_seconds() - before) / len(seconds) * 1e6,
    }


def _compared(taken: Sequence[dict[str, dict[str, float]]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: {figure: round(median(each[name][figure] for each in taken), 2) for figure in taken[0][name]}
        for name in taken[0]
    }
    rates = [each["earmarks"]["per_second"] / each["one_statement"]["per_second"] for each in taken]
    return {**found, "earmarks_of_one_statement": round(median(rates), 2)}


if __name__ == "__main__":
    sys.exit(main())
