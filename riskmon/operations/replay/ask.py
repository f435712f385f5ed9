"""Asking for a replay: what is asked, and what is told."""

import json
from pathlib import Path
from typing import Any

from riskmon.domain.errors import CallerError
from riskmon.operations.assessments import Item
from riskmon.operations.replay.check import Replayed


def read_answer(file: Path) -> dict[str, Any]:
    """The answer of a check as it was kept in a file.

    Raises:
        CallerError: the file holds none.
    """
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CallerError(
            f"{file} cannot be read as JSON.", remedy="Name a file with the answer of a check."
        ) from error
    if not isinstance(said, dict):
        raise CallerError(f"{file} holds no answer.", remedy="Name a file with the answer of a check.")
    return said


def replay_item(replayed: Replayed) -> Item:
    """What became of a replay, as JSON-ready values."""
    return {
        "outcome": replayed.outcome.value,
        "causes": [cause.value for cause in replayed.causes],
        "detail": replayed.detail or None,
        "differences": [{"name": name, "then": then, "now": now} for name, then, now in replayed.differences],
        "answer": replayed.again,
    }
