"""Breaches over a chain of runs: they begin once, keep their cause, and begin anew after they were cured.

Net capital is 10 000: the group line of cn_group_credit is 15 % of it, 1 500, and the loan line of one obligor 10 %, 1 000.
"""

from datetime import date

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

MAY, JUNE, JULY, AUGUST = date(2026, 5, 29), date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)
FACT = ("since_date", "since_run_id", "cause", "change_minor")


class Bank:
    """Runs of one bank at the ends of months, each compared with the one before."""

    def __init__(self, folder, books):
        self.folder, self.books = folder, books

    def run(self, as_of, a="0.00", b="0.00", *, links=True, **tables):
        given = {
            "parties": [builders.party("A"), builders.party("B")],
            "relationships": [builders.relationship("R1", "A", "B")] if links else [],
            "facilities": [
                builders.facility("F1", "A", commitment=a, drawn=a),
                builders.facility("F2", "B", commitment=b, drawn=b),
            ],
            "capital": [builders.capital("2026-01-31")],
        } | tables
        builders.write_bank(self.folder / "bank", **given)
        selection = select(self.books, as_of=as_of)
        self.last = run_monitor(self.folder / "bank", selection, self.folder / "data")
        return self.last.manifest["run_id"]

    def facts(self, limit_id, *columns):
        rows = self.last.tables["breaches"].filter(limit_id=limit_id)
        return rows.select(columns or FACT).rows()


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path, ["cn_group_credit"])


def test_a_breach_keeps_the_run_and_the_cause_that_began_it_until_it_is_cured(bank):
    bank.run(MAY, "900.00", "500.00")
    assert bank.facts("group_credit") == []
    began = bank.run(JUNE, "900.00", "700.00")
    # 200 of new business on B; 100 over
    assert bank.facts("group_credit") == [(JUNE, None, "new_business", -200_00)]
    bank.run(JULY, "950.00", "700.00")
    assert bank.facts("group_credit") == [(JUNE, began, "new_business", -200_00)]
    bank.run(AUGUST, "800.00", "700.00")
    assert bank.facts("group_credit") == []
    bank.run(date(2026, 9, 30), "900.00", "700.00")
    assert bank.facts("group_credit") == [(date(2026, 9, 30), None, "new_business", -100_00)]


def test_a_breach_of_the_first_run_has_no_cause_that_could_be_known(bank):
    bank.run(MAY, "900.00", "700.00")
    assert bank.facts("group_credit") == [(MAY, None, None, None)]


def test_capital_that_shrank_began_a_breach_that_no_business_did(bank):
    bank.run(MAY, "900.00", "500.00")
    bank.run(JUNE, "900.00", "500.00", capital=[builders.capital("2026-06-30", net_capital="9000.00")])
    # 15 % of 10 000 and of 9 000: 1 500 and 1 350
    assert bank.facts("group_credit") == [(JUNE, None, "capital", -150_00)]


def test_a_group_that_came_to_be_over_its_line_was_begun_by_its_members(bank):
    bank.run(MAY, "900.00", "700.00", links=False)
    bank.run(JUNE, "900.00", "700.00")
    assert bank.facts("group_credit") == [(JUNE, None, "group_membership", None)]


def own_limit(amount, **more):
    cells = {
        "limit_id": "OWN",
        "subject_kind": "obligor",
        "subject_id": "A",
        "is_hard": "true",
        "measure": "credit_balance",
    }
    return {"bank_limits": [cells | {"amount": amount, "currency": "CNY"} | more]}


@pytest.mark.parametrize(
    ("before", "after", "cause", "change"),
    [
        (("400.00", own_limit("500.00")), ("400.00", own_limit("350.00")), "limit", -150_00),
        (("400.00", own_limit("500.00")), ("600.00", own_limit("500.00")), "exposure", -200_00),
        (("400.00", {}), ("400.00", own_limit("350.00")), "limit", None),
        (("400.00", own_limit("500.00")), ("410.00", own_limit("400.00")), "limit", -100_00),
    ],
)
def test_a_breach_of_a_limit_of_the_banks_own_names_the_side_that_moved_more(
    bank, before, after, cause, change
):
    bank.run(MAY, before[0], **before[1])
    bank.run(JUNE, after[0], **after[1])
    assert bank.facts("OWN") == [(JUNE, None, cause, change)]


def test_a_breach_tells_how_soon_the_supervisor_is_told_and_by_when_it_is_cured(tmp_path):
    books = ["cn_large_exposures", "basel_lex", "eu_crr", "example_policy"]
    bank = Bank(tmp_path, books)
    bank.run(
        MAY, "9000.00", "100.00", **own_limit("100.00", is_hard="false", measure="exposure", yellow_bp=10_000)
    )
    told = bank.last.tables["breaches"]

    def duties(book_id):
        found = told.filter(book_id=book_id).select("report", "deadline_date").unique().rows()
        clauses = {each for row in told.filter(book_id=book_id)["duty_clause"] for each in [row]}
        return found, clauses

    reported, clause = duties("cn_large_exposures")
    assert reported == [("immediately", None)]
    assert {each[-7:] for each in clause} == {"art. 37"}
    assert duties("basel_lex")[0] == [("immediately", None)]
    assert duties("eu_crr")[0] == [("without_delay", None)]
    # Red is cured the same day. The 29th of May 2026 is a Friday: five working days on is the 5th of June.
    assert (None, MAY) in duties("example_policy")[0]
    assert told.filter(limit_id="OWN").select("warning_level", "report", "deadline_date").rows() == [
        ("yellow", None, date(2026, 6, 5))
    ]
