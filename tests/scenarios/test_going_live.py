"""INTEGRATION.md as it stands: every command and every script of it, in its order, on one machine."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "INTEGRATION.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def script_of(page):
    """The blocks as one script: commands as they are, a Python block as the file that its first line names."""
    lines = ["set -eu", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for language, code in BLOCK.findall(page):
        if language == "console":
            lines.append(code.rstrip())
        else:
            name, _, rest = code.partition("\n")
            lines.append(f"cat > {name.removeprefix('# ')} <<'END_OF_SCRIPT'\n{rest}END_OF_SCRIPT")
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_a_workflow_system_goes_live_as_the_page_says(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    for port in ("8000", "8099"):
        page = page.replace(port, str(free_port()))
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, words in {"riskmon": "-m riskmon", "python3": ""}.items():
        (commands / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words} "$@"\n')
        (commands / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RISKMON_")}
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    here = {"PATH": path, "PYTHONPATH": str(PAGE.parent), "PYTHONUNBUFFERED": "1"}
    work = tmp_path / "work"
    work.mkdir()
    ended = subprocess.run(
        ["bash", "-c", script_of(page)],
        cwd=work, env=kept | here, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "confirmed 60000.00" in ended.stdout
    assert json.loads((work / "check.json").read_text())["verdict"] in ("pass", "warn")
    heard = [json.loads(line) for line in (work / "heard.jsonl").read_text().splitlines()]
    told = {(event["type"], event["subject"]) for event in heard}
    assert {("earmark.placed", "D-17"), ("earmark.placed", "D-18"), ("earmark.confirmed", "D-18")} <= told
    assert not any(event["subject"] == "D-19" for event in heard)
    assert ended.stdout.count("Identical.") == 2
