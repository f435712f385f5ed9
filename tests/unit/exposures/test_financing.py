"""Securities financing by the comprehensive approach, both directions, against arithmetic by hand.

Of the haircuts: 4 % for a bond of an issuer of AA- of up to five years, 8 % for another currency, 30 % the largest.
"""

import pytest

from tests import builders
from tests.counterparty_rows import financing, measured, netting_set, totals


@pytest.fixture
def exposed(tmp_path):
    def run(book_id="basel_lex", **terms):
        tables = {"netting_sets": [netting_set()], "securities_financing": [financing(**terms)]}
        frames = measured(tmp_path / "bank", book_id, **tables)
        found = totals(frames)
        return [found[name]["exposure_minor"] if name in found else None for name in ("CP", "ISS")]

    return run


REPO = {"direction": "repo", "security_issuer_id": "ISS"}


@pytest.mark.parametrize(
    ("terms", "counterparty", "issuer"),
    [
        ({},                                                      4_00,  96_00),   # 100 of cash, 96 held
        ({"direction": "securities_borrowing"},                   4_00,  96_00),
        ({"security_value": "200"},                               0,     100_00),  # no more than the cash
        ({"security_currency": "USD"},                            12_00, 88_00),   # 4 % and 8 %
        ({"security_currency": "CNY"},                            4_00,  96_00),
        ({"haircut_class": "cash"},                               0,     100_00),
        ({"haircut_class": None},                                 100_00, None),   # a class is not known: no collateral
        ({"haircut_class": "lottery tickets"},                    100_00, None),
        ({"security_issuer_id": None},                            100_00, None),   # nobody to count it with
        ({"security_issuer_id": "CP"},                            100_00, None),   # its own paper
        (REPO,                                                    4_00,  None),    # gave 100 x 1.04, holds 100 of cash
        (REPO | {"direction": "securities_lending"},              4_00,  None),
        (REPO | {"haircut_class": None},                          30_00, None),    # the largest haircut
        (REPO | {"security_currency": "EUR"},                     12_00, None),    # 104 given, 92 held
        (REPO | {"cash": "150"},                                  0,     None),
    ],
)  # fmt: skip
def test_what_is_given_is_raised_and_what_is_held_is_cut(exposed, terms, counterparty, issuer):
    assert exposed(**terms) == [counterparty, issuer]


@pytest.mark.parametrize(("book_id", "haircut"), [
    ("cn_large_exposures", 4_00), ("eu_crr", 4_00), ("uk_pra", 4_00), ("apra_aps221", 4_00),
    ("us_sccl",            8_00),  # by the issuer's risk weight, which the class does not show
])  # fmt: skip
def test_every_book_of_exposure_takes_the_supervisory_haircuts(exposed, book_id, haircut):
    assert exposed(book_id) == [haircut, 100_00 - haircut]


def test_the_amounts_say_what_collateral_moved(tmp_path):
    tables = {"netting_sets": [netting_set()], "securities_financing": [financing()]}
    found = totals(measured(tmp_path, **tables))
    amounts = (
        "exposure_gross_minor",
        "mitigated_out_minor",
        "mitigated_in_minor",
        "counterparty_minor",
        "is_complete",
    )
    assert [found["CP"][name] for name in amounts] == [100_00, 96_00, 0, 4_00, True]
    assert [found["ISS"][name] for name in amounts] == [0, 0, 96_00, 96_00, True]


def test_the_counterpartys_own_paper_moves_nothing(tmp_path):
    tables = {"netting_sets": [netting_set()], "securities_financing": [financing(security_issuer_id="CP")]}
    found = totals(measured(tmp_path, **tables))["CP"]
    assert (found["mitigated_out_minor"], found["mitigated_in_minor"]) == (0, 0)


def test_a_book_without_the_approach_holds_nothing_against_it(tmp_path):
    tables = {"netting_sets": [netting_set()], "securities_financing": [financing()]}
    found = totals(measured(tmp_path, "cn_group_credit", **tables))
    assert (found["CP"]["exposure_minor"], found["CP"]["is_complete"]) == (100_00, False)


def test_the_banks_own_paper_is_no_collateral(tmp_path):
    tables = {"netting_sets": [netting_set()], "securities_financing": [financing()]}
    bank = [
        {"party_id": "ISS", "name": "us", "currency": "CNY", "is_gsib": False, "is_dsib": False, "tier": None}
    ]
    assert totals(measured(tmp_path, bank=bank, **tables))["CP"]["exposure_minor"] == 100_00


def test_values_round_against_the_bank(tmp_path):
    # 0.01 USD at 7.123: given 0.0712 counts 0.08, held 0.96 x 0.0712 = 0.0683 counts 0.06
    tables = {
        "netting_sets": [netting_set()],
        "securities_financing": [financing(cash="0.01", security_value="0.01", currency="USD")],
        "fx_rates": [builders.fx_rate("USD", "7.123")],
    }
    assert totals(measured(tmp_path, **tables))["CP"]["exposure_minor"] == 2


def test_a_refused_trade_marks_its_counterparty_and_its_issuer(tmp_path):
    trades = [financing("R1"), financing("R2", cash="-1")]
    frames = measured(tmp_path, netting_sets=[netting_set()], securities_financing=trades)
    assert [totals(frames)[name]["is_complete"] for name in ("CP", "ISS")] == [False, False]
