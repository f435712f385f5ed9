"""The product's source files, read once for the linters in this folder."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("riskmon", "graph_models", "api", "benchmarks")


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """Parsed modules under the folders, by path from the repository's root."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    """Every syntax node under the folders, with the path of its module."""
    for path, module in modules(*folders).items():
        for node in ast.walk(module):
            yield path, node


def strings(*folders: str) -> Iterator[tuple[str, str]]:
    """Every string literal under the folders, with the path of its module."""
    for path, node in nodes(*folders):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield path, node.value
