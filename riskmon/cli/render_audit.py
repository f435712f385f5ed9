"""The audit in words."""

import json
from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console

_FAULTS: Final[dict[str, str]] = {
    "changed": "was changed after it was sealed",
    "rewritten": "was made anew with a hash of its own: what follows was sealed behind another",
    "missing": "missing",
    "misplaced": "stands where no entry can",
    "head_differs": "is not the one that the head was taken of: it, or what is before it, was made anew",
    "head_missing": "missing, though a head was taken of it: the end was taken off",
}
"""What is told of each fault of the chain."""


def examined_item(found: Any) -> dict[str, Any]:  # noqa: ANN401  `Examined`, imported when first needed
    """What an examination found, as JSON-ready values."""
    return {
        "is_untouched": not found.broken,
        "sealed_count": found.sealed,
        "unsealed": list(found.unsealed),
        "head": {"position": found.head.position, "hash": found.head.hash},
        "broken": [
            {
                "fault": each.fault,
                "first": each.first,
                "last": each.last,
                "sequence": each.sequence,
                "entry": each.said or None,
            }
            for each in found.broken
        ],
    }


def print_examined(console: Console, found: Any, *, heads: int) -> None:  # noqa: ANN401  `Examined`
    """What an examination found."""
    for each in found.broken:
        place = f"{each.first}" if each.first == each.last else f"{each.first} to {each.last}"
        said = f" ({each.said})" if each.said else ""
        console.print(f"Position {place}{said}: {_FAULTS[each.fault]}.", markup=False)
    state = "NOT untouched" if found.broken else "untouched"
    console.print(f"{found.sealed} sealed entries: {state}. Head: {found.head.hash}.", markup=False)
    if found.unsealed:
        console.print(f"{len(found.unsealed)} entries wait for their seal.", markup=False)
    if not heads:
        console.print("No head was given: whether the end is missing cannot be told.", markup=False)


def print_entry(console: Console, item: Mapping[str, Any]) -> None:
    """An entry in up to four lines. item: `audit_item`."""
    reason = f": {item['reason']}" if item["reason"] else ""
    place = item["position"] or "unsealed"
    console.print(
        f"{place}  {item['at']}  {item['action']} {item['subject']} by {item['by']}{reason}", markup=False
    )
    for name in ("before", "after"):
        if item[name] is not None:
            told = json.dumps(item[name], ensure_ascii=False, sort_keys=True)
            console.print(f"    {name}: {told}", markup=False)
