"""Which content of a limit counts on a date, of what was delivered and what was declared since."""

from datetime import date

import polars as pl
import pytest

from riskmon.domain.declared_limit import limits_in_force
from riskmon.operations.limits.terms import declared_rows, read_terms
from riskmon.store.limits import Declared
from riskmon.store.proposals import Proposal
from riskmon.validate.sieve import Sieve
from tests.declaring import steel

JUNE, JULY, AUGUST = date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31)


def approved(*limits):
    """Each limit in a proposal of its own, approved in this order."""
    from riskmon.operations.limits.terms import as_content

    return declared_rows(
        [
            Proposal(f"p{n}", Declared(as_content(read_terms([limit])), "board", "run"), "Li Na", None, "approved", "Wang Wei", None, None)
            for n, limit in enumerate(limits)
        ]
    )  # fmt: skip


def delivered(*limits):
    if not limits:
        return Sieve({}).delivered["bank_limits"]
    from riskmon.operations.limits.terms import _cells, _typed

    return _typed([_cells(each) for each in read_terms(limits)])


def amounts(rows, as_of):
    """The amount of each limit that is valid on a date."""
    valid = rows.filter(
        (pl.col("valid_from") <= as_of).fill_null(value=True),
        (pl.col("valid_to") >= as_of).fill_null(value=True),
    )
    return dict(valid.sort("limit_id").select("limit_id", "amount_minor").iter_rows())


def test_the_last_approved_of_a_limit_counts_in_place_of_the_delivered_one():
    rows, replaced = limits_in_force(
        delivered(steel("10.00")), approved(steel("20.00"), steel("30.00")), JUNE
    )
    assert amounts(rows, JUNE) == {"STEEL": 30_00}
    assert rows.select("proposal_id", "declared_by", "approved_by", "declaration_reason").rows() == [
        ("p1", "Li Na", "Wang Wei", "board")
    ]
    assert replaced["limit_id"].to_list() == ["STEEL"]


@pytest.mark.parametrize(("as_of", "amount"), [(JUNE, 10_00), (JULY, 20_00), (AUGUST, 10_00)])
def test_a_limit_declared_for_july_counts_in_july_and_what_was_delivered_before_and_after(as_of, amount):
    july = steel("20.00", valid_from="2026-07-01", valid_to="2026-07-31")
    rows, replaced = limits_in_force(delivered(steel("10.00")), approved(july), as_of)
    assert amounts(rows, as_of) == {"STEEL": amount}
    assert replaced.height == (as_of == JULY)


@pytest.mark.parametrize(("as_of", "found"), [(JUNE, {"STEEL": 10_00}), (date(2026, 7, 1), {}), (AUGUST, {})])
@pytest.mark.parametrize("was", ["delivered", "declared"])
def test_an_ended_limit_counts_until_the_day_before(as_of, found, was):
    end = {"limit_id": "STEEL", "is_ended": True, "valid_from": "2026-07-01"}
    limit = steel("10.00")
    sides = (delivered(limit), approved(end)) if was == "delivered" else (delivered(), approved(limit, end))
    assert amounts(limits_in_force(*sides, as_of)[0], as_of) == found


def test_a_limit_declared_anew_after_its_end_counts_again():
    end = {"limit_id": "STEEL", "is_ended": True, "valid_from": "2026-06-01"}
    rows, _ = limits_in_force(delivered(steel("10.00")), approved(end, steel("5.00")), JUNE)
    assert amounts(rows, JUNE) == {"STEEL": 5_00}


def test_every_limit_stands_once_and_is_numbered_behind_the_delivered_ones():
    other = steel("7.00", limit_id="OTHER")
    later = steel("8.00", limit_id="LATER", valid_from="2026-08-01")
    rows, _ = limits_in_force(delivered(steel("10.00"), other), approved(steel("20.00"), later), JUNE)
    assert sorted(rows["limit_id"]) == ["LATER", "OTHER", "STEEL"]
    assert dict(rows.select("limit_id", "row_number").iter_rows()) == {"OTHER": 1, "STEEL": 2, "LATER": 3}
