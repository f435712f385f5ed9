"""The sample bank for a demonstration."""

from datetime import date
from pathlib import Path
from typing import Final

from riskmon.domain.errors import CallerError
from riskmon.samples.bank import SampleBank, write_sample_bank
from riskmon.samples.lines import BOOKS, OTHER_BOOKS

SAMPLE_BOOKS: Final = (*BOOKS, *OTHER_BOOKS)
"""The books whose answers its stories know."""

SAMPLE_AS_OF: Final = date(2026, 6, 30)
"""The date the sample bank's facts describe."""


def write_sample(folder: Path, *, seed: int, as_of: date = SAMPLE_AS_OF) -> SampleBank:
    """Writes the sample bank and its stories into a folder."""
    try:
        return write_sample_bank(folder, seed=seed, as_of=as_of)
    except OSError as error:
        raise CallerError(
            f"The sample bank cannot be written to {folder}: {error}.",
            remedy="Name another folder with --out.",
        ) from error
