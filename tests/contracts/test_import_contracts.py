"""Each import contract holds on the tree, and is seen to fail on a planted violation: only then does it count."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.contracts.source_tree import ROOT

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
PLANTED = {
    "Top level": ("graph_models/planted.py", "import riskmon.domain.terms"),
    "Inside riskmon": ("riskmon/helpers.py", ""),
    "Only groups": ("riskmon/limits/planted.py", "import graph_models"),
    "graph_models knows": ("graph_models/planted.py", "import polars"),
    "networkx lives": ("riskmon/groups/planted.py", "import networkx"),
    "fastapi lives": ("riskmon/operations/planted.py", "import fastapi"),
    "Pure stages": ("riskmon/signals/planted.py", "import pathlib"),
    "SQL lives": ("riskmon/operations/planted.py", "import sqlite3"),
    "The API sees": ("api/planted.py", "import polars"),
}


def lint(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    env = {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def tree(tmp_path):
    for package in CONFIG["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_every_import_contract_holds(tree):
    assert f"{len(CONFIG['contracts'])} kept, 0 broken" in lint(tree)


@pytest.mark.slow
@pytest.mark.parametrize("contract", [contract["name"] for contract in CONFIG["contracts"]])
def test_a_planted_violation_breaks_its_contract(tree, contract):
    path, line = next(plant for start, plant in PLANTED.items() if contract.startswith(start))
    (tree / path).write_text(f'"""Planted."""\n\n{line}\n')
    assert f"{contract} BROKEN" in lint(tree)
