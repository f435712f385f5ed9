"""Finding codes are a closed list: nothing is raised that is not registered, nothing registered is never raised."""

import re

from riskmon.domain.finding import FINDING_KINDS
from tests.contracts.source_tree import strings

REGISTER = "riskmon/domain/finding.py"
LOOKS_LIKE_A_CODE = re.compile(
    r"[a-z]+(_[a-z]+)*_(missing|invalid|unknown|duplicate|conflict|negative|precision|too_large|out_of_(order|range))"
)
STAGES = (
    "riskmon/ingest",
    "riskmon/validate",
    "riskmon/exposures",
    "riskmon/ratings",
    "riskmon/groups",
    "riskmon/limits",
)


def test_every_code_that_a_stage_raises_is_registered():
    # An importer of a foreign format reports in words of its own; what it writes is checked when a run reads it.
    own = (text for path, text in strings(*STAGES) if not path.startswith("riskmon/ingest/formats/"))
    raised = {text for text in own if LOOKS_LIKE_A_CODE.fullmatch(text)}
    assert {text for text in raised if not text.startswith(("is_", "has_"))} - FINDING_KINDS.keys() == set()


def test_every_registered_code_is_raised_somewhere():
    used = {text for path, text in strings("riskmon") if path != REGISTER}
    assert FINDING_KINDS.keys() - used == set()
