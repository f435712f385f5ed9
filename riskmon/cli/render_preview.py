"""What the terminal shows of a preview: groups, exposures and limits before and after."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

_BREACHES = {
    "new": "NEW BREACH",
    "cured": "breach cured",
    "stays": "breach stays",
    "gone": "breach gone with its group",
    None: "no breach",
}


def print_preview(console: Console, body: dict[str, Any]) -> None:
    """The preview, book by book within each part."""
    proposal = body["proposal"]
    console.print(
        f"If {proposal['proposal_id']} were approved: {proposal['relationship_id']}"
        f" {body['assessment_before'] or 'not in the run'}, then {body['assessment_after'] or 'not in the run'}",
        style="bold",
        markup=False,
    )
    if not (body["group_changes"] or body["exposures"] or body["limits"]):
        console.print("No group, exposure or limit of the run would change.")
    print_part(console, "Groups", [_change(row) for row in body["group_changes"]])
    print_part(console, "Exposures", [_exposure(row) for row in body["exposures"]])
    print_part(console, "Limits", [limit_line(row) for row in body["limits"]])
    console.print(f"\nrun {body['run_id']}, as of {body['as_of']}", style="dim", markup=False)


def print_part(console: Console, title: str, lines: Sequence[str]) -> None:
    """One part of a preview; nothing where it has no line."""
    if lines:
        console.print(f"\n{title}", style="bold")
    for line in lines:
        console.print(f"  {line}", markup=False)


def _change(row: dict[str, Any]) -> str:
    who = f"{row['party_id']} " if row["party_id"] else ""
    other = f", now {row['other_group_id']}" if row["other_group_id"] else ""
    return f"{row['group_id']}: {who}{row['change']}{other}"


def _exposure(row: dict[str, Any]) -> str:
    told = f"{row['book_id']} {row['subject_kind']} {row['subject_id']}: {_sides(row, 'exposure')}"
    if row["if_confirmed_before"] != row["if_confirmed_after"]:
        told += f"; if every doubt were confirmed {_sides(row, 'if_confirmed')}"
    complete = row["is_complete_before"] is not False and row["is_complete_after"] is not False
    return told if complete else f"{told} (incomplete: a refused or partly measured row touches it)"


def limit_line(row: dict[str, Any]) -> str:
    """One limit on one subject, before and after."""
    standing = "hard" if row["is_hard"] else "line"
    return (
        f"{row['book_id']}/{row['limit_id']} {row['subject_kind']} {row['subject_id']} ({standing}): "
        f"headroom {_sides(row, 'headroom')} {row['currency']}, {_BREACHES[row['breach']]} [{row['clause']}]"
    )


def _sides(row: dict[str, Any], name: str) -> str:
    return f"{_figure(row, name, 'before')} to {_figure(row, name, 'after')}"


def _figure(row: dict[str, Any], name: str, side: str) -> str:
    """An amount with separators; that there is no such subject, or that the amount is unknown, is said."""
    value = row[f"{name}_{side}"]
    if value is None:
        return "no such group" if row[f"exposure_{side}"] is None else "unknown"
    whole, dot, decimals = value.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{decimals}"
