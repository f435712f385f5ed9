"""What the terminal shows of a run: top groups with bars, breaches, signals, findings, what is not known."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from riskmon.domain.money import decimal_text
from riskmon.domain.terms import SEVERITY_RANK
from riskmon.operations.run_monitor import RunResult

COLOURS = {"blue": "blue", "yellow": "yellow", "orange": "dark_orange", "red": "red", None: "green"}
BAR = 20
TOP_GROUPS = 10
TOP_ROWS = 15


def print_summary(console: Console, result: RunResult) -> None:
    """The summary of a run."""
    manifest = result.manifest
    counts, currency = manifest["counts"], manifest["currency"]
    books = ", ".join(book["book_id"] for book in manifest["books"])
    console.print(f"\n[bold]riskmon {manifest['as_of']}[/] · {books} · {manifest['level']} · {currency}")
    console.print(
        f"{counts['parties']:,} parties, {counts['relationships']:,} relationships, {counts['facilities']:,} facilities; "
        f"{counts['obligors']:,} obligors in {counts['groups']:,} groups; "
        f"{counts['findings']:,} findings, {counts['quarantined']:,} rows in quarantine"
    )
    if not counts["facilities"]:
        console.print("[bold]The bank has no facility: there is no exposure to test.[/]")
    _print_top_groups(console, result.tables, currency)
    _print_breaches(console, result.tables, currency)
    _print_signals(console, result.tables)
    _print_findings(console, result.tables)
    _print_not_evaluated(console, result.tables["not_evaluated"])
    state = "written to" if result.is_new else "an identical run stands in"
    console.print(f"\nSnapshot {manifest['run_id']} {state} {result.folder}", soft_wrap=True)


def print_groups(console: Console, answer: Mapping[str, Any]) -> None:
    """Groups of more than one party, each member with its role and reason."""
    several = [group for group in answer["groups"] if len(group["members"]) > 1]
    console.print(
        f"{len(several)} groups of several parties, {len(answer['groups']) - len(several)} single parties"
    )
    for group in several:
        console.print(f"\n[bold]{group['group_id']}[/] anchor {group['anchor_id']}")
        for member in group["members"]:
            reason = " > ".join(member["reason"]) or "the anchor itself"
            console.print(f"  {member['party_id']:<24} {member['role']:<10} {reason}", soft_wrap=True)
    for row in answer["not_evaluated"]:
        console.print(
            f"not evaluated: {row['item']} (missing {row['missing']}). {row['effect']}", soft_wrap=True
        )


def amount(minor: int | None, currency: str) -> str:
    """An amount for a reader, with separators; unknown is said, never shown as zero."""
    text = decimal_text(minor, currency)
    if text is None:
        return "unknown"
    whole, dot, decimals = text.partition(".")
    return f"{int(whole):,}{dot}{decimals}" if whole not in ("-0",) else text


def bar(ratio: float | None, level: str | None) -> Text:
    """Utilisation as a bar; full at the limit, marked where it is passed."""
    if ratio is None:
        return Text("unknown", style="dim")
    filled = min(BAR, round(ratio * BAR))
    over = "▶" if ratio > 1 else ""
    return Text("█" * filled + "░" * (BAR - filled) + over, style=COLOURS[level])


def _print_top_groups(console: Console, tables: Mapping[str, pl.DataFrame], currency: str) -> None:
    sizes = tables["group_members"].filter(pl.col("role") != "connector").group_by("group_id").len("members")
    rows = (
        tables["headroom"]
        .filter((pl.col("subject_kind") == "group") & pl.col("utilisation_ratio").is_not_null())
        .join(sizes, left_on="subject_id", right_on="group_id", how="left")
        .sort(["utilisation_ratio", "subject_id", "limit_id"], descending=[True, False, False])
        .unique("subject_id", keep="first", maintain_order=True)
        .head(TOP_GROUPS)
    )
    if rows.is_empty():
        return
    table = Table(title="Groups nearest to a limit", title_justify="left", box=None, pad_edge=False)
    for name, justify in (
        ("group", "left"),
        ("members", "right"),
        ("exposure", "right"),
        ("limit", "right"),
        ("", "left"),
        ("used", "right"),
        ("rule", "left"),
    ):
        table.add_column(name, justify=justify, no_wrap=name in ("exposure", "limit"))  # type: ignore[arg-type]
    for row in rows.iter_rows(named=True):
        mark = "" if row["is_complete"] else " ?"
        table.add_row(
            row["subject_id"],
            str(row["members"]),
            amount(row["exposure_minor"], currency) + mark,
            amount(row["limit_minor"], currency),
            bar(row["utilisation_ratio"], row["warning_level"]),
            f"{row['utilisation_ratio']:.1%}",
            row["limit_id"],
        )
    console.print()
    console.print(table)
    if not rows["is_complete"].all():
        console.print("? a refused row touches the group: the true figure may be higher", style="dim")


def _print_breaches(console: Console, tables: Mapping[str, pl.DataFrame], currency: str) -> None:
    rows = tables["breaches"].sort(["is_hard", "excess_minor", "subject_id"], descending=[True, True, False])
    if rows.is_empty():
        console.print("\nNo limit that could be tested is broken.")
        return
    hard = rows["is_hard"].sum()
    table = Table(
        title=f"Breaches: {hard} of hard limits, {rows.height - hard} of internal lines",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for name in ("subject", "limit", "excess", "clause"):
        table.add_column(name, justify="right" if name == "excess" else "left", no_wrap=name == "excess")
    for row in rows.head(TOP_ROWS).iter_rows(named=True):
        style = "red" if row["is_hard"] else "dark_orange"
        limit = f"{row['book_id']}/{row['limit_id']}"
        table.add_row(
            row["subject_id"], limit, amount(row["excess_minor"], currency), row["clause"], style=style
        )
    console.print()
    console.print(table)
    _print_rest(console, rows)


def _print_signals(console: Console, tables: Mapping[str, pl.DataFrame]) -> None:
    rank = pl.col("severity").replace_strict(SEVERITY_RANK, default=0, return_dtype=pl.Int32)
    rows = (
        tables["signals"]
        .filter(pl.col("state") == "raised")
        .with_columns(rank=rank)
        .sort(["rank", "is_veto", "signal_id", "subject_id"], descending=[True, True, False, False])
    )
    if rows.is_empty():
        console.print("\nNo signal is raised.")
        return
    counts = ", ".join(
        f"{count} {severity}"
        for severity, count in rows.group_by("severity", maintain_order=True).len().iter_rows()
    )
    console.print(f"\nSignals: {counts}")
    for row in rows.head(TOP_ROWS).iter_rows(named=True):
        line = Text(f"  {row['severity']:<6} ", style=COLOURS[row["severity"]])
        line.append(f"{row['signal_id']} {row['subject_id']}: {row['evidence']}", style="default")
        if row["is_veto"]:
            line.append(" Blocks new credit.", style="bold")
        console.print(line, soft_wrap=True)
    _print_rest(console, rows)


def _print_findings(console: Console, tables: Mapping[str, pl.DataFrame]) -> None:
    rows = tables["findings"]
    if rows.is_empty():
        console.print("\nNo data finding.")
        return
    console.print("\nData findings")
    for row in (
        rows.sort("row_count", "finding_code", descending=[True, False])
        .head(TOP_ROWS * 2)
        .iter_rows(named=True)
    ):
        sample = ", ".join(row["sample"][:3])
        console.print(
            f"  {row['row_count']:>5} {row['table']}: {row['message']} ({sample})",
            soft_wrap=True,
            markup=False,
        )


def _print_not_evaluated(console: Console, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    console.print("\nNot evaluated")
    for row in rows.head(TOP_ROWS * 2).iter_rows(named=True):
        console.print(
            f"  {row['item']}: missing {row['missing']}. {row['effect']}", soft_wrap=True, markup=False
        )


def _print_rest(console: Console, rows: pl.DataFrame) -> None:
    if rows.height > TOP_ROWS:
        console.print(f"  and {rows.height - TOP_ROWS} more, in the snapshot", style="dim")
