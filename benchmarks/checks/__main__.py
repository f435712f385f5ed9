"""Time deal checks over HTTP on a made-up book, beside an echo: `python -m benchmarks.checks --facilities N`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.checks.server import Server, serving
from benchmarks.measure import REPOSITORY

Figures = dict[str, float]

RECORDED: Final = Path(__file__).parents[1] / "check_figures.json"
CONNECTIONS: Final = (1, 8, 32)


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate and run a book, serve it and the echo, and let both answer in turns."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    parser.add_argument("--facilities", type=int, default=1_000_000, help="size of the book")
    parser.add_argument("--requests", type=int, default=10_000, help="requests of one measurement")
    parser.add_argument(
        "--repeat", type=int, default=3, help="measurements of each, in turns; medians are told"
    )
    parser.add_argument("--data", type=Path, help="a data folder that holds a run already")
    parser.add_argument(
        "--record", action="store_true", help="write the figures to check_figures.json as well"
    )
    parser.add_argument("--date", help="the day that is recorded")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="riskmon-checks-") as scratch:
        data = given.data or _run(given.facilities, Path(scratch))
        bodies = Path(scratch, "bodies.jsonl")
        mix = _said("benchmarks.checks.mix", str(data), str(given.requests), str(bodies))
        how = _How(given.requests, bodies, mix.pop("credential"))
        figures = _figures(data, how, given.repeat)
    told = {"date": given.date, "facilities": given.facilities, "mix": mix, "connections": figures}
    print(json.dumps(told, indent=2))
    if given.record:
        RECORDED.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


def _run(count: int, scratch: Path) -> Path:
    """A run over a generated book, made in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.checks.book", str(count), str(scratch)]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    return scratch / "data"


def _figures(data: Path, how: "_How", repeat: int) -> dict[str, Any]:
    # The book is of one day, and checked whenever the benchmark is run.
    settings = {"RISKMON_DATA_DIR": str(data), "RISKMON_SNAPSHOT_MAX_AGE_DAYS": "100000"}
    found = {}
    with (
        serving("benchmarks.checks.echo:create_app", {}) as bare,
        serving("benchmarks.checks.echo:create_product_with_echo", settings) as product,
    ):
        asked = {
            "bare_echo": (bare, "/echo"),
            "echo": (product, "/v1/echo"),
            "checks": (product, "/v1/checks"),
        }
        for server, path in asked.values():
            # Until everything that is read once has been read.
            _called(server, path, 8, how)
        for connections in CONNECTIONS:
            taken = [
                {name: _called(*each, connections, how) for name, each in asked.items()}
                for _ in range(repeat)
            ]
            found[str(connections)] = _compared(taken)
    return found


@dataclass(frozen=True, slots=True)
class _How:
    """So many requests, their bodies, and the credential of who asks."""

    requests: int
    bodies: Path
    credential: str


def _called(server: Server, path: str, connections: int, how: _How) -> Figures:
    """One measurement, and the processor seconds that the server took for it."""
    before = server.processor_seconds()
    asked = (str(server.port), path, str(connections), str(how.requests), str(how.bodies), how.credential)
    told = _said("benchmarks.checks.client", *asked)
    if set(told["answers"]) != {"200"}:
        raise RuntimeError(f"not every request was answered: {told['answers']}")
    seconds = sorted(told["seconds"])
    return {
        "per_second": len(seconds) / told["whole"],
        "p50_ms": seconds[len(seconds) // 2] * 1000,
        "p99_ms": seconds[len(seconds) * 99 // 100] * 1000,
        "processor_us": (server.processor_seconds() - before) / len(seconds) * 1e6,
    }


def _compared(taken: Sequence[dict[str, Figures]]) -> dict[str, Any]:
    """Medians of each, and of each against the echo beside it: what else the machine does then is the same for both."""
    found: dict[str, Any] = {}
    for name in taken[0]:
        found[name] = {
            figure: round(median(each[name][figure] for each in taken), 2) for figure in taken[0][name]
        }
    for reference in ("echo", "bare_echo"):
        found[f"checks_of_{reference}"] = {
            figure: round(median(each["checks"][figure] / each[reference][figure] for each in taken), 2)
            for figure in taken[0][reference]
        }
    return found


def _said(module: str, *arguments: str) -> Any:  # noqa: ANN401  a JSON object
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
