"""What the terminal shows of a run: top groups with bars, breaches, signals, findings, what is not known."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape
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
    _line(console, f"\n[bold]riskmon {manifest['as_of']}[/], {manifest['level']}, {currency}, under {books}")
    _line(
        console,
        f"{counts['parties']:,} parties, {counts['relationships']:,} relationships, {counts['facilities']:,} facilities, "
        f"{counts['obligors']:,} obligors, {counts['groups']:,} groups of two or more; "
        f"{counts['findings']:,} findings, {counts['quarantined']:,} rows in quarantine",
    )
    if not counts["facilities"]:
        _line(console, "[bold]The bank has no facility: there is no exposure to test.[/]")
    _print_top_groups(console, result.tables, currency)
    _print_breaches(console, result.tables, currency)
    _print_signals(console, result.tables)
    _print_findings(console, result.tables)
    _print_not_evaluated(console, result.tables["not_evaluated"])
    state = "written to" if result.is_new else "is the same as the one that stands in"
    _line(console, f"\nSnapshot {manifest['run_id']} {state} {escape(str(result.folder))}")


def print_groups(console: Console, answer: Mapping[str, Any]) -> None:
    """Groups of more than one party, each member with its role and reason."""
    several = [group for group in answer["groups"] if len(group["members"]) > 1]
    console.print(
        f"{len(several)} groups of several parties, {len(answer['groups']) - len(several)} single parties"
    )
    for group in several:
        console.print(
            f"\n[bold]{escape(group['group_id'])}[/] anchor {escape(group['anchor_id'])}", soft_wrap=True
        )
        for member in group["members"]:
            reason = " > ".join(member["reason"]) or "the anchor itself"
            line = f"  {member['party_id']:<24} {member['role']:<10} {reason}"
            console.print(line, soft_wrap=True, markup=False)
    _print_grounds(console, answer)


def print_control(console: Console, answer: Mapping[str, Any]) -> None:
    """Each party that somebody controls or owns: by whom, how it came about, and who owns how much in the end."""
    controlled = [party for party in answer["parties"] if party["controlled_by"]]
    console.print(f"{len(controlled)} of {len(answer['parties'])} parties are controlled")
    for party in answer["parties"]:
        told = _told_control(party)
        if told or party["owners"]:
            console.print(
                f"\n[bold]{escape(party['party_id'])}[/] {escape(told or 'controlled by nobody')}",
                soft_wrap=True,
            )
        for owner in party["owners"][:TOP_ROWS]:
            more = f", up to {owner['residual']:.2%} more" if owner["residual"] > 0 else ""
            console.print(f"  {owner['share']:>8.2%} {owner['party_id']}{more}", soft_wrap=True, markup=False)
        _print_more(console, len(party["owners"]) - TOP_ROWS)
    for row in answer["without_end_owner"]:
        console.print(
            f"no end owner: {row['party_id']}, {row['residual']:.2%} of it lead to nobody",
            soft_wrap=True,
            markup=False,
        )
    _print_grounds(console, answer)


def _print_grounds(console: Console, answer: Mapping[str, Any]) -> None:
    """What an answer from the tables rests on: assessments that count, gaps, and what is wrong with the rows."""
    assessed = (
        f"assessed: {row['relationship_id']} counts as {row['assessment']}, delivered as "
        f"{row['recorded_assessment']} ({row['assessed_by']}, approved by {row['approved_by']}: {row['reason']})"
        for row in answer["assessed"]
    )
    gaps = (
        f"not evaluated: {row['item']} (missing {row['missing']}). {row['effect']}"
        for row in answer["not_evaluated"]
    )
    findings = (
        f"finding: {row['row_count']} {row['message']}{_sample(row['sample'])}" for row in answer["findings"]
    )
    for line in (*assessed, *gaps, *findings):
        console.print(line, soft_wrap=True, markup=False)


def _sample(ids: Sequence[str] | None) -> str:
    return f" ({', '.join(ids[:3])})" if ids else ""


def _told_control(party: Mapping[str, Any]) -> str:
    if not party["controlled_by"]:
        return "held jointly by two, controlled by neither" if party["is_joint"] else ""
    told = f"controlled by {', '.join(party['controlled_by'])}, ultimately {', '.join(party['ultimate_controllers'])}"
    joint = "; only jointly, with all that each controls" if party["is_joint"] else ""
    return told + joint + ("; across a gap, as reported" if party["is_bridged"] else "")


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
    """The groups nearest to a limit, each once, under the book where it is nearest."""
    members = tables["group_members"].filter(pl.col("role") != "connector")
    sizes = members.group_by("group_id").agg(pl.len().alias("members"), pl.col("anchor_id").first())
    rows = (
        tables["headroom"]
        .filter((pl.col("subject_kind") == "group") & pl.col("utilisation_ratio").is_not_null())
        .join(sizes, left_on="subject_id", right_on="group_id", how="left")
        .sort(["utilisation_ratio", "subject_id", "limit_id"], descending=[True, False, False])
        .unique("anchor_id", keep="first", maintain_order=True)
        .head(TOP_GROUPS)
    )
    if rows.is_empty():
        return
    _line(console, "\n[bold]Groups nearest to a limit[/]")
    for row in rows.iter_rows(named=True):
        line = Text("  ").append_text(bar(row["utilisation_ratio"], row["warning_level"]))
        line.append(f" {row['utilisation_ratio']:>7.1%} {amount(row['exposure_minor'], currency):>20}")
        more = f" and {row['members'] - 1} more" if (row["members"] or 1) > 1 else ""
        line.append(f"  {row['anchor_id']}{more}", style="bold")
        line.append(f"  {row['book_id']}/{row['limit_id']}", style="dim")
        line.append(
            "" if row["is_complete"] else "  a refused row touches it: it may be more", style="yellow"
        )
        console.print(line, soft_wrap=True)


def _print_breaches(console: Console, tables: Mapping[str, pl.DataFrame], currency: str) -> None:
    rows = tables["breaches"].sort(["is_hard", "excess_minor", "subject_id"], descending=[True, True, False])
    if rows.is_empty():
        _line(console, "\nNo limit that could be tested is broken.")
        return
    hard = rows["is_hard"].sum()
    _line(console, f"\n[bold]Breaches: {hard} of hard limits, {rows.height - hard} of internal lines[/]")
    for row in rows.head(TOP_ROWS).iter_rows(named=True):
        line = Text(
            f"  {'hard' if row['is_hard'] else 'line':<4} ", style="red" if row["is_hard"] else "dark_orange"
        )
        line.append(f"{row['subject_id']}", style="bold")
        exposure, limit = amount(row["exposure_minor"], currency), amount(row["limit_minor"], currency)
        line.append(
            f": {row['measure'].replace('_', ' ')} {exposure} over {limit}, excess {amount(row['excess_minor'], currency)}"
        )
        line.append(f"  {row['book_id']}/{row['limit_id']}, {row['clause']}", style="dim")
        console.print(line, soft_wrap=True)
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
        _line(console, "\nNo signal is raised.")
        return
    counts = ", ".join(
        f"{count} {severity}"
        for severity, count in rows.group_by("severity", maintain_order=True).len().iter_rows()
    )
    _line(console, f"\n[bold]Signals: {counts}[/]")
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
        _line(console, "\nNo data finding.")
        return
    _line(console, "\n[bold]Data findings[/]")
    most_first = rows.sort(["row_count", "finding_code", "table"], descending=[True, False, False])
    for row in most_first.head(TOP_ROWS * 2).iter_rows(named=True):
        text = f"  {row['row_count']:>5} {row['message']}{_sample(row['sample'])}"
        console.print(text, soft_wrap=True, markup=False)


def _print_not_evaluated(console: Console, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    _line(console, "\n[bold]Not evaluated[/]")
    is_table = pl.col("missing").str.starts_with("table ")
    absent = rows.filter(is_table)["missing"].str.strip_prefix("table ").unique().sort()
    if absent.len():
        named = f"  tables that were not delivered, so that what they would show is not known: {', '.join(absent)}"
        console.print(named, soft_wrap=True, markup=False)
    alike = (
        rows.filter(~is_table)
        .group_by("item", "missing", maintain_order=True)
        .agg(pl.col("effect").first(), more=pl.len() - 1)
    )
    for row in alike.head(TOP_ROWS * 2).iter_rows(named=True):
        more = f" ({row['more']} more like it, in the snapshot)" if row["more"] else ""
        console.print(
            f"  {row['item']}: missing {row['missing']}. {row['effect']}{more}", soft_wrap=True, markup=False
        )
    _print_more_in_snapshot(console, alike.height - TOP_ROWS * 2)


def _line(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True)


def _print_rest(console: Console, rows: pl.DataFrame) -> None:
    _print_more_in_snapshot(console, rows.height - TOP_ROWS)


def _print_more_in_snapshot(console: Console, count: int) -> None:
    if count > 0:
        console.print(f"  and {count} more, in the snapshot", style="dim")


def _print_more(console: Console, count: int) -> None:
    if count > 0:
        console.print(f"  and {count} more; --json shows all", style="dim")
