"""One measured job on the exposure stage, in a process of its own: `python -m benchmarks.exposures_job JOB ...`.

`validate` writes the validated tables of a book as Parquet; `expose` reads these and runs the exposure stage alone.
Each prints one object.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

import polars as pl

from benchmarks import AS_OF
from riskmon import exposures, validate
from riskmon.ingest import read_bank
from riskmon.operations.run_monitor import REQUIRED_TABLES
from riskmon.rulebook.select import Selection, select

Answer = dict[str, Any]


def validated(book: Path, selection: Selection, out: Path) -> Answer:
    """Write every table that the stages after validation see."""
    tables = read_bank(book, required=REQUIRED_TABLES)
    tables |= validate.run(tables, selection)
    out.mkdir(parents=True)
    for name, rows in tables.items():
        rows.write_parquet(out / f"{name}.parquet")
    return {
        name: tables[name].height for name in ("facilities", "parties", "protections", "protection_covers")
    }


def exposed(folder: Path, selection: Selection, out: Path) -> Answer:
    """Run the exposure stage on validated tables and write the total of each obligor."""
    tables = {file.stem: pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
    wall, processor = time.perf_counter(), time.process_time()
    found = exposures.run(tables, selection)
    took = {
        "stage_seconds": round(time.perf_counter() - wall, 3),
        "stage_processor_seconds": round(time.process_time() - processor, 3),
    }
    found["obligor_exposures"].write_parquet(out)
    return took | {"exposures": found["exposures"].height, "obligors": found["obligor_exposures"].height}


JOBS: Final = {"validate": validated, "expose": exposed}


def main() -> None:
    """Run one job."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exposures_job", description=__doc__)
    parser.add_argument("job", choices=list(JOBS))
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--books", required=True, help="rulebooks, joined by commas")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    selection = select(given.books.split(","), as_of=AS_OF)
    print(json.dumps(JOBS[given.job](given.input, selection, given.out)))


if __name__ == "__main__":
    main()
