"""The published cases of exposure value, conversion, mitigation, limits and reporting sets, through the public run.

Each topic of the file has one function that builds the bank of a case and compares what comes out with what the case
expects; the functions stand beside this file, by what they are about, and are named after their topics.
"""

import pytest

from tests.oracle import asked_counterparty, asked_look_through, asked_mitigation
from tests.oracle.exposure_cases import CASES, Bank

ASKED = {**asked_look_through.ASKED, **asked_mitigation.ASKED, **asked_counterparty.ASKED}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_a_published_case_comes_out_of_a_run(case, tmp_path):
    ASKED[case["topic"]](Bank(tmp_path), case["inputs"], case["expected"])
