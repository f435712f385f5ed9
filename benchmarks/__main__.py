"""Time a full run beside the reference, on made-up books: `python -m benchmarks --facilities N`."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks import AS_OF
from benchmarks.measure import LIMIT_BROKEN, REPOSITORY, CommandFailedError, Measured, measure
from benchmarks.report import SizeFigures, growth, size_figures, text

BOOKS: Final = "cn_large_exposures,cn_group_credit"
CORES: Final = 2
FIGURES_FILE: Final = REPOSITORY / "benchmarks" / "figures.json"

_PACKAGES: Final = ("polars", "numpy", "scipy", "duckdb")
_RUN: Final = (sys.executable, "-m", "riskmon", "run")


def main(arguments: Sequence[str] | None = None, *, run_command: Sequence[str] = _RUN) -> int:
    """Measure every size asked for and print the figures.

    Args:
        arguments: the command line; the process's own if not given.
        run_command: what a full run is started with, before its options.

    Returns:
        0, or 1 where a command failed.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.record and not given.date:
        parser.error("--record needs --date: figures without a date cannot be compared")
    cores = held_to_cores()
    try:
        sizes = [_measure_size(count, given, run_command) for count in given.facilities]
    except CommandFailedError as failure:
        print(f"benchmark failed: {failure}", file=sys.stderr)
        return 1
    found: dict[str, Any] = {
        "date": given.date and given.date.isoformat(),
        "cores": cores,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES},
        "as_of": AS_OF.isoformat(),
        "books": given.books.split(","),
        "repeat": given.repeat,
        "sizes": sizes,
        "growth": growth(sizes),
    }
    if given.record:
        FIGURES_FILE.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2) if given.json else text(sizes))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--facilities", type=int, action="append", required=True, help="size; may be repeated"
    )
    parser.add_argument("--books", default=BOOKS, help="rulebooks of the run, joined by commas")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each size; medians are reported")
    parser.add_argument("--keep", type=Path, help="folder that keeps the generated books for the next time")
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    parser.add_argument("--record", action="store_true", help="write the figures to benchmarks/figures.json")
    parser.add_argument("--date", type=date.fromisoformat, help="date to record with the figures")
    return parser


def held_to_cores() -> int:
    """Hold this process and its children to two cores, so that figures of larger machines compare."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    allowed = sorted(os.sched_getaffinity(0))[:CORES]
    os.sched_setaffinity(0, allowed)
    return len(allowed)


def _measure_size(count: int, given: argparse.Namespace, run_command: Sequence[str]) -> SizeFigures:
    """Generate (or find) the book, then the reference and the run in turns."""
    with tempfile.TemporaryDirectory(prefix="riskmon-benchmark-") as scratch:
        folder = book_of_size(count, (given.keep or Path(scratch)).resolve())
        references: list[Measured] = []
        runs: list[Measured] = []
        for turn in range(given.repeat):
            out = Path(
                scratch, f"out-{turn}"
            )  # a folder of its own: an identical rerun would find its result
            common = ("--input", str(folder), "--as-of", AS_OF.isoformat())
            module = (sys.executable, "-m", "benchmarks.reference")
            references.append(measure([*module, *common, "--out", f"{out}.parquet"]))
            options = ("--books", given.books, "--out", str(out), "--json")
            runs.append(measure([*run_command, *common, *options], accepts=(0, LIMIT_BROKEN)))
    return size_figures(count, runs, references)


def book_of_size(count: int, parent: Path) -> Path:
    """The folder of the book of that size, generated unless it is there; it appears whole or not at all."""
    folder = parent / f"facilities-{count}"
    if not folder.exists():
        unfinished = parent / f"facilities-{count}.unfinished"
        measure(
            [
                sys.executable,
                "-m",
                "benchmarks.generate",
                "--facilities",
                str(count),
                "--out",
                str(unfinished),
            ]
        )
        unfinished.rename(folder)
    return folder


if __name__ == "__main__":
    sys.exit(main())
