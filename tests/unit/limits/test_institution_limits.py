"""Institutions: the limit that an amount lifts, capped at tier 1, and the line for the members that are none.

Figures are those of article 395(1) of the Capital Requirements Regulation: 25 % of tier 1 capital, EUR 150 million.
"""

from datetime import date

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

MILLION = 10**8
"""One million in minor units."""


def headroom(folder, loans, *, tier1, currency="EUR", rates=(), book="eu_crr"):
    """Rows of a group H with a bank B and a firm N below it, by limit; amounts in millions."""
    builders.write_bank(
        folder / "bank",
        parties=[
            builders.party("H", is_obligor=False),
            builders.party("B", kind="bank"),
            builders.party("N"),
        ],
        relationships=[builders.relationship("R1", "H", "B"), builders.relationship("R2", "H", "N")],
        facilities=[
            builders.facility(f"F{name}", name, currency=currency, commitment=f"{amount}000000", drawn=f"{amount}000000")
            for name, amount in loans.items()
        ],
        capital=[
            builders.capital(
                currency=currency, tier1_capital=f"{tier1}000000", net_capital=f"{tier1}000000", cet1_capital=None
            )
        ],
        fx_rates=[builders.fx_rate(code, rate) for code, rate in rates],
    )  # fmt: skip
    result = run_monitor(folder / "bank", select([book], as_of=date(2026, 6, 30)), folder / "data")
    rows = result.tables["headroom"].iter_rows(named=True)
    found = {
        (row["subject_kind"], row["limit_id"]): (row["limit_minor"] / MILLION, row["is_breach"])
        for row in rows
    }
    return found, result.tables["not_evaluated"]


@pytest.mark.parametrize(("tier1", "bank", "firm", "institution", "non_institutions"), [
    (400,  140, 0,   (150, False), (100, False)),  # 25 % is 100; lifted to 150
    (400,  151, 0,   (150, True),  (100, False)),
    (400,  130, 101, (150, True),  (100, True)),   # 231 in all
    (100,  99,  0,   (100, False), (25, False)),   # 150 is above tier 1: capped there
    (1000, 240, 0,   (250, False), (250, False)),  # 25 % is more than 150
    (1000, 251, 0,   (250, True),  (250, False)),
    (400,  40,  105, (150, False), (100, True)),   # 145 in all is within; the firm alone is not
])  # fmt: skip
def test_a_group_with_an_institution(tmp_path, tier1, bank, firm, institution, non_institutions):
    # A group has two members: where the firm has nothing in the rule's example, it has one of the bank's millions.
    loans = {"B": bank, "N": firm} if firm else {"B": bank - 1, "N": 1}
    found, _ = headroom(tmp_path, loans, tier1=tier1)
    assert found["group", "institution"] == institution
    assert found["group", "non_institutions"] == non_institutions
    assert ("group", "general") not in found


def test_a_single_institution_has_the_lifted_limit_and_a_single_firm_the_general_one(tmp_path):
    found, _ = headroom(tmp_path, {"B": 140, "N": 101}, tier1=400)
    assert found["obligor", "institution"] == (150, False)
    assert found["obligor", "general"] == (100, True)


def test_a_group_of_firms_has_the_general_limit_only(tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("N"), builders.party("M")],
        relationships=[builders.relationship("R1", "N", "M")],
        facilities=[builders.facility("F1", "N"), builders.facility("F2", "M")],
        capital=[builders.capital()],
    )
    result = run_monitor(tmp_path / "bank", select(["eu_crr"], as_of=date(2026, 6, 30)), tmp_path / "data")
    tested = result.tables["headroom"].filter(subject_kind="group")
    assert tested["limit_id"].to_list() == ["general"]


def test_the_amount_is_converted_at_the_runs_rate_and_rounded_down(tmp_path):
    # 150 million at 7.9999999999 is 1 199.999999985 million; 25 % of 4 000 million is 1 000 million.
    found, missing = headroom(
        tmp_path, {"B": 1, "N": 1}, tier1=4000, currency="CNY", rates=[("EUR", "7.9999999999")]
    )
    assert found["group", "institution"] == (1_199.99999998, False)
    assert "fx_rates.EUR" not in missing["missing"]


def test_without_a_rate_the_share_of_capital_alone_counts_and_this_is_said(tmp_path):
    found, missing = headroom(tmp_path, {"B": 1, "N": 1}, tier1=400, currency="CNY")
    assert found["group", "institution"] == (100, False)
    assert "fx_rates.EUR" in missing["missing"]


def test_the_united_kingdom_has_its_own_amount(tmp_path):
    found, _ = headroom(tmp_path, {"B": 1, "N": 1}, tier1=400, currency="GBP", book="uk_pra")
    assert found["group", "institution"] == (130, False)


@pytest.mark.parametrize(("bank_is_dsib", "tested"), [(True, [20_00]), (False, [])])
def test_a_domestic_systemic_bank_has_its_own_limit_to_another(tmp_path, bank_is_dsib, tested):
    # 20 % of 100.00, for the one of two banks that is systemically important too, if the bank itself is.
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("B", kind="bank", is_dsib=True), builders.party("C", kind="bank")],
        facilities=[builders.facility("F1", "B"), builders.facility("F2", "C")],
        capital=[builders.capital(tier1_capital="100.00")],
        bank=[{"party_id": "OWN", "name": "Own", "currency": "CNY", "is_dsib": bank_is_dsib}],
    )
    selection = select(["apra_aps221"], as_of=date(2026, 6, 30))
    rows = run_monitor(tmp_path / "bank", selection, tmp_path / "data").tables["headroom"]
    assert rows.filter(limit_id="dsib")["limit_minor"].to_list() == tested
    assert rows.filter(limit_id="general").height == 2
