"""What must hold of every run, on any small book: conservation, order independence, monotonicity."""

import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
BOOKS = ("cn_large_exposures", "cn_group_credit", "basel_lex", "example_policy")
PARTIES = [f"P{n}" for n in range(6)]
KINDS = ["corporate", "bank", "sovereign", "policy_bank", "person"]

SLOW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])

amounts = st.integers(0, 10**9).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
any_party = st.sampled_from(PARTIES)
optional_flag = st.sampled_from([None, True, False])

parties = st.tuples(*(st.sampled_from(KINDS) for _ in PARTIES)).map(
    lambda kinds: [builders.party(name, kind=kind) for name, kind in zip(PARTIES, kinds, strict=True)]
)


@st.composite
def facility_rows(draw):
    product = draw(
        st.sampled_from(["loan", "bond", "commitment", "bill_acceptance", "card_undrawn", "fund_unit"])
    )
    is_off = product in ("commitment", "bill_acceptance", "card_undrawn")
    return {
        "obligor_id": draw(any_party),
        "joint_obligor_ids": draw(st.one_of(st.none(), st.lists(any_party, min_size=1, max_size=2))),
        "product": product,
        "currency": draw(st.sampled_from(["CNY", "USD", "JPY"])),
        "drawn": None if is_off else draw(st.integers(0, 10**7).map(str)),
        "commitment": draw(st.integers(0, 10**7).map(str)),
        "provision": draw(st.sampled_from([None, "1", "3000"])),
        "is_cancellable": draw(optional_flag),
    }


@st.composite
def relationship_rows(draw):
    source = draw(any_party)
    kind, basis, votes = draw(
        st.sampled_from(
            [
                ("shareholding", None, 5100),
                ("shareholding", None, 3000),
                ("control", "contract", None),
                ("economic_dependence", "receipts", None),
                ("family", "spouse", None),
            ]
        )
    )
    target = draw(any_party.filter(lambda party: party != source))
    return {
        "source_party_id": source,
        "target_party_id": target,
        "kind": kind,
        "basis": basis,
        "voting_bp": votes,
        "assessment": draw(st.sampled_from([None, "confirmed", "doubtful", "rejected"])),
    }


@st.composite
def books_of_a_bank(draw):
    facilities = [
        builders.facility(f"F{n}", **row)
        for n, row in enumerate(draw(st.lists(facility_rows(), min_size=1, max_size=8)))
    ]
    ids = [row["facility_id"] for row in facilities]
    protections, covers = [], []
    for n in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["cash_margin", "guarantee", "government_bond", "property"]))
        protections.append(
            builders.protection(f"G{n}", kind=kind, provider_id=draw(any_party), value=draw(amounts))
        )
        covers += [
            builders.cover(f"G{n}", facility)
            for facility in draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
        ]
    return {
        "parties": draw(parties),
        "relationships": [
            builders.relationship(f"R{n}", **row)
            for n, row in enumerate(draw(st.lists(relationship_rows(), max_size=8)))
        ],
        "facilities": facilities,
        "protections": protections,
        "protection_covers": covers,
        "capital": [builders.capital(AS_OF)],
        "fx_rates": [builders.fx_rate("USD", "7.1234"), builders.fx_rate("JPY", "0.0478")],
    }


def run(bank):
    with tempfile.TemporaryDirectory() as folder:
        builders.write_bank(Path(folder) / "bank", **bank)
        return run_monitor(Path(folder) / "bank", select(BOOKS, as_of=AS_OF), Path(folder) / "data").tables


@SLOW
@given(books_of_a_bank())
def test_protection_moves_exposure_and_never_loses_it(bank):
    tables = run(bank)
    exposures, totals = tables["exposures"], tables["obligor_exposures"]
    identity = exposures.select(
        pl.col("exposure_gross_minor") - pl.col("mitigated_out_minor") + pl.col("mitigated_in_minor")
        == pl.col("exposure_minor")
    )
    assert identity.to_series().all()
    assert (exposures["exposure_minor"] >= 0).all()
    assert exposures["facility_id"].n_unique() == len(bank["facilities"])
    categories = [
        f"{name}_minor" for name in ("general", "specific", "trading", "counterparty", "potential", "other")
    ]
    assert (totals.select(pl.sum_horizontal(categories)).to_series() == totals["exposure_minor"]).all()
    for column in (
        "exposure_gross_minor",
        "mitigated_out_minor",
        "mitigated_in_minor",
        "exposure_minor",
        "exempt_minor",
    ):
        by_book = exposures.group_by("book_id").agg(pl.col(column).sum()).sort("book_id")
        assert by_book.equals(totals.group_by("book_id").agg(pl.col(column).sum()).sort("book_id"))
    # What leaves one party arrives at another; cash, and deposits or treasuries under the 2010 rule, only leave.
    substituted = exposures.filter(pl.col("book_id") != "cn_group_credit")
    assert substituted["mitigated_in_minor"].sum() <= substituted["mitigated_out_minor"].sum()


@SLOW
@given(books_of_a_bank(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(bank, random):
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in bank.items()}
    first, second = run(bank), run(shuffled)
    for name, table in first.items():
        assert table.equals(second[name]), name


@SLOW
@given(books_of_a_bank(), facility_rows())
def test_another_facility_never_lowers_a_total_or_raises_headroom(bank, extra):
    more = bank | {"facilities": [*bank["facilities"], builders.facility("F99", **extra)]}
    before, after = run(bank), run(more)
    key = ["book_id", "obligor_id"]
    totals = before["obligor_exposures"].join(after["obligor_exposures"], on=key, how="left", suffix="_after")
    assert (totals["exposure_gross_minor_after"] >= totals["exposure_gross_minor"]).all()
    key = ["subject_kind", "subject_id", "book_id", "limit_id"]
    rooms = before["headroom"].join(after["headroom"], on=key, how="inner", suffix="_after")
    assert (rooms["headroom_minor_after"] <= rooms["headroom_minor"]).all()


@SLOW
@given(books_of_a_bank())
def test_every_group_holds_its_members_with_a_reason_and_sums_them(bank):
    tables = run(bank)
    members, totals = tables["group_members"], tables["obligor_exposures"]
    known = set(tables["relationships"]["relationship_id"])
    for row in members.iter_rows(named=True):
        assert set(row["reason"]) <= known
        assert (row["party_id"] == row["anchor_id"]) == (not row["reason"])
    sums = (
        members.join(totals, left_on=["book_id", "party_id"], right_on=["book_id", "obligor_id"], how="left")
        .group_by("group_id")
        .agg(pl.col("exposure_minor").sum())
        .sort("group_id")
    )
    assert sums.equals(tables["group_exposures"].select("group_id", "exposure_minor").sort("group_id"))
    exposed = totals.filter(pl.col("exposure_gross_minor") + pl.col("mitigated_in_minor") > 0)
    in_groups = set(members.select("book_id", "party_id").iter_rows())
    assert set(exposed.select("book_id", "obligor_id").iter_rows()) <= in_groups
