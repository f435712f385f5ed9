"""The register is honest: implemented needs a proof, everything else says what is missing."""

import pytest
from pydantic import ValidationError

from riskmon.rulebook.coverage import parse_register, register

ROW = """
[[clause]]
book = "basel_lex"
clause = "LEX20.1"
what = "One counterparty within 25 % of tier 1 capital."
"""


@pytest.mark.parametrize(("rest", "said"), [
    ('status = "implemented"',                               "no test proves it"),
    ('status = "partial"',                                   "does not say what is missing"),
    ('status = "not"',                                       "does not say what is missing"),
    ('status = "mostly"\nnote = "x"',                        "status"),
    ('status = "not"\nnote = "x"\nsince = "2020"',           "since"),
])  # fmt: skip
def test_a_row_that_claims_more_than_it_shows_is_refused(rest, said):
    with pytest.raises(ValidationError, match=said):
        parse_register(ROW + rest)


def test_a_row_with_its_proof_is_read():
    (row,) = parse_register(ROW + 'status = "implemented"\ntest = ["tests/unit/test_a.py::test_b"]')
    assert (row.book, row.clause, row.test) == ("basel_lex", "LEX20.1", ("tests/unit/test_a.py::test_b",))


def test_the_register_also_names_what_is_not_implemented():
    missing = {(row.book, row.clause) for row in register() if row.status == "not"}
    assert {("basel_ccr", "CRE52.46-52.47"), ("eu_crr", "art. 400(2)")} <= missing
