"""Time control, groups and changes on made-up graphs: `python -m benchmarks.graph --parties N`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import REPOSITORY, CommandFailedError, measure

FIGURES_FILE: Final = REPOSITORY / "benchmarks" / "graph_figures.json"
CHANGES_UP_TO: Final = 1_000_000
"""The largest book that is changed: a loaded one also holds the reasons of all groups."""

Answer = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size asked for and the shapes, and print one object; 1 where a job failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.graph", description=__doc__)
    parser.add_argument("--parties", type=int, action="append", required=True, help="size; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one object on one line")
    parser.add_argument("--record", action="store_true", help="write it to benchmarks/graph_figures.json")
    parser.add_argument("--date", type=date.fromisoformat, help="date to record with the figures")
    given = parser.parse_args(arguments)
    if given.record and not given.date:
        parser.error("--record needs --date: figures without a date cannot be compared")
    try:
        found = {
            "date": given.date and given.date.isoformat(),
            "sizes": [_size(count) for count in given.parties],
            "shapes": _job("shapes"),
        }
    except CommandFailedError as failure:
        print(f"benchmark failed: {failure}", file=sys.stderr)
        return 1
    if given.record:
        FIGURES_FILE.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=None if given.json else 2))
    return 0


def _size(count: int) -> Answer:
    """One size: the groups beside plain components of the same edges, and changes to the loaded book."""
    with tempfile.TemporaryDirectory(prefix="riskmon-graph-") as scratch:
        options = ("--parties", str(count), "--world", str(Path(scratch, "world.npz")))
        made = _job("make", *options)
        groups, plain = _job("groups", *options), _job("components", *options)
        found: Answer = {
            "parties": count,
            "relationships": made["relationships"],
            "groups": groups,
            "components": plain,
            "ratio": round(groups["processor_seconds"] / plain["processor_seconds"], 2),
        }
        if count <= CHANGES_UP_TO:
            found["changes"] = _job("changes", *options)
        return found


def _job(name: str, *options: str) -> Answer:
    """What a job answers, and the most memory that its process held."""
    measured = measure([sys.executable, "-m", "benchmarks.graph_job", name, *options])
    return dict(measured.answer) | {"peak_mb": round(measured.peak_bytes / 1_000_000)}


if __name__ == "__main__":
    sys.exit(main())
