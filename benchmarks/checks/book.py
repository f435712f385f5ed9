"""The book that deals are checked against: `python -m benchmarks.checks.book FACILITIES FOLDER` makes it and a run of it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks import AS_OF
from benchmarks.generate import SEED, write
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select

BOOKS: Final = ("cn_large_exposures", "cn_group_credit")


def main(arguments: Sequence[str]) -> int:
    """Write the bank to `bank` and the run to `data`."""
    folder = Path(arguments[1])
    write(int(arguments[0]), folder / "bank", SEED)
    run_monitor(folder / "bank", select(BOOKS, as_of=AS_OF), folder / "data")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
