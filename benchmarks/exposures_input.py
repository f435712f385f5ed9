"""The input of the exposure stage, as Parquet: `python -m benchmarks.exposures_input --input BOOK --books B --out DIR`.

Every table that the stages after validation see; the facilities in the order of their obligors, so that a part of them is
read without the rest.
"""

import argparse
import json
from pathlib import Path

from benchmarks import AS_OF
from riskmon import validate
from riskmon.ingest import read_bank
from riskmon.operations.run_monitor import REQUIRED_TABLES
from riskmon.rulebook.select import Selection, select


def write_validated(book: Path, selection: Selection, out: Path) -> dict[str, int]:
    """Write the tables and count the rows of the large ones."""
    tables = read_bank(book, required=REQUIRED_TABLES)
    tables |= validate.run(tables, selection)
    tables["facilities"] = tables["facilities"].sort("obligor_key", "facility_key")
    out.mkdir(parents=True)
    for name, rows in tables.items():
        rows.write_parquet(out / f"{name}.parquet")
    return {
        name: tables[name].height for name in ("facilities", "parties", "protections", "protection_covers")
    }


def main() -> None:
    """Write the input once and print how large it is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exposures_input", description=__doc__)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--books", required=True, help="rulebooks, joined by commas")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    selection = select(given.books.split(","), as_of=AS_OF)
    print(json.dumps(write_validated(given.input, selection, given.out)))


if __name__ == "__main__":
    main()
