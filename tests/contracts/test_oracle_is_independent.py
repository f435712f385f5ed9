"""An oracle derives its expectation from the rule: it may run the product on books, and borrow nothing from it."""

import ast

from tests.contracts.source_tree import nodes

PRODUCT = ("riskmon", "graph_models", "api")
ALLOWED = ("riskmon.operations.", "riskmon.rulebook.select.select.")


def imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def test_an_oracle_imports_only_the_public_verbs():
    ours = [
        (p, name)
        for p, node in nodes("tests/oracle")
        for name in imported(node)
        if name.split(".")[0] in PRODUCT
    ]
    assert [(p, name) for p, name in ours if not f"{name}.".startswith(ALLOWED)] == []
