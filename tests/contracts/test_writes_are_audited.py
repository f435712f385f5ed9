"""Every function that opens a writing transaction hands it to something that writes an entry of the audit."""

import ast

import pytest

from tests.contracts.source_tree import modules

EXCEPTIONS = {
    "riskmon/store/schema.py:upgrade": "makes the tables, the audit's among them",
    "riskmon/store/group_commit.py:_done": "writes a sheet, on which each task has its entry",
    "riskmon/store/audit.py:seal": "gives entries their seal",
    "riskmon/operations/webhooks/dispatch.py:_number": "gives events their place; nobody decides anything",
    "riskmon/operations/webhooks/dispatch.py:_take": "takes a delivery for a sender",
    "riskmon/operations/webhooks/dispatch.py:_tried": "keeps what became of a delivery",
    "riskmon/operations/webhooks/listing.py:resend": "tries a delivery again; the event is what it was",
}
"""Functions that write what no person has to answer for, with the reason."""


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def transactions(function):
    """The names of the writing transactions that a function opens."""
    items = [
        item
        for node in ast.walk(function)
        if isinstance(node, ast.With | ast.AsyncWith)
        for item in node.items
    ]
    return {
        getattr(item.optional_vars, "id", "")
        for item in items
        if isinstance(item.context_expr, ast.Call)
        and getattr(item.context_expr.func, "attr", "") == "writing"
    }


def handed(function, transaction):
    """The names of what is called with the transaction as the first argument."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args]
    return {
        getattr(call.func, "id", getattr(call.func, "attr", ""))
        for call in calls
        if getattr(call.args[0], "id", None) == transaction
    }


def unaudited(trees):
    """The functions that write without an entry, as `path:name`."""
    every = [(path, each) for path, tree in trees.items() for each in functions(tree)]
    recording, before = {"record"}, set()
    while recording != before:
        before = set(recording)
        recording |= {
            each.name
            for _, each in every
            if each.args.args and any(handed(each, argument.arg) & before for argument in each.args.args[:2])
        }
    return {
        f"{path}:{each.name}"
        for path, each in every
        for transaction in transactions(each)
        if not handed(each, transaction) & recording
    }


def test_every_verb_that_writes_has_an_entry_or_a_reason_for_none():
    assert unaudited(modules("riskmon", "api")) == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (
            "def verb(database):\n    with database.writing() as connection:\n        add(connection, 1)",
            {"p:verb"},
        ),
        (
            "def verb(database):\n    with database.writing() as connection:\n        record(connection, 1)",
            set(),
        ),
        (
            "def helper(connection):\n    record(connection, 1)\n"
            "def verb(database):\n    with database.writing() as connection:\n        helper(connection)",
            set(),
        ),
        (
            "def verb(database):\n    with database.writing() as connection:\n        record(other, 1)",
            {"p:verb"},
        ),
    ],
    ids=["none", "itself", "what it calls", "into another"],
)
def test_a_verb_without_an_entry_is_seen(source, found):
    assert unaudited({"p": ast.parse(source)}) == found
