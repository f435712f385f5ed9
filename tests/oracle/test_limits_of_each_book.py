"""Each limit of the texts through the public run: at the line it holds, a minor unit above it is broken.

Tier 1 capital and net capital are 1 000 units, so that a percent is ten of them.
"""

from decimal import Decimal

import pytest

from tests import builders
from tests.oracle.exposure_cases import AS_OF, Bank, amount, loan, minor, protection

A_CENT = Decimal("0.00000001")
"""A minor unit, in units of a million."""


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path)


def owing(bank, /, book, units, party, *, product="loan", **tables):
    capital = builders.capital(
        AS_OF, net_capital=amount(1_000), tier1_capital=amount(1_000), cet1_capital=None, currency="EUR"
    )
    return bank.run(
        book,
        parties=[builders.party("X", **party)],
        facilities=[loan("F1", "X", units, product=product)],
        **{"capital": [capital]} | tables,
    )


FIRM, BANK = {}, {"kind": "bank"}
CLEARER = {"kind": "ccp", "is_qualifying_ccp": True}


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize(("book", "limit_id", "party", "product", "percent"), [
    ("cn_large_exposures", "loan_single",       FIRM,    "loan",      10),
    ("cn_large_exposures", "single",            FIRM,    "bond",      15),
    ("cn_large_exposures", "interbank",         BANK,    "loan",      25),
    ("cn_large_exposures", "qccp_non_clearing", CLEARER, "loan",      25),
    ("cn_large_exposures", "anonymous",         FIRM,    "fund_unit", 15),
    ("basel_lex",          "general",           FIRM,    "loan",      25),
    ("eu_crr",             "general",           FIRM,    "loan",      25),
    ("uk_pra",             "general",           FIRM,    "loan",      25),
    ("us_sccl",            "general",           FIRM,    "loan",      25),
    ("apra_aps221",        "general",           FIRM,    "loan",      25),
])  # fmt: skip
def test_a_limit_holds_at_its_line_and_breaks_above_it(bank, book, limit_id, party, product, percent, above):
    units = percent * 10 + (A_CENT if above else 0)
    outcome = owing(bank, book, units, party, product=product)
    subject = "(anonymous)" if limit_id == "anonymous" else "X"
    (row,) = outcome.headroom(limit_id, subject)
    assert (row["limit_minor"], row["is_breach"]) == (minor(percent * 10), above)


@pytest.mark.parametrize(("book", "since", "is_tested"), [
    ("cn_large_exposures", "2025-06-30", True),   # twelve months to the day
    ("cn_large_exposures", "2025-07-01", False),
    ("basel_lex",          "2025-06-30", True),
    ("basel_lex",          "2025-07-01", False),
    ("eu_crr",             "2025-06-30", True),
    ("eu_crr",             "2025-07-01", False),
    ("uk_pra",             "2025-07-01", False),
    ("us_sccl",            "2025-07-01", True),   # the text knows no time to comply
])  # fmt: skip
def test_fifteen_percent_bind_between_systemic_banks_from_twelve_months_on(bank, book, since, is_tested):
    own = {"party_id": "B", "name": "B", "currency": "EUR", "is_gsib": True}
    outcome = owing(bank, book, 151, BANK | {"is_gsib": True, "gsib_since": since}, bank=[own])
    rows = [(row["limit_minor"], row["is_breach"]) for row in outcome.headroom("gsib", "X")]
    assert rows == ([(minor(150), True)] if is_tested else [])


def test_a_group_of_banks_is_held_to_a_quarter_in_china(bank):
    capital = builders.capital(AS_OF, tier1_capital=amount(1_000), currency="EUR")
    outcome = bank.run(
        "cn_large_exposures",
        parties=[builders.party(name, kind="bank") for name in "PQ"],
        relationships=[builders.relationship("R1", "P", "Q")],
        facilities=[loan("F1", "P", 130), loan("F2", "Q", 121)],
        capital=[capital],
    )
    (row,) = outcome.headroom("interbank", "cn_large_exposures/P")
    assert (row["limit_minor"], row["is_breach"]) == (minor(250), True)


def test_what_a_housing_agency_in_conservatorship_guarantees_is_exempt_in_the_us(bank):
    outcome = bank.run(
        "us_sccl",
        parties=[
            builders.party("X"),
            builders.party("FNMA", kind="financial", tags="gse_in_conservatorship"),
        ],
        facilities=[loan("F1", "X", 100)],
        protections=[protection("P1", 60, kind="guarantee", provider_id="FNMA")],
        protection_covers=[builders.cover("P1", "F1")],
    )
    agency = outcome.total("FNMA")
    assert (agency["exposure_minor"], agency["exempt_minor"]) == (minor(60), minor(60))
    assert outcome.exposure("X") == minor(40)
