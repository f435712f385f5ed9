"""One word for one thing: the synonyms that the glossary sends back appear in no identifier and no column."""

import ast
import re

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES
from tests.contracts.source_tree import nodes

BANNED = re.compile(
    r"entit(y|ies)|customers?|borrowers?|conglomerates?|utilised|ceilings?|overage|violations?|reservations?|reserved"
    r"|blacklist|arrears|dpd|regimes?|usage|tickets?|notifications?|availability|remaining|tightest|t1"
    r"|interdependence|relations?|buckets?|jobs?|outstanding"
)
MAKE_COLUMNS = {"with_columns", "select", "agg", "struct"}
GRAPH_WORDS = re.compile(r"nodes?|edges?|clusters?")


def uses(name, banned):
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    return any(banned.fullmatch(word) for word in words)


def names(node):
    """Names that a syntax node introduces: definitions, arguments, assignments, keyword columns."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in MAKE_COLUMNS:
        return [keyword.arg or "" for keyword in node.keywords]
    return [node.arg] if isinstance(node, ast.arg) else []


def named(*folders, banned):
    """Where a banned word is introduced; a reader of a foreign format speaks that format's words."""
    own = [(path, node) for path, node in nodes(*folders) if not path.startswith("riskmon/ingest/formats/")]
    return sorted({(path, name) for path, node in own for name in names(node) if uses(name, banned)})


def test_no_identifier_uses_a_banned_synonym():
    assert named("riskmon", "graph_models", "api", banned=BANNED) == []


def test_words_of_graphs_stay_in_the_graph_package():
    assert named("riskmon", "api", banned=GRAPH_WORDS) == []


def test_no_column_uses_a_banned_synonym():
    columns = {column.name for t in [*INPUT_TABLES.values(), *OUTPUT_TABLES.values()] for column in t.columns}
    assert {name for name in columns if uses(name, BANNED) or uses(name, GRAPH_WORDS)} == set()
