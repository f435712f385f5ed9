"""What must hold of suggested dependence on any small book: it is never more than a suggestion, whatever the payments."""

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
BOOKS = ("cn_large_exposures", "basel_lex", "us_sccl", "eu_crr")
PARTIES = [f"P{n}" for n in range(5)]
ends = st.sampled_from([*PARTIES, None])

SLOW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def payment_rows(draw):
    payer = draw(ends)
    payee = draw(ends.filter(lambda party: party is not None or payer is not None))
    return {
        "payer_id": payer,
        "payee_id": payee,
        "amount": draw(st.integers(0, 10**6).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")),
        "currency": draw(st.sampled_from(["CNY", "USD"])),
        "paid_on": draw(st.dates(date(2025, 5, 1), date(2026, 7, 31))),
        "purpose": draw(st.sampled_from([None, "goods", "funding", "rent"])),
    }


@st.composite
def banks(draw):
    facilities = [
        builders.facility(
            f"F{party}", party, drawn=str(amount), commitment=str(amount), joint_obligor_ids=joint
        )
        for party in PARTIES
        for amount, joint in [
            (draw(st.integers(0, 900)), [draw(st.sampled_from(PARTIES))] if draw(st.booleans()) else [])
        ]
    ]
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES)), max_size=4, unique=True)
    )
    relationships = [
        builders.relationship(
            f"R{n}", source, target, kind=kind, basis=basis, amount=amount, currency=amount and "CNY",
            assessment=draw(st.sampled_from([None, "confirmed", "doubtful", "rejected"])),
        )
        for n, (source, target) in enumerate(pairs)
        if source != target
        for kind, basis, amount in [
            draw(
                st.sampled_from(
                    [("guarantee", None, "70.00"), ("economic_dependence", "receipts", None), ("control", "contract", None)]
                )
            )
        ]
    ]  # fmt: skip
    return {
        "parties": [builders.party(name) for name in PARTIES],
        "facilities": facilities,
        "relationships": relationships,
        "payments": [
            builders.payment(f"X{n}", **row)
            for n, row in enumerate(draw(st.lists(payment_rows(), min_size=1, max_size=12)))
        ],
        "financial_statements": [
            builders.statement(party, item, str(draw(st.integers(-50, 5_000))))
            for party in PARTIES[:3]
            for item in ("revenue", "net_assets")
        ],
        "capital": [builders.capital(AS_OF)],
        "fx_rates": [builders.fx_rate("USD", "7.1234")],
    }


def run(bank):
    with tempfile.TemporaryDirectory() as folder:
        builders.write_bank(Path(folder) / "bank", **bank)
        return run_monitor(Path(folder) / "bank", select(BOOKS, as_of=AS_OF), Path(folder) / "data").tables


def suggestions(tables):
    return set(tables["relationships"].filter("is_suggested")["relationship_id"])


@SLOW
@given(banks())
def test_suggestions_change_no_confirmed_group_and_no_figure(bank):
    # A payment row is what makes most suggestions; without one the same bank must look the same but for doubt.
    with_payments, without = run(bank), run(bank | {"payments": []})
    told_beside = {"if_confirmed_members", "not_evaluated", "relationships", "group_exposures", "signals"}
    for name in without.keys() - told_beside:
        assert with_payments[name].equals(without[name]), name
    beside = "if_confirmed_minor"
    assert with_payments["group_exposures"].drop(beside).equals(without["group_exposures"].drop(beside))
    recorded = [
        tables["relationships"].filter(~pl.col("is_suggested")) for tables in (with_payments, without)
    ]
    assert recorded[0].equals(recorded[1])
    figures = [tables["signals"].filter(pl.col("signal_id") != "F22") for tables in (with_payments, without)]
    assert figures[0].equals(figures[1])


@SLOW
@given(banks())
def test_a_suggestion_counts_under_no_book_and_explains_no_confirmed_member(bank):
    tables = run(bank)
    made = suggestions(tables)
    links = tables["relationships"].filter("is_suggested")
    assert all(books == [] for books in links["counting_books"].to_list())
    assert set(links["assessment"]) <= {"doubtful"}
    assert made.isdisjoint(tables["group_members"]["reason"].explode().drop_nulls())
    for row in links.iter_rows(named=True):
        ends = (row["source_party_id"], row["target_party_id"])
        assert row["relationship_id"] == f"suggested:{row['basis']}:{ends[0]}:{ends[1]}"
        assert ends[0] != ends[1]
    totals = tables["group_exposures"]
    assert (totals["if_confirmed_minor"] >= totals["exposure_minor"]).all()


@SLOW
@given(banks(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_suggestion(bank, random):
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in bank.items()}
    first, second = run(bank), run(shuffled)
    for name, table in first.items():
        assert table.equals(second[name]), name


@SLOW
@given(banks(), st.integers(0, 10**6), st.data())
def test_another_payment_between_the_same_two_for_the_same_purpose_withdraws_nothing(bank, minor, data):
    # Their share only grows: (p + x) / (w + x) is at least p / w. What others rely on may well become a smaller share.
    row = data.draw(st.sampled_from(bank["payments"]))
    more = row | {"payment_id": "X99", "amount": f"{minor // 100}.{minor % 100:02d}"}
    before, after = run(bank), run(bank | {"payments": [*bank["payments"], more]})
    payer, payee = row["payer_id"], row["payee_id"]
    kept = {
        f"suggested:{basis}:{source}:{target}"
        for basis, source, target in (
            ("receipts", payer, payee),
            ("expenditure", payee, payer),
            ("output", payer, payee),
        )
    }
    assert suggestions(before) & kept <= suggestions(after)


@SLOW
@given(banks(), st.data())
def test_what_is_put_on_record_is_suggested_no_more_and_nothing_new_is(bank, data):
    made = sorted(suggestions(run(bank)))
    if not made:
        return
    _, basis, source, target = data.draw(st.sampled_from(made)).split(":")
    answer = data.draw(st.sampled_from(["confirmed", "rejected"]))
    record = builders.dependence("R99", source, target, basis, assessment=answer)
    after = suggestions(run(bank | {"relationships": [*bank["relationships"], record]}))
    assert after <= set(made) - {f"suggested:{basis}:{source}:{target}"}
