"""The stage as a whole: one list, one shape, no silence about what was not delivered, the same under any row order."""

import re
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon import signals
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.signals.catalogue import SIGNALS
from tests.builders_frames import bank_frames, frame, limit_row, selection


def _everything():
    """A bank in which every signal is raised."""
    recent = date(2026, 3, 1)
    return bank_frames(
        facilities=[
            {
                "obligor_key": 0,
                "past_due_days": 91,
                "restructured_on": recent,
                "refinances_facility_id": "F1",
            },
            {"obligor_key": 1, "past_due_days": 40, "restructured_on": recent, "start_date": recent},
            {"obligor_key": 2, "past_due_days": 40, "joint_obligor_keys": [1, 3]},
            {"obligor_key": 2, "past_due_days": None},
        ],
        protections=[{"asset_reference": "X"}, {"asset_reference": "X"}, {"asset_reference": None}],
        protection_covers=[
            {"protection_key": 0, "facility_key": 0},
            {"protection_key": 1, "facility_key": 2},
            {"protection_key": 2, "facility_key": 1},
        ],
        financial_statements=[
            {"party_key": 0, "amount_minor": 100_00, "version": "1"},
            {"party_key": 0, "amount_minor": 90_00, "version": "2"},
            {"party_key": 0, "amount_minor": 80_00, "version": None},
        ],
        guarantees=[
            {"guarantor_key": 0, "debtor_key": 1, "amount_minor": 500_00},
            {"guarantor_key": 1, "debtor_key": 2, "amount_minor": None},
            {"guarantor_key": 2, "debtor_key": 0, "amount_minor": 1},
        ],
        guarantee_rings=[{"ring_key": 0, "party_key": key} for key in (0, 1, 2)],
        groups=[{"group_key": 0, "anchor_key": 0}],
        if_confirmed_groups=[{"group_key": 0, "anchor_key": 0}, {"group_key": 1, "anchor_key": 4}],
        headroom=[
            limit_row("group", 0, 120_00, 100_00, limit_id="a"),
            limit_row("group", 0, 90_00, 100_00, limit_id="b"),
            limit_row("obligor", 1, 110_00, 100_00, limit_id="b"),
            limit_row("obligor", 1, 110_00, 100_00, limit_id="c"),
        ],
        headroom_if_confirmed=[
            limit_row("group", 0, 120_00, 100_00, limit_id="b"),
            limit_row("group", 1, 130_00, 100_00, limit_id="a"),
            limit_row("group", 1, 130_00, 100_00, limit_id="b"),
        ],
        headroom_previous_capital=[
            limit_row("group", 0, 120_00, 150_00, limit_id="a"),
            limit_row("obligor", 1, 110_00, 100_00, limit_id="b"),
            limit_row("obligor", 1, 110_00, 150_00, limit_id="c"),
        ],
    )


def test_the_list_is_exactly_the_rules_of_the_book():
    assert [signal.id for signal in SIGNALS] == [rule.id for rule in selection().early_warning.signals]


def test_every_signal_is_raised_by_a_bank_that_has_it_all():
    raised = signals.run(_everything(), selection())["signals"].filter(pl.col("state") == "raised")
    assert raised["signal_id"].unique().sort().to_list() == [signal.id for signal in SIGNALS]


def test_the_rows_have_the_declared_shape_and_a_unique_sorted_key():
    rows = signals.run(_everything(), selection())["signals"]
    declared = {c.name: c.dtype for c in OUTPUT_TABLES["signals"].columns if c.name != "subject_id"}
    assert dict(rows.schema) == declared | {"subject_key": pl.Int32()}
    key = ["subject_kind", "subject_key", "signal_id", "cause_id"]
    assert rows.select(key).is_duplicated().sum() == 0
    assert rows.equals(rows.sort(key))
    assert rows.drop("severity").null_count().sum_horizontal().item() == 0


def test_every_sentence_ends_once_and_cites_its_clause():
    rows = signals.run(_everything(), selection())["signals"]
    assert rows["evidence"].str.ends_with(".").all()
    assert not rows["evidence"].str.ends_with("..").any()
    assert (rows["clause"] == "Early-warning catalogue, " + rows["signal_id"]).all()


def test_the_chinese_sentence_has_the_same_figures_and_no_english_word():
    rows = signals.run(_everything(), selection())["signals"]
    words = re.compile(r"[a-z]{2,}(?: |$)|[A-Z][a-z]+ ")
    for english, chinese in rows.select("evidence", "evidence_zh").iter_rows():
        assert chinese.endswith("。")
        assert chinese.count("。") == 1
        assert not words.search(chinese), chinese
        # figures stand without the blank before a percent sign; the order may differ
        figures = [sorted(re.findall(r"\d[\d,.:-]*\d|\d", said)) for said in (english, chinese)]
        assert figures[0] == figures[1], (english, chinese)


def test_a_bank_without_a_row_raises_nothing():
    out = signals.run(bank_frames(), selection())
    assert out["signals"].is_empty()
    assert out["not_evaluated"]["item"].to_list() == ["H08"]  # there is no earlier capital


def test_each_table_that_was_not_delivered_is_named_for_each_signal_that_reads_it():
    missing = ["relationships", "protections", "protection_covers", "financial_statements"]
    rows = signals.run(bank_frames(undelivered=missing), selection())["not_evaluated"]
    assert set(rows.filter(pl.col("item") != "H08").select("item", "missing").iter_rows()) == {
        ("B19", "table financial_statements"), ("D10", "table protection_covers"), ("D10", "table protections"),
        ("E10", "table financial_statements"), ("E10", "table protections"), ("E10", "table relationships"),
        ("F22", "table relationships"), ("G02", "table protections"), ("G02", "table relationships"),
    }  # fmt: skip
    assert rows["book_id"].unique().to_list() == ["early_warning"]


def test_what_earlier_stages_could_not_evaluate_is_kept():
    tables = bank_frames()
    said = {"item": "limit", "book_id": "book", "missing": "capital", "effect": "unknown"}
    tables["not_evaluated"] = frame("not_evaluated", [said])
    assert said in signals.run(tables, selection())["not_evaluated"].to_dicts()


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_never_changes_a_signal(random):
    tables = _everything()
    shuffled = {
        name: table[random.sample(range(table.height), table.height)] for name, table in tables.items()
    }
    expected, found = signals.run(tables, selection()), signals.run(shuffled, selection())
    assert found["signals"].equals(expected["signals"])
    assert found["not_evaluated"].equals(expected["not_evaluated"])
