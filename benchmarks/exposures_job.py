"""The exposure stage in a process of its own: `python -m benchmarks.exposures_job --input DIR --books B --out DIR`.

It reads what `exposures_input` wrote, measures the facilities part by part, and writes the total of each obligor; the
rows of a part are counted and let go. It prints one object.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

import polars as pl

from benchmarks import AS_OF
from riskmon.exposures import Lent, in_parts
from riskmon.rulebook.select import Selection, select

LENT: Final = ("facilities", "protections", "protection_covers")
SMALL: Final = (
    "structures", "tranches", "fund_holdings", "underlyings", "structure_support", "netting_sets", "derivatives",
    "securities_financing", "trading_positions", "capital", "country_ratings", "bank", "bank_limits", "reporting", "findings",
    "not_evaluated",
)  # fmt: skip
ASKED_OF_PARTIES: Final = (
    "party_key", "party_id", "kind", "country", "government_level", "is_qualifying_ccp", "risk_weight_bp", "tags", "is_complete",
)  # fmt: skip


def exposed(folder: Path, selection: Selection, out: Path) -> dict[str, Any]:
    """Run the exposure stage on validated tables."""
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in SMALL}
    tables["parties"] = pl.read_parquet(folder / "parties.parquet", columns=list(ASKED_OF_PARTIES))
    lent = Lent(*(pl.scan_parquet(folder / f"{name}.parquet") for name in LENT))
    out.mkdir(parents=True)
    wall, processor = time.perf_counter(), time.process_time()
    rows, obligors = 0, 0
    for number, piece in enumerate(in_parts(tables, lent, selection)):
        rows += piece["exposures"].height if "exposures" in piece else 0
        if "obligor_exposures" in piece:
            obligors += piece["obligor_exposures"].height
            piece["obligor_exposures"].write_parquet(out / f"{number}.parquet")
    return {
        "stage_seconds": round(time.perf_counter() - wall, 3),
        "stage_processor_seconds": round(time.process_time() - processor, 3),
        "exposures": rows,
        "obligors": obligors,
    }


def main() -> None:
    """Run the stage once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exposures_job", description=__doc__)
    parser.add_argument("--input", type=Path, required=True)
    parser.add_argument("--books", required=True, help="rulebooks, joined by commas")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    selection = select(given.books.split(","), as_of=AS_OF)
    print(json.dumps(exposed(given.input, selection, given.out)))


if __name__ == "__main__":
    main()
