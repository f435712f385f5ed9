"""Documents that do not rot: their Python runs, and the command lines they show exist."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.contracts.source_tree import ROOT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language):
    return [
        pytest.param(code, id=f"{document.name}-{number}")
        for document in sorted(ROOT.glob("*.md"))
        for number, (tag, code) in enumerate(BLOCK.findall(document.read_text(encoding="utf-8")), start=1)
        if tag == language
    ]


def commands():
    lines = [line.removeprefix("$ ") for param in blocks("console") for line in param.values[0].splitlines()]
    calls = {part.strip() for line in lines for part in re.split(r"&&|\||;|>", line)}
    return sorted(
        call for call in calls if call.split(maxsplit=1)[:1] and call.split()[0].split("/")[-1] == "riskmon"
    )


def run(arguments, folder=ROOT):
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


ALONE = [param for param in blocks("python") if not param.id.startswith("INTEGRATION")]
"""The page to go live by needs a server; it is run as a whole, in its order, by a scenario."""


@pytest.mark.slow
@pytest.mark.parametrize("code", ALONE)
def test_the_python_of_a_document_runs(code, tmp_path):
    ended = run(["-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"], tmp_path)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_a_command_line_of_a_document_exists_with_its_options(command):
    # --help is read before the command acts, and after its words and options were understood.
    ended = run(["-m", "riskmon", *shlex.split(command)[1:], "--help"])
    assert ended.returncode == 0, ended.stderr
