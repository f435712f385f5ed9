"""What several holders owe of a facility that counts with another: once, and as much as the least exempt of them."""

import polars as pl

from riskmon.domain.joint import JOINT_SCHEMA, joint_sums
from riskmon.operations.checks.joint_debt import JointDebt

OBLIGOR, STATE, FIRM = range(3)
SIGNED = pl.DataFrame(
    [
        ("b", 0, OBLIGOR, STATE, "loan", 100, 100, 100, 0, None, True),
        ("b", 0, OBLIGOR, FIRM, "loan", 100, 100, 0, 100, None, True),
    ],
    schema=JOINT_SCHEMA,
    orient="row",
)


def test_of_those_who_have_signed_a_facility_the_least_exempt_counts_whatever_their_order():
    """The state is exempt with its 100, the firm with nothing of them: together they owe 100 of which 0 is exempt."""
    holders = pl.DataFrame(
        {"group": [9, 9], "party_key": [STATE, FIRM]}, schema_overrides={"party_key": pl.Int32}
    )
    for rows in (SIGNED, SIGNED.reverse()):
        (found,) = joint_sums(rows, holders, of="group").to_dicts()
        assert found == {
            "group": 9, "joint_gross_minor": 100, "joint_minor": 100, "joint_exempt_minor": 0,
            "joint_loan_minor": 100,
        }  # fmt: skip


def test_a_check_counts_the_signer_that_is_not_exempt_as_the_run_does():
    named = pl.DataFrame(
        {"facility_id": ["F", "F"], "obligor_id": ["O", "O"], "joint_obligor_id": ["S", "B"]}
    )
    keys = {"O": OBLIGOR, "S": STATE, "B": FIRM}
    for limited in ([0, 100], [100, 0]):
        debt = JointDebt(named, {"exposure": pl.Series(limited)}, keys)
        assert debt.of({STATE, FIRM}, "exposure") == 100
        assert debt.of({OBLIGOR, STATE, FIRM}, "exposure") == 0
