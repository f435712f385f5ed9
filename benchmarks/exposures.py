"""Time the exposure stage by itself beside the reference: `python -m benchmarks.exposures --facilities N`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks import AS_OF
from benchmarks.__main__ import BOOKS, book_of_size, held_to_cores
from benchmarks.measure import REPOSITORY, CommandFailedError, Measured, measure
from benchmarks.report import figures

FIGURES_FILE: Final = REPOSITORY / "benchmarks" / "exposures_figures.json"

Answer = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size asked for and print one object; 1 where a job failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exposures", description=__doc__)
    parser.add_argument(
        "--facilities", type=int, action="append", required=True, help="size; may be repeated"
    )
    parser.add_argument("--books", default=BOOKS, help="rulebooks of the stage, joined by commas")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each size; medians are reported")
    parser.add_argument("--keep", type=Path, help="folder that keeps the generated books for the next time")
    parser.add_argument("--json", action="store_true", help="print one object on one line")
    parser.add_argument("--record", action="store_true", help="write it to benchmarks/exposures_figures.json")
    parser.add_argument("--date", type=date.fromisoformat, help="date to record with the figures")
    given = parser.parse_args(arguments)
    if given.record and not given.date:
        parser.error("--record needs --date: figures without a date cannot be compared")
    found: Answer = {"date": given.date and given.date.isoformat(), "cores": held_to_cores()}
    found |= {"books": given.books.split(","), "repeat": given.repeat}
    try:
        found["sizes"] = [_size(count, given) for count in given.facilities]
    except CommandFailedError as failure:
        print(f"benchmark failed: {failure}", file=sys.stderr)
        return 1
    if given.record:
        FIGURES_FILE.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=None if given.json else 2))
    return 0


def _size(count: int, given: argparse.Namespace) -> Answer:
    """One size: the tables are validated once, then the reference and the stage take turns."""
    with tempfile.TemporaryDirectory(prefix="riskmon-exposures-", dir=given.keep) as scratch:
        book, tables = book_of_size(count, (given.keep or Path(scratch)).resolve()), Path(scratch, "tables")
        counts = _job("exposures_input", book, given.books, tables).answer
        references: list[Measured] = []
        stages: list[Measured] = []
        for turn in range(given.repeat):
            sums = Path(scratch, f"sums-{turn}.parquet")
            common = ("--input", str(book), "--as-of", AS_OF.isoformat(), "--out", str(sums))
            references.append(measure([sys.executable, "-m", "benchmarks.reference", *common]))
            stages.append(_job("exposures_job", tables, given.books, Path(scratch, f"out-{turn}")))
    stage, reference = figures(stages), figures(references)
    return {
        "counts": dict(counts) | {"exposures": stages[0].answer["exposures"]},
        "stage_seconds": _median(stages, "stage_seconds"),
        "stage_processor_seconds": _median(stages, "stage_processor_seconds"),
        "process": stage,
        "reference": reference,
        "ratio": round(stage["wall_seconds"]["median"] / reference["wall_seconds"]["median"], 2),
        "processor_ratio": round(stage["processor_seconds"] / reference["processor_seconds"], 2),
    }


def _job(name: str, source: Path, books: str, out: Path) -> Measured:
    options = ("--input", str(source), "--books", books, "--out", str(out))
    return measure([sys.executable, "-m", f"benchmarks.{name}", *options])


def _median(stages: Sequence[Measured], name: str) -> float:
    return round(float(median(one.answer[name] for one in stages)), 3)


if __name__ == "__main__":
    sys.exit(main())
