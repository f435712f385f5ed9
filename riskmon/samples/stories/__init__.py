"""The planted stories, in order: each adds its rows to the draft and says what a run must find."""

from collections.abc import Callable
from random import Random

from riskmon.samples.draft import Draft
from riskmon.samples.stories import (
    capital,
    conduct,
    dependence,
    dirt,
    groups,
    guarantees,
    others,
    structures,
    traded,
)
from riskmon.samples.story import Story

STORIES: tuple[Callable[[Draft, Random], Story], ...] = (
    groups.over_group_limit,
    groups.obligor_in_two_groups,
    groups.joint_control,
    groups.cross_holding,
    guarantees.guarantee_ring,
    guarantees.guarantee_king,
    conduct.goods_pledged_twice,
    conduct.evergreened_loan,
    conduct.forged_statements,
    capital.tier1_fall,
    capital.loan_test_alone,
    groups.doubtful_control,
    dirt.dirty_rows,
    dependence.supplier_of_one_buyer,
    structures.developer_behind_structures,
    traded.derivatives_beside_loans,
    traded.bonds_from_a_repo,
    traded.short_that_sets_nothing_off,
    others.shareholder_that_borrows,
    others.credit_of_all_banks,
    others.co_signers,
)
