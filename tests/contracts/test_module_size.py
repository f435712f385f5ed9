"""A module has one duty and a function one step: 400 lines, 60 lines."""

import ast

from tests.contracts.source_tree import PACKAGES, ROOT, nodes

MODULE_LINES, FUNCTION_LINES = 400, 60


def test_no_module_passes_400_lines():
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in paths}
    assert {path: length for path, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_passes_60_lines():
    functions = [
        (path, node.name, node.end_lineno - node.lineno + 1)
        for path, node in nodes(*PACKAGES)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [found for found in functions if found[2] > FUNCTION_LINES] == []
