"""Numbers of the law live in the rulebooks: no fraction is written in the stages that apply them."""

import ast

from tests.contracts.source_tree import nodes

FOLDERS = (
    "riskmon/exposures",
    "riskmon/ratings",
    "riskmon/limits",
    "riskmon/signals",
    "riskmon/groups",
    "graph_models",
)


def is_fraction(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return not node.value.is_integer()
    if not (
        isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Decimal"
    ):
        return False
    return any(isinstance(arg, ast.Constant) and "." in str(arg.value) for arg in node.args)


def test_no_fraction_is_written_in_a_stage():
    assert [(path, node.lineno) for path, node in nodes(*FOLDERS) if is_fraction(node)] == []
