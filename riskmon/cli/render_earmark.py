"""Earmarks in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console

_REFUSALS: Final[dict[str, tuple[str, str, bool]]] = {
    "name_missing": ("--by is empty.", "Name the person who says so.", False),
    "id_missing": ("The id is empty.", "Give the earmark an id of your own.", False),
    "hours_out_of_range": (
        "--hours is not from one to RISKMON_EARMARK_HOURS_MAX.", "Name how long it may stand.", False,
    ),
    "amount_missing": ("The amount is zero.", "Name what the deal takes.", False),
    "terms_differ": ("The id is taken by other terms.", "Give a new deal a new id.", False),
    "nothing_published": ("No run is in force.", "Put one in force with `riskmon earmark publish`.", False),
    "party_unknown": ("The run does not know the party", "Correct the id, or deliver the party.", False),
    "not_computable": ("What the deal takes cannot be computed:", "Deliver what is missing.", False),
    "snapshot_stale": (
        "The run in force is too old:", "Run again and publish, or set RISKMON_SNAPSHOT_MAX_AGE_DAYS.", True,
    ),
    "vetoed": ("A signal blocks new credit:", "See `riskmon explain`.", True),
    "limit_unknown": ("It is not known whether a limit holds:", "Deliver what it is a share of.", True),
    "limit_frozen": ("A limit is frozen:", "Ask who froze it.", True),
    "limit_broken": ("A limit has no room for it:", "Ask for less, or release what is not needed.", True),
    "earmark_unknown": ("There is no such earmark.", "List them with `riskmon earmark list`.", False),
    "amount_out_of_range": (
        "The amount is not above zero and up to what is earmarked.", "Confirm at most what is earmarked.", False,
    ),
    "already_resolved": ("The earmark has ended otherwise.", "Place a new one.", False),
    "time_over": ("The time of the earmark was over; it has expired.", "Place a new one.", True),
    "already_in_force": ("The run is in force already.", "Nothing.", False),
    "run_older": ("A newer run is in force:", "Publish a run made after it.", False),
    "level_differs": ("The run in force is of another perimeter:", "Run with the same --level.", False),
    "book_missing": ("The run lacks books of the one in force:", "Run with them.", False),
    "earmark_not_computable": (
        "What earmarks take cannot be told under the run:", "Release them, or deliver what is missing.", False,
    ),
}  # fmt: skip
"""What is told of a wish that was not done, what to do, and whether it is an answer and not the caller's mistake."""


def refusal_of(outcome: str) -> tuple[str, str, bool] | None:
    """What is wrong, what to do, and whether it is an answer; None of an outcome that is as it was wished."""
    return _REFUSALS.get(outcome)


def print_earmark(console: Console, told: Mapping[str, Any]) -> None:
    """An earmark in two lines. told: `earmark_item`."""
    booked = f" as {told['facility_id']}" if told["facility_id"] else ""
    ended = f" by {told['resolved_by']} at {told['resolved_at']}" if told["resolved_by"] else ""
    lines = (
        f"{told['earmark_id']}  {told['amount']} {told['currency']} on {told['obligor_id']}: {told['state']}{booked}{ended}",
        f"    counts {told['counted_amount']}; placed by {told['placed_by']} at {told['placed_at']}, ends {told['expires_at']}",
    )
    for line in lines:
        console.print(line, markup=False)


def print_expired(console: Console, ended: Sequence[str]) -> None:
    """What a sweep ended."""
    console.print(f"Expired: {', '.join(ended)}." if ended else "Nothing was due.", markup=False)


def published_item(answer: Any) -> dict[str, Any]:  # noqa: ANN401  `Published`, imported when first needed
    """What publishing did, as JSON-ready values; amounts in minor units of the reporting currency."""
    return {
        "outcome": answer.outcome,
        "run_id": answer.publication.run_id,
        "as_of": answer.publication.as_of.isoformat(),
        "generation": answer.publication.generation,
        "booked": dict(answer.booked),
        "unmatched": list(answer.unmatched),
        "over": [{"line": "/".join(line), "over_minor": over} for line, over in sorted(answer.over.items())],
    }


def print_published(console: Console, answer: Any) -> None:  # noqa: ANN401  `Published`
    """What publishing did."""
    told = published_item(answer)
    console.print(f"In force: run {told['run_id']} as of {told['as_of']}.", markup=False)
    for earmark_id, facility_id in told["booked"].items():
        console.print(f"  {earmark_id} is booked as {facility_id} and counts no more.", markup=False)
    for earmark_id in told["unmatched"]:
        console.print(f"  {earmark_id} is confirmed and has no facility; it keeps counting.", markup=False)
    for each in told["over"]:
        console.print(
            f"  {each['line']} is over by {each['over_minor']} minor units with its earmarks.", markup=False
        )
