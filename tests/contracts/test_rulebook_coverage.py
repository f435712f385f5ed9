"""The coverage register says nothing that a test does not prove, and forgets no clause that a book cites."""

import ast
from functools import cache

from riskmon.rulebook.coverage import register
from riskmon.rulebook.loader import shipped_editions
from tests.contracts.source_tree import ROOT


@cache
def functions(path):
    if not (ROOT / path).is_file():
        return set()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_register_names_exists():
    named = {test for row in register() for test in row.test}
    missing = [
        test for test in sorted(named) if test.partition("::")[2] not in functions(test.partition("::")[0])
    ]
    assert missing == []


def test_every_clause_that_a_book_cites_is_in_the_register():
    known = {(row.book, row.clause) for row in register()}
    cited = {
        (book_id, stated.source.clause)
        for book_id, editions in shipped_editions().items()
        for loaded in editions
        for entry in loaded.edition.entries()
        for stated in (entry, *getattr(entry, "dependence_tests", ()))
    }
    assert cited - known == set()


def test_no_row_of_the_register_is_there_twice():
    rows = [(row.book, row.clause, row.what) for row in register()]
    assert len(rows) == len(set(rows))
