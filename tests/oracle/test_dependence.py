"""Economic dependence under every book: each situation with its line, one basis point on either side, and nulls.

Lines by hand from the texts: half of yearly receipts or expenditure under Basel (LEX10.16), in Australia (para 24),
China (annex 1) and the US (252.76); "significant", without a number, under the EU's and the UK's guidelines; most of
the output in China, a quarter in the US; half of the exposure to the guarantor in the US. No text has another number.
"""

from datetime import date

import pytest

from riskmon.operations.groups import list_groups
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
HALF, QUARTER = 5_000, 2_500
LINES = {
    "apra_aps221": {"receipts": HALF, "expenditure": HALF},
    "basel_lex": {"receipts": HALF, "expenditure": HALF},
    "cn_large_exposures": {"receipts": HALF, "expenditure": HALF, "output": HALF},
    "eu_crr": {},
    "uk_pra": {},
    "us_sccl": {"receipts": HALF, "expenditure": HALF, "output": QUARTER, "guarantee_burden": HALF},
}
SITUATIONS = (
    "receipts", "expenditure", "guarantee_burden", "output", "repayment_source", "funding_source", "joint_liability",
    "owners_in_common", "receivables", "partner_liability", "judgement",
)  # fmt: skip
EVERY_SITUATION = [(book, basis) for book in LINES for basis in SITUATIONS]


def joined(folder, book, links, *, if_confirmed=False, kinds=None, **tables):
    """Which of these links put both their ends into one group; links: name to columns of the relationship."""
    ends = {name: (f"{name}-ON", f"{name}-BY") for name in links}
    kinds = kinds or {}
    builders.write_bank(
        folder,
        parties=[
            builders.party(party, kind=kinds.get(party, "corporate"))
            for pair in ends.values()
            for party in pair
        ],
        relationships=[
            builders.dependence(f"R-{name}", *ends[name], **columns) for name, columns in links.items()
        ],
        **tables,
    )
    answer = list_groups(folder, select([book], as_of=AS_OF))
    groups = [
        {member["party_id"] for member in group["members"]}
        for group in answer["if_confirmed" if if_confirmed else "groups"]
    ]
    return {name for name, pair in ends.items() if any(set(pair) <= group for group in groups)}


@pytest.mark.parametrize(("book", "basis"), EVERY_SITUATION)
def test_a_situation_counts_from_its_line_and_without_a_share(tmp_path, book, basis):
    line = LINES[book].get(basis)
    shares = {"none": None, "all": 10_000, "trace": 1} | (
        {"above": line + 1, "at": line, "below": line - 1} if line else {}
    )
    links = {name: {"basis": basis, "dependence_bp": share} for name, share in shares.items()}
    counting = {name for name, share in shares.items() if share is None or not line or share >= line}
    assert joined(tmp_path, book, links) == counting


@pytest.mark.parametrize(("book", "basis"), EVERY_SITUATION)
def test_a_link_that_can_be_replaced_or_was_rejected_stays_on_record_and_counts_never(tmp_path, book, basis):
    links = {
        "replaceable": {"basis": basis, "is_replaceable": True, "assessment": "confirmed"},
        "rejected": {"basis": basis, "assessment": "rejected"},
        "doubtful": {"basis": basis, "assessment": "doubtful"},
        "kept": {"basis": basis, "is_replaceable": False, "assessment": "confirmed"},
        "unknown": {"basis": basis, "is_replaceable": None, "assessment": None},
    }
    assert joined(tmp_path / "now", book, links) == {"kept", "unknown"}
    assert joined(tmp_path / "then", book, links, if_confirmed=True) == {"kept", "unknown", "doubtful"}


@pytest.mark.parametrize("book", LINES)
def test_a_link_without_a_basis_is_a_persons_judgement_and_counts(tmp_path, book):
    assert joined(tmp_path, book, {"unsaid": {"basis": None}, "slight": {"basis": None, "dependence_bp": 1}}) == {
        "unsaid", "slight",
    }  # fmt: skip


@pytest.mark.parametrize(("book", "counts"), [
    ("eu_crr", False), ("uk_pra", False),           # funding from the bank itself does not count
    ("cn_large_exposures", False),                  # a source of funding that is no bank
    ("basel_lex", True), ("apra_aps221", True), ("us_sccl", True),
])  # fmt: skip
def test_whether_funding_by_the_bank_itself_ties_its_clients(tmp_path, book, counts):
    found = joined(
        tmp_path,
        book,
        {"own": {"basis": "funding_source"}, "other": {"basis": "funding_source"}},
        kinds={"own-ON": "bank"},
        bank=[{"party_id": "own-ON", "name": "We", "currency": "CNY"}],
    )
    assert found == {"other"} | ({"own"} if counts else set())


@pytest.mark.parametrize("basis", ["receipts", "repayment_source", "judgement"])
@pytest.mark.parametrize("book", ["eu_crr", "uk_pra"])
def test_relying_on_the_bank_itself_in_another_way_still_ties(tmp_path, book, basis):
    own = [{"party_id": "own-ON", "name": "We", "currency": "CNY"}]
    assert joined(tmp_path, book, {"own": {"basis": basis}}, kinds={"own-ON": "bank"}, bank=own) == {"own"}


def test_the_guideline_of_2010_knows_no_dependence(tmp_path):
    links = {basis: {"basis": basis, "dependence_bp": 10_000} for basis in SITUATIONS}
    assert joined(tmp_path, "cn_group_credit", links) == set()
