"""The summary of a run on a terminal: what could not be evaluated is grouped, and nothing of it goes unsaid."""

import io

import polars as pl
from rich.console import Console

from riskmon.cli import render


def said(*rows):
    console = Console(width=200, file=io.StringIO(), record=True)
    frame = pl.DataFrame(rows, schema=["item", "book_id", "missing", "effect"], orient="row")
    render._print_not_evaluated(console, frame)
    return console.export_text().splitlines()


def test_tables_that_were_not_delivered_stand_in_one_line():
    lines = said(
        ("B19", "early_warning", "table statements", "Silence."),
        ("E10", "early_warning", "table statements", "Silence."),
        ("joint_credit", None, "table joint_credit", "Not checked."),
    )
    assert [line for line in lines if "tables" in line] == [
        "  tables that were not delivered, so that what they would show is not known: joint_credit, statements"
    ]
    assert not any("B19" in line for line in lines)


def test_what_is_alike_is_said_once_with_its_count():
    lines = said(
        ("search", "a", "payments", "Due for P1."),
        ("search", "b", "payments", "Due for P2."),
        ("search", "b", "owners", "Due for P3."),
    )
    assert lines[-2:] == [
        "  search: missing payments. Due for P1. (1 more like it, in the snapshot)",
        "  search: missing owners. Due for P3.",
    ]


def test_a_list_that_is_cut_says_so():
    lines = said(*((f"item{n}", None, "x", "y") for n in range(2 * render.TOP_ROWS + 3)))
    assert lines[-1] == "  and 3 more, in the snapshot"
