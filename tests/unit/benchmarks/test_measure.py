"""A command is measured in a process of its own, and a failed one is told apart from a broken limit."""

import sys

import pytest

from benchmarks.measure import LIMIT_BROKEN, CommandFailedError, measure

RUN_WITH_A_BREACH = """
import json, os, sys
held = b'x' * 400_000_000
json.dump({"stages": {"ingest": 0.5}, "total": 0.6}, open(os.environ["RISKMON_TIMINGS"], "w"))
print(json.dumps({"breaches": [{}, {}]}))
sys.exit(3)
"""


def test_a_run_that_finds_a_breach_is_measured_like_any_other():
    found = measure([sys.executable, "-c", RUN_WITH_A_BREACH], accepts=(0, LIMIT_BROKEN))
    assert found.wall_seconds > 0
    assert found.processor_seconds > 0
    assert found.peak_bytes > 400_000_000
    assert found.stages == {"ingest": 0.5}
    assert found.answer == {"breaches": [{}, {}]}


def test_a_failed_command_is_reported_with_its_code_and_its_message():
    with pytest.raises(CommandFailedError, match="exit code 2: no capital table"):
        measure([sys.executable, "-c", "import sys; sys.stderr.write('no capital table'); sys.exit(2)"])


def test_a_command_that_says_nothing_has_no_stages_and_no_answer():
    found = measure([sys.executable, "-c", ""])
    assert (found.stages, found.answer) == ({}, {})


def test_the_measuring_process_loads_no_library_whose_memory_a_child_would_start_with():
    heavy = "{'polars', 'numpy', 'scipy', 'duckdb'} & set(sys.modules)"
    measure([sys.executable, "-c", f"import benchmarks.__main__, sys; sys.exit(1 if {heavy} else 0)"])
