"""How the cases on conversion, mitigation, limits and reporting sets are asked of a bank."""

from decimal import Decimal

from tests import builders
from tests.oracle.exposure_cases import AS_OF, CENTS, amount, loan, minor, protection


def partly_drawn(bank, book, case, *, drawn_as, undrawn_as, **terms):
    """The exposure of one party with a drawn loan and an undrawn or contingent amount beside it."""
    rows = [loan("DRAWN", "X", case["drawn"])] if case["drawn"] else []
    contingent = {"product": undrawn_as, "drawn": None, "commitment": amount(case[drawn_as])} | terms
    rows.append(loan("UNDRAWN", "X", 0, **contingent))
    return bank.run(book, parties=[builders.party("X")], facilities=rows).exposure("X")


def off_balance_basel(bank, case, expected):
    items = {
        "unconditionally cancellable": ("commitment", {"is_cancellable": True}),
        "other commitment": ("commitment", {"is_cancellable": False}),
        "NIF/RUF, transaction-related contingent": ("note_issuance", {}),
        "direct credit substitute / guarantee issued": ("loan_guarantee", {}),
    }
    product, terms = items[case["item"]]
    found = partly_drawn(bank, "basel_lex", case, drawn_as="undrawn", undrawn_as=product, **terms)
    assert found == minor(expected["exposure"])


def off_balance_floor(bank, case, expected):
    terms = {"drawn_as": "undrawn", "undrawn_as": "commitment", "is_cancellable": True}
    assert partly_drawn(bank, "basel_lex", case, **terms) == minor(expected["exposure"])


def off_balance_apra(bank, case, expected):
    terms = {"drawn_as": "undrawn", "undrawn_as": "commitment", "is_cancellable": True}
    assert partly_drawn(bank, "apra_aps221", case, **terms) == minor(expected["exposure"])


def off_balance_eu(bank, case, expected):
    assert case["medium_low_risk_exemption_used"] is False
    # medium risk: an undrawn line of more than a year
    terms = {"drawn_as": "undrawn_medium_risk", "undrawn_as": "commitment", "is_cancellable": False}
    assert partly_drawn(bank, "eu_crr", case, **terms) == minor(expected["exposure"])


def guaranteed(bank, book, case, guarantor, **client):
    """A loan to A that G guarantees in part; what the bank lends G itself beside it."""
    facilities = [loan("FA", "A", case["loan_to_A"])]
    if case.get("G_direct"):
        facilities.append(loan("FG", "G", case["G_direct"]))
    return bank.run(
        book,
        parties=[builders.party("A", **client), builders.party("G", **guarantor)],
        facilities=facilities,
        relationships=[builders.relationship("R1", "A", "G")] if case.get("connected") else [],
        protections=[protection("P1", case["guaranteed_by_G"], kind="guarantee", provider_id="G")],
        protection_covers=[builders.cover("P1", "FA")],
    )


def guarantee_substitution(bank, case, expected):
    for book, guarantor, client in (
        ("basel_lex", {}, {}),
        ("us_sccl", {}, {}),
        # Australia asks the guarantor to have the lower risk weight
        ("apra_aps221", {"risk_weight_bp": 2_000}, {"risk_weight_bp": 10_000}),
    ):
        outcome = guaranteed(bank, book, case, {"kind": "bank"} | guarantor, **client)
        assert [outcome.exposure(name) for name in "AG"] == [minor(expected[name]) for name in "AG"]
    # the two as one group: nothing is gained by a guarantee from inside
    joined = guaranteed(bank, "basel_lex", case | {"connected": True}, {"kind": "bank"})
    (group,) = joined.headroom("general", "basel_lex/A")
    assert group["exposure_minor"] == minor(110)

    weighted = guaranteed(
        bank, "eu_crr", case, {"kind": "bank", "risk_weight_bp": 2_000}, risk_weight_bp=10_000
    )
    assert [weighted.exposure(name) for name in "AG"] == [minor(expected[name]) for name in "AG"]


def guarantee_rw_condition_eu(bank, case, expected):
    weights = [int(case[name] * 10_000) for name in ("rw_A", "rw_G")]
    for book in ("eu_crr", "uk_pra"):
        guarantor = {"kind": "bank", "risk_weight_bp": weights[1]}
        outcome = guaranteed(bank, book, case, guarantor, risk_weight_bp=weights[0])
        assert [outcome.exposure(name) for name in "AG"] == [minor(expected[name]) for name in "AG"]


def maturity_mismatch(bank, case, expected):
    ends = {
        "FA": f"{AS_OF.year + int(case['T_residual_exposure'])}-06-30",
        "P1": f"{AS_OF.year + int(case['t_residual_protection'])}-06-30",
    }
    for book in ("basel_lex", "us_sccl", "apra_aps221"):
        outcome = bank.run(
            book,
            parties=[
                builders.party("A", risk_weight_bp=10_000),
                builders.party("G", kind="bank", risk_weight_bp=2_000),
            ],
            facilities=[loan("FA", "A", case["loan_to_A"], maturity_date=ends["FA"])],
            protections=[
                protection(
                    "P1", case["protection"], kind="guarantee", provider_id="G", start_date="2026-01-01",
                    maturity_date=ends["P1"],
                )
            ],
            protection_covers=[builders.cover("P1", "FA")],
        )  # fmt: skip
        for name in "AG":  # told to six decimals
            assert abs(outcome.exposure(name) - minor(expected[name])) <= CENTS
        # exactly: 60 x 1.75 / 4.75 rounded down to the minor unit, and nothing lost
        assert outcome.exposure("G") == minor(60) * 7 // 19
        assert outcome.exposure("A") + outcome.exposure("G") == minor(case["loan_to_A"])


def collateral_issuer_basel_simple(bank, case, expected):
    outcome = bank.run(
        "basel_lex",
        choices={"collateral": "simple"},
        parties=[builders.party("A"), builders.party("I", kind="sovereign")],
        facilities=[loan("FA", "A", case["loan_to_A"])],
        protections=[
            protection("P1", case["bond_of_I_market_value"], kind="government_bond", provider_id="I")
        ],
        protection_covers=[builders.cover("P1", "FA")],
    )
    assert [outcome.exposure(name) for name in "AI"] == [minor(expected[name]) for name in "AI"]


def guarantor_sovereign_exempt(bank, case, expected):
    facilities = [loan("FA", "A", case["loan_to_A"])]
    outcome = bank.run(
        "eu_crr",
        parties=[builders.party("A"), builders.party("S", kind="sovereign", country="DE", risk_weight_bp=0)],
        country_ratings=[{"country": "DE", "source": "S", "grade": "AAA", "rated_on": "2026-01-01"}],
        facilities=facilities,
        protections=[
            protection("P1", case["guaranteed_by_0pct_sovereign"], kind="guarantee", provider_id="S")
        ],
        protection_covers=[builders.cover("P1", "FA")],
    )
    (client,) = outcome.headroom("general", "A")
    assert client["exposure_minor"] == minor(expected["A_for_limit"])
    assert outcome.total("S")["exempt_minor"] == minor(expected["sovereign_exempt"])
    assert outcome.total("A")["exposure_gross_minor"] == minor(expected["report_before_crm"])


def us_collateral_issuer(bank, case, expected):
    # adjusted by the 15 % of a share of the main index
    value = round(Decimal(case["eligible_collateral_adjusted_market_value"]) / Decimal("0.85"), 6)
    outcome = bank.run(
        "us_sccl",
        parties=[builders.party("A"), builders.party("I", kind="corporate")],
        facilities=[loan("FA", "A", case["loan_to_A"])],
        protections=[
            protection("P1", value, kind="security", provider_id="I", haircut_class="main_index_equity")
        ],
        protection_covers=[builders.cover("P1", "FA")],
    )
    assert [outcome.exposure(name) for name in "AI"] == [minor(expected[name]) for name in "AI"]


def boundaries(bank, case, expected):
    names = case["exposures"]
    outcome = bank.run(
        "basel_lex",
        tier1=case["tier1"],
        parties=[builders.party(name) for name in names],
        facilities=[loan(f"F{name}", name, units) for name, units in names.items()],
    )
    assert outcome.set("large") == set(expected["large"])
    assert outcome.breaching() == set(expected["breach"])


def eu_institution_limit(bank, case, expected):
    inside, outside = case["exposure_institutions_in_group"], case["exposure_non_institutions_in_group"]
    outcome = bank.run(
        "eu_crr",
        tier1=case["tier1"],
        parties=[builders.party("I", kind="bank"), builders.party("N")],
        relationships=[builders.relationship("R1", "I", "N")],
        facilities=[loan("FI", "I", inside), *([loan("FN", "N", outside)] if outside else [])],
    )
    # where only the institution owes the bank anything it is tested as a party and not as a group
    subject = "eu_crr/I" if outside else "I"
    (institution,) = outcome.headroom("institution", subject)
    assert institution["limit_minor"] == minor(expected["limit_group"])
    for rest in outcome.headroom("non_institutions", subject):
        assert rest["limit_minor"] == minor(expected["limit_non_institutions"])
    tested = [*outcome.headroom("institution", subject), *outcome.headroom("non_institutions", subject)]
    assert any(row["is_breach"] for row in tested) is expected["breach"]


def gsib(bank, case, expected):
    for book in ("basel_lex", "eu_crr", "us_sccl"):
        outcome = bank.run(
            book,
            tier1=case["tier1"],
            bank=[{"party_id": "B", "name": "B", "currency": "EUR", "is_gsib": case["bank_is_gsib"]}],
            parties=[
                builders.party("B", kind="bank"),
                builders.party("X", kind="bank", is_gsib=case["counterparty_is_gsib"]),
            ],
            facilities=[loan("F1", "X", case["exposure"], product="interbank_placement")],
        )
        (row,) = outcome.headroom("gsib", "X")
        assert (row["limit_minor"], row["is_breach"]) == (minor(expected["limit"]), expected["breach"])


def reporting_sets(bank, case, expected):
    rows = {str(row["id"]): row for row in case["rows"]}
    kinds = {name: "sovereign" if row["exempt"] else "corporate" for name, row in rows.items()}
    covered = {
        name: row["pre_crm"] - row["post_crm"]
        for name, row in rows.items()
        if row["pre_crm"] > row["post_crm"]
    }
    tables = {
        "parties": [builders.party(name, kind=kind, risk_weight_bp=0 if kind == "sovereign" else 10_000)
                    for name, kind in kinds.items()],
        "facilities": [loan(f"F{name}", name, row["pre_crm"]) for name, row in rows.items()],
        "protections": [protection(f"P{name}", units, kind="cash_margin") for name, units in covered.items()],
        "protection_covers": [builders.cover(f"P{name}", f"F{name}") for name in covered],
    }  # fmt: skip
    basel = bank.run("basel_lex", tier1=case["tier1"], **tables)
    large, before = basel.set("large"), basel.set("large_before_mitigation")
    assert large == _names(expected["basel_ge_10pct"])
    # the list of the case leaves out what the sets before it hold
    assert before - large - basel.set("exempt") == _names(expected["basel_pre_crm_ge_10pct"])
    assert basel.set("exempt") == _names(expected["basel_exempt_ge_10pct"])
    assert basel.set("top_n") == _names(expected["basel_top20"])
    eu = bank.run("eu_crr", tier1=case["tier1"], **tables)
    assert eu.set("large_before_mitigation") == _names(expected["eu_large_exposure"])
    assert eu.set("fixed_amount") == _names(expected["eu_ge_300m_below_10pct"])


def _names(ids):
    return {str(each) for each in ids}


ASKED = {
    asked.__name__: asked
    for asked in (
        off_balance_basel, off_balance_floor, off_balance_apra, off_balance_eu, guarantee_substitution,
        guarantee_rw_condition_eu, maturity_mismatch,
        collateral_issuer_basel_simple, guarantor_sovereign_exempt, us_collateral_issuer, boundaries,
        eu_institution_limit, gsib, reporting_sets,
    )
}  # fmt: skip
