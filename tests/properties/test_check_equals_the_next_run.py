"""A check is exact: its `after` is what the next run finds when the deal has been booked, on any small bank."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from riskmon.domain.money import MAX_DIGITS
from riskmon.operations.checks import Deal, DealProtection, decision_book
from riskmon.operations.checks.check_deals import NO_CLAIMS
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.largest import largest_passing
from riskmon.operations.checks.verdict import INCURABLE
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF

BOOKS = (
    "cn_large_exposures", "cn_group_credit", "cn_related_parties", "basel_lex", "eu_crr", "us_sccl", "example_policy",
)  # fmt: skip
BANK = "BANK"
PARTIES = [f"P{n}" for n in range(6)]
KINDS = ["corporate", "corporate", "bank", "sovereign", "policy_bank", "ccp", "financial"]
PRODUCTS = ["loan", "bond", "commitment", "bill_acceptance", "standby_credit", "card_undrawn", "ccp_clearing"]
OFF = {"commitment", "bill_acceptance", "standby_credit", "card_undrawn"}

amounts = st.sampled_from(["0.01", "33.33", "100", "399.99", "400", "1200", "5000"])
any_party = st.sampled_from(PARTIES)
joint_obligors = st.one_of(st.none(), st.none(), st.lists(any_party, min_size=1, max_size=2))
currencies = st.sampled_from(["CNY", "CNY", "USD", "JPY"])
ends = st.sampled_from([None, "2027-01-31", "2031-12-31"])


@st.composite
def party_rows(draw):
    return [builders.party(BANK, kind="bank")] + [
        builders.party(
            name,
            kind=draw(st.sampled_from(KINDS)),
            country=draw(st.sampled_from(["CN", "US"])),
            industry=draw(st.sampled_from([None, "C22", "F51"])),
            region=draw(st.sampled_from(["east", "west"])),
            risk_weight_bp=draw(st.sampled_from([None, 2000, 10000])),
            is_qualifying_ccp=draw(st.sampled_from([None, True])),
        )
        for name in PARTIES
    ]


@st.composite
def facility_rows(draw):
    product = draw(st.sampled_from(PRODUCTS))
    amount = draw(amounts)
    return {
        "obligor_id": draw(any_party),
        "joint_obligor_ids": draw(joint_obligors),
        "product": product,
        "currency": draw(currencies),
        "commitment": amount,
        "drawn": None if product in OFF else amount,
        "maturity_date": draw(ends),
        "is_cancellable": draw(st.sampled_from([None, True, False])),
    }


@st.composite
def relationship_rows(draw):
    kind, basis, votes = draw(
        st.sampled_from(
            [
                ("shareholding", None, 5100),
                ("shareholding", None, 10000),
                ("control", "contract", None),
                ("economic_dependence", "receipts", None),
                ("economic_dependence", "repayment_source", None),
            ]
        )
    )
    source = draw(any_party)
    return {
        "source_party_id": source,
        "target_party_id": draw(any_party.filter(lambda party: party != source)),
        "kind": kind,
        "basis": basis,
        "voting_bp": votes,
        "dependence_bp": 6000 if kind == "economic_dependence" else None,
        "assessment": draw(st.sampled_from([None, "confirmed", "doubtful"])),
    }


@st.composite
def protection_rows(draw):
    kind = draw(st.sampled_from(["cash_margin", "guarantee", "government_bond", "deposit_certificate"]))
    return {
        "kind": kind,
        "provider_id": draw(st.sampled_from([None, BANK, *PARTIES]))
        if kind != "guarantee"
        else draw(any_party),
        "value": draw(amounts),
        "currency": draw(currencies),
        "maturity_date": draw(ends),
        "haircut_class": draw(st.sampled_from([None, "sovereign_AAA_1y"])),
    }


def limit(limit_id, subject_kind, subject_id, **terms):
    return {
        "limit_id": limit_id,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "currency": "CNY",
    } | terms


LIMITS = [
    limit("all", "bank", BANK, amount="9000", is_shared=True),
    limit("each", "bank", BANK, amount="500", is_shared=False, yellow_bp=8000),
    limit("paper", "industry", "C22", amount="800", is_shared=True, parent_limit_id="all", is_hard=False),
    limit("loans", "product", "loan", amount="700", is_shared=True),
    limit("loans_each", "product", "loan", amount="300", is_shared=False, product="loan"),
    limit("principal", "region", "east", measure="loan_balance", amount="900", is_shared=True),
    limit("abroad", "country", "US", capital_bp=500, is_shared=True),
    limit("one", "obligor", "P1", amount="450"),
    limit("still", "obligor", "P2", is_frozen=True, amount="50"),
    limit("family", "group", "P0", book_id="basel_lex", amount="600", is_shared=True),
    limit("family_loans", "product", "loan", parent_limit_id="family", amount="300", is_shared=True),
]  # fmt: skip


@st.composite
def banks(draw):
    facilities = [
        builders.facility(f"F{n}", **row)
        for n, row in enumerate(draw(st.lists(facility_rows(), min_size=1, max_size=6)))
    ]
    protections, covers = [], []
    for n, row in enumerate(draw(st.lists(protection_rows(), max_size=2))):
        protections.append(builders.protection(f"G{n}", **row))
        covers.append(builders.cover(f"G{n}", draw(st.sampled_from(facilities))["facility_id"]))
    return {
        "bank": [{"party_id": BANK, "name": "The bank", "currency": "CNY", "is_gsib": draw(st.booleans())}],
        "parties": draw(party_rows()),
        "facilities": facilities,
        "relationships": [
            builders.relationship(f"R{n}", **row)
            for n, row in enumerate(draw(st.lists(relationship_rows(), max_size=6)))
        ],
        "protections": protections,
        "protection_covers": covers,
        "capital": [builders.capital(tier1_capital=draw(st.sampled_from(["8000.00", None])))],
        "fx_rates": [builders.fx_rate(), builders.fx_rate("JPY", "0.0483"), builders.fx_rate("EUR", "7.9")],
        "country_ratings": [{"country": "US", "source": "A", "grade": "AA", "rated_on": "2025-01-01"}],
        "bank_limits": draw(st.lists(st.sampled_from(LIMITS), unique_by=lambda row: row["limit_id"])),
        "related_parties": draw(
            st.lists(
                st.builds(lambda party, group: {"party_id": party, "related_group_id": group}, any_party, st.sampled_from(["P0", "G"])),
                max_size=3,
                unique_by=lambda row: row["party_id"],
            )
        ),
    }  # fmt: skip


@st.composite
def proposals(draw):
    """A deal, and the same as rows that a bank would deliver once it is booked."""
    facility = draw(facility_rows())
    given_protections = draw(st.lists(protection_rows(), max_size=2))
    return Deal(
        deal_id="NEW",
        obligor_id=facility["obligor_id"],
        product=facility["product"],
        amount=facility["commitment"]
        if facility["currency"] != "JPY"
        else draw(st.sampled_from(["1", "7000"])),
        currency=facility["currency"],
        start_date="2026-06-30",
        maturity_date=facility["maturity_date"],
        is_cancellable=facility["is_cancellable"],
        protections=tuple(
            DealProtection(**{**row, "value": "2000" if row["currency"] == "JPY" else row["value"]})
            for row in given_protections
        ),
    )


def booked(bank, deal):
    """The bank's tables with the deal among them."""
    facility = {
        "facility_id": deal.deal_id, "obligor_id": deal.obligor_id, "product": deal.product, "currency": deal.currency,
        "commitment": deal.amount, "drawn": None if deal.product in OFF else deal.amount,
        "start_date": deal.start_date, "maturity_date": deal.maturity_date, "is_cancellable": deal.is_cancellable,
    }  # fmt: skip
    protections = [
        {"protection_id": f"{deal.deal_id}/{n}", **each.model_dump()}
        for n, each in enumerate(deal.protections)
    ]
    covers = [builders.cover(row["protection_id"], deal.deal_id) for row in protections]
    return {
        **bank,
        "facilities": [*bank["facilities"], facility],
        "protections": [*bank["protections"], *protections],
        "protection_covers": [*bank["protection_covers"], *covers],
    }


def _in_yen(bank):
    """Yen have no decimals: the amounts of rows in yen lose theirs."""
    names = {"facilities": ("commitment", "drawn"), "protections": ("value",)}
    for table, columns in names.items():
        for row in bank[table]:
            if row["currency"] == "JPY":
                row.update(
                    {name: None if row[name] is None else str(int(float(row[name])) * 20) for name in columns}
                )
    return bank


def run_of(folder: Path, bank) -> Path:
    builders.write_bank(folder / "bank", **bank)
    data = folder / "data"
    run_monitor(folder / "bank", select(BOOKS, as_of=AS_OF), data)
    return data


def limits_of(data: Path):
    """Every limit that a run tested: its amount and whether that is complete, by the line's key."""
    snapshots = Snapshots(data)
    rows = snapshots.table(snapshots.find(), "headroom").collect()
    key = ("book_id", "limit_id", "subject_kind", "subject_id")
    return {
        # Of a class that nobody is in, nothing is zero.
        tuple(row[name] for name in key): (row["exposure_minor"] or 0, row["is_complete"])
        for row in rows.iter_rows(named=True)
    }


@settings(
    max_examples=15,
    # The same banks every time: each takes two whole runs, too many to search for others here.
    derandomize=True,
    # A failing bank stands as it was found: to make it smaller takes two runs a step.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(bank=banks().map(_in_yen), deal=proposals())
def test_what_a_check_says_of_every_limit_is_what_the_next_run_finds(bank, deal):
    with tempfile.TemporaryDirectory() as folder:
        data = run_of(Path(folder) / "before", bank)
        before, after = limits_of(data), limits_of(run_of(Path(folder) / "after", booked(bank, deal)))
        desk = Desk(decision_book(Snapshots(data)), AS_OF, 3, NO_CLAIMS)
        judged = desk.judge([deal])
        told = {line.key: line for line in judged.lines}
        # With protection each of the many questions behind it goes through the stages.
        bare = deal.model_copy(update={"protections": ()})
        alone = desk.judge([bare])
        largest = largest_passing(desk, desk.measure(bare), alone)
        at_most = desk.judge([bare.of_amount(largest)]).passes
        # No deal is larger than the largest amount that anything may have.
        above = largest + 1 < 10**MAX_DIGITS and desk.judge([bare.of_amount(largest + 1)]).passes

    assert judged.outcome.value not in ("not_computable", "party_unknown")
    for key, line in told.items():
        if line.after is None and after[key][0]:
            # What others owe who would join a group is not in the snapshot at this grain: unknown, so nothing passes.
            assert not judged.passes, key
            continue
        assert (line.after or 0, line.is_complete) == after[key], key
        assert (line.before or 0) == before.get(key, (line.before or 0,))[0], key
    assert alone.outcome in INCURABLE or (not above and (at_most or largest == 0))
    # A limit on a group that was none before is tested from now on, on nothing if the deal is none of it.
    changed = {key for key in after if after[key][0] != before.get(key, (0, True))[0]}
    # What of the bank's own becomes a lower bound is told as such, but for limits within a party's or a group's.
    own = {
        key
        for key in after
        if key[0] == "bank_limits" and key[1] not in ("one", "still", "family", "family_loans")
    }
    doubted = {key for key in own if before.get(key, (0, True))[1] and not after[key][1]}
    assert changed | doubted <= set(told)
