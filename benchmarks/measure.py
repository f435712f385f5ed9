"""One command in a process of its own: how long it took, and the most memory it held.

The measuring process must stay small: on Linux a child starts with the peak of the process that started it. So
nothing here imports Polars, NumPy or DuckDB, and books are generated in a process of their own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
TIMINGS_VARIABLE: Final = "RISKMON_TIMINGS"
"""Names the file to which the command line writes the seconds of each stage."""

LIMIT_BROKEN: Final = 3
"""Exit code of a run that succeeded and found a limit broken."""


class CommandFailedError(Exception):
    """A measured command ended with an error; the message is what it wrote."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One process: seconds from start to end, peak resident memory, and what it said.

    Attributes:
        wall_seconds: from before the interpreter starts to after it ended.
        processor_seconds: of all its threads together; of the two the one that a busy machine moves less.
        peak_bytes: the most resident memory of the process or of one it waited for.
        stages: seconds by stage, where the command writes them.
        answer: the JSON object on standard output, where there is one.
    """

    wall_seconds: float
    processor_seconds: float
    peak_bytes: int
    stages: Mapping[str, float] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)


def measure(command: Sequence[str], *, accepts: Sequence[int] = (0,)) -> Measured:
    """Run a command from the repository's root and measure it.

    Args:
        command: the program and its arguments.
        accepts: exit codes that mean success.

    Raises:
        CommandFailedError: any other exit code.
    """
    with tempfile.TemporaryDirectory(prefix="riskmon-measure-") as scratch:
        timings, said, complained = (Path(scratch, name) for name in ("timings.json", "out", "err"))
        environment = os.environ | {TIMINGS_VARIABLE: str(timings)}
        with said.open("wb") as out, complained.open("wb") as err:
            started = time.perf_counter()
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            wall_seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepts:
            message = complained.read_text().strip() or said.read_text().strip()
            raise CommandFailedError(f"exit code {process.returncode}: {message[-2_000:]}")
        return Measured(
            wall_seconds=wall_seconds,
            processor_seconds=usage.ru_utime + usage.ru_stime,
            peak_bytes=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            stages=_json_object(timings).get("stages", {}),
            answer=_json_object(said),
        )


def _json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty where there is no file or something else in it."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
