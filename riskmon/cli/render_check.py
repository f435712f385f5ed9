"""A check as it is shown on a terminal."""

from typing import Any, Final

from rich.console import Console
from rich.text import Text

Body = dict[str, Any]

_COLOURS: Final = {"pass": "green", "warn": "yellow", "refuse": "red"}


def print_check(console: Console, body: Body) -> None:
    """The body of a check."""
    console.print(Text(body["verdict"].upper(), style=f"bold {_COLOURS[body['verdict']]}"), end=" ")
    console.print(body["reason"], markup=False, soft_wrap=True)
    console.print(f"as of {body['as_of']}, run {body['run_id']}", style="dim", markup=False)
    if body["largest_passing_amount"] is not None:
        console.print(f"Largest amount that passes: {body['largest_passing_amount']}", markup=False)
    if len(body["order"]) > 1:
        console.print(f"Order that lets most pass: {', '.join(body['order'])}", markup=False)
    for veto in body["vetoes"]:
        console.print(f"Veto {veto['signal_id']} on {veto['subject_id']}: {veto['evidence']}", markup=False)
    for line in body["limits"]:
        _print_limit(console, line, body["currency"])
    for option in body["options"]:
        console.print(f"Would pass, {option['kind']}: {_told(option['deal'])}", markup=False, soft_wrap=True)


def _print_limit(console: Console, line: Body, currency: str) -> None:
    figures = {name: line[name] or "?" for name in ("before", "after", "limit", "headroom_after")}
    is_broken = figures["headroom_after"].startswith("-")
    least = "" if line["is_complete"] else "at least "
    console.print(
        f"  {line['book_id']}/{line['limit_id']} on {line['subject_id']}: {least}{figures['before']} to {figures['after']}"
        f" of {figures['limit']} {currency}, headroom {figures['headroom_after']} [{line['clause']}]",
        style="red" if is_broken else None,
        markup=False,
        soft_wrap=True,
    )


def _told(deal: Body) -> str:
    """A deal in one line: what it is over, until when, with what protection."""
    said = f"{deal['product']} of {deal['amount']} {deal['currency']}"
    if deal["maturity_date"]:
        said += f" until {deal['maturity_date']}"
    for protection in deal["protections"]:
        of = f" of {protection['provider_id']}" if protection["provider_id"] else ""
        said += f", {protection['kind']}{of} {protection['value']} {protection['currency']}"
    return said
