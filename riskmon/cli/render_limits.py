"""What the terminal shows of declared limits: what they say, and what approving them would change."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from riskmon.cli.render_preview import limit_line, print_part


def term_line(limit: Mapping[str, Any]) -> str:
    """One limit as it was declared, in words."""
    if limit["is_ended"]:
        return f"{limit['limit_id']} ends: {limit['valid_from']} is the first day without it"
    figures = [
        f"{limit['amount']} {limit['currency'] or ''}".strip() if limit["amount"] else "",
        f"{limit['capital_bp']} bp of {limit['capital_base'] or 'net_capital'}"
        if limit["capital_bp"]
        else "",
        "frozen" if limit["is_frozen"] else "",
    ]
    rest = (
        "product book_id measure parent_limit_id is_shared is_hard blue_bp yellow_bp orange_bp red_bp "
        "valid_from valid_to"
    )
    said = [f"{name} {_word(limit[name])}" for name in rest.split() if limit[name] is not None]
    amount = " and ".join(each for each in figures if each) or "no figure"
    return ", ".join(
        [f"{limit['limit_id']} on {limit['subject_kind']} {limit['subject_id']}: {amount}", *said]
    )


def print_limit_preview(console: Console, body: Mapping[str, Any]) -> None:
    """The preview of a proposal about limits."""
    console.print(f"If {body['proposal']['proposal_id']} were approved", style="bold", markup=False)
    if not (body["limits"] or body["earmarks_over"] or body["not_evaluated"]):
        console.print("No headroom of the run would change.")
    print_part(console, "Limits", [limit_line(row) for row in body["limits"]])
    print_part(
        console,
        "Earmarks that would no longer fit",
        [
            f"{row['book_id']}/{row['limit_id']} {row['subject_kind']} {row['subject_id']}: "
            f"over by {row['over_before']} to {row['over_after']} {row['currency']}"
            for row in body["earmarks_over"]
        ],
    )
    print_part(console, "Not evaluated", [f"{row['item']}: {row['effect']}" for row in body["not_evaluated"]])
    console.print(f"\nrun {body['run_id']}, as of {body['as_of']}", style="dim", markup=False)


def print_over(console: Console, over: Mapping[tuple[str, str, str, str], int]) -> None:
    """Lines on which more is earmarked than they have room for."""
    for line in sorted(over):
        console.print(f"{'/'.join(line)}: more is earmarked than fits; nothing new does.", markup=False)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
