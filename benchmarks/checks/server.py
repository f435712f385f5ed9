"""A server in a process of its own: one worker of uvicorn, as `riskmon serve` runs it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.checks.client import HOST
from benchmarks.measure import REPOSITORY

_TRIES: Final = 600
_PAUSE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Server:
    """One that listens."""

    port: int
    process: int

    def processor_seconds(self) -> float:
        """Seconds of all its threads so far, where the system tells them (Linux)."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """An application by its import string, until the end of the context."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--factory", "--host", HOST, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", "--no-access-log"],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
    )
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(_PAUSE_SECONDS)
    raise RuntimeError("the server did not start")
