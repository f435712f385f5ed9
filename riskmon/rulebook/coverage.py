"""The coverage register: clause by clause what the engine applies, and which tests prove it.

`books/COVERAGE.toml` also names what is not implemented, so that nobody takes silence for compliance. A clause may
have several rows, one for each thing it asks.
"""

import tomllib
from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from riskmon.rulebook.base import Rule
from riskmon.rulebook.loader import BOOKS_FOLDER

COVERAGE_NAME = "COVERAGE.toml"

Status = Literal["implemented", "partial", "not"]


class Coverage(Rule):
    """One thing that a clause asks, how far the engine does it, and the tests that prove it.

    A test is `tests/path/test_file.py::test_name`. `implemented` needs one; `partial` and `not` say in `note` what
    is missing.
    """

    book: str
    clause: str
    what: str
    status: Status
    test: tuple[str, ...] = Field(default=())
    note: str = ""

    @model_validator(mode="after")
    def _is_honest(self) -> Self:
        if self.status == "implemented" and not self.test:
            raise ValueError(f"{self.book}, {self.clause}: implemented, and no test proves it")
        if self.status != "implemented" and not self.note:
            raise ValueError(
                f"{self.book}, {self.clause}: {self.status}, and the note does not say what is missing"
            )
        return self


class _Register(Rule):
    clause: tuple[Coverage, ...]


def parse_register(text: str) -> tuple[Coverage, ...]:
    """Read a register from TOML text, in its own order."""
    return _Register.model_validate(tomllib.loads(text)).clause


@cache
def register() -> tuple[Coverage, ...]:
    """The register that ships with the books."""
    return parse_register((BOOKS_FOLDER / COVERAGE_NAME).read_text(encoding="utf-8"))
