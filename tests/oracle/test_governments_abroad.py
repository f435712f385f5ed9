"""Governments of zero risk weight under APS 221, and what protects an exposure that a book leaves out."""

import pytest

from tests import builders
from tests.oracle.exposure_cases import Bank, loan, minor, protection


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path)


def limits_on(outcome, subject):
    """Each limit that the subject is held to, with the limit and whether it is broken."""
    return {
        row["limit_id"]: (row["limit_minor"], row["is_breach"])
        for row in outcome.tables["headroom"]
        if row["subject_id"] == subject
    }


def owing(bank, units, **party):
    return bank.run(
        "apra_aps221",
        tier1=1_000,
        parties=[builders.party("S", **({"kind": "sovereign", "country": "JP"} | party))],
        facilities=[loan("F1", "S", units, product="bond")],
    )


@pytest.mark.parametrize(("units", "is_breach"), [(500, False), ("500.01", True)])
@pytest.mark.parametrize("kind", ["sovereign", "central_bank"])
def test_a_foreign_government_of_zero_weight_may_reach_half_of_tier_1(bank, kind, units, is_breach):
    outcome = owing(bank, units, kind=kind, risk_weight_bp=0)
    assert limits_on(outcome, "S") == {"zero_weight_government": (minor(500), is_breach)}


@pytest.mark.parametrize("party", [
    {"risk_weight_bp": 2_000},
    {"risk_weight_bp": None},                          # a weight that is not known is not zero
    {"risk_weight_bp": 0, "kind": "public_sector"},    # no government and no central bank
    {"risk_weight_bp": 0, "kind": "corporate"},
])  # fmt: skip
def test_everybody_else_is_held_to_a_quarter(bank, party):
    assert limits_on(owing(bank, 251, **party), "S") == {"general": (minor(250), True)}


def test_a_group_is_held_to_a_quarter_whoever_is_in_it(bank):
    outcome = bank.run(
        "apra_aps221",
        tier1=1_000,
        parties=[
            builders.party("S", kind="central_bank", country="JP", risk_weight_bp=0),
            builders.party("D"),
        ],
        relationships=[builders.dependence("R1", "D", "S", basis="judgement")],
        facilities=[loan("F1", "S", 300, product="bond"), loan("F2", "D", 10)],
    )
    assert limits_on(outcome, "S") == {"zero_weight_government": (minor(500), False)}
    assert limits_on(outcome, "apra_aps221/D") == {"general": (minor(250), True)}


@pytest.mark.parametrize(("book", "country", "kind"), [
    ("us_sccl",     "US", "guarantee"),          # 252.74(c)(3)(ii)
    ("apra_aps221", "AU", "credit_derivative"),  # para 19
])  # fmt: skip
def test_protection_of_an_exempt_exposure_still_counts_with_its_provider(bank, book, country, kind):
    outcome = bank.run(
        book,
        parties=[
            builders.party("S", kind="sovereign", country=country, risk_weight_bp=10_000),
            builders.party("G", kind="bank", risk_weight_bp=2_000),
        ],
        facilities=[loan("F1", "S", 100)],
        protections=[protection("P1", 60, kind=kind, provider_id="G")],
        protection_covers=[builders.cover("P1", "F1")],
    )
    assert outcome.exposure("G") == minor(60)
    (limit,) = outcome.headroom("general", "G")
    assert limit["exposure_minor"] == minor(60)
