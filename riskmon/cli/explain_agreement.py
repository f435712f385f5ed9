"""A netting set, a financing trade or the positions in an issuer on a terminal: its rows, and how its exposure comes about."""

from typing import Any

from rich.console import Console

from riskmon.cli.explain_codes import AGREEMENTS, TRADES
from riskmon.cli.explain_words import Words

Body = dict[str, Any]


def print_agreement(console: Console, agreement: Body, names: dict[str, str], words: Words) -> None:
    """What it is made of."""
    title = words.say(
        "agreement_title",
        kind=words.code(AGREEMENTS, agreement["source"]),
        agreement_id=agreement["agreement_id"],
        name=names.get(agreement["obligor_id"], agreement["obligor_id"]),
    )
    console.print(title, style="bold", markup=False)
    for row in agreement["rows"]:
        console.print(f"  {_row(row, words)}", markup=False)


def print_steps(console: Console, steps: list[Body], words: Words) -> None:
    """How its exposure comes about under one book."""
    if not steps:
        console.print(f"  {words.say('steps_unknown')}")
    for step in steps:
        amount = (
            "" if step["amount"] is None else words.say("step_amount", amount=words.figure(step["amount"]))
        )
        console.print(f"  {step[words.sentence]}{amount}", markup=False)


def _row(row: Body, words: Words) -> str:
    codes = [
        words.code(TRADES, row[name]) for name in ("kind", "instrument", "side") if row[name] is not None
    ]
    amounts = [
        words.say(f"{name}_{row['table']}", amount=words.figure(row[name]), currency=row["currency"])
        for name in ("amount", "value")
        if row[name] is not None
    ]
    reference = [words.say("reference", reference=row["reference_id"])] if row["reference_id"] else []
    end = [words.say("until", end=row["end_date"])] if row["end_date"] else []
    what = words.say(f"row_{row['table']}")
    return words.say(
        "agreement_row", kind=what, id=row["id"], parts=words.joined([*codes, *reference, *amounts, *end])
    )
