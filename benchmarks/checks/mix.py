"""What is asked: bodies of checks as a bank's workflow would send them, drawn from the parties of a run.

`python -m benchmarks.checks.mix DATA COUNT FILE` writes one body a line, and prints what becomes of them as JSON, with the
credential of a caller who may ask.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import AS_OF
from benchmarks.generate import SEED
from riskmon.domain.access import Role
from riskmon.operations.access import KeyWish, Signed, create_key
from riskmon.operations.checks import Deal, DecisionBook, check, decision_book
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots

SECURED: Final = 0.12
"""Of the deals so many are secured, most by cash, the others by a bank's guarantee."""

REFUSED: Final = 0.06
"""So many are over what any party may owe; a few more are of groups that are over their limit."""

GROUPED: Final = 0.6
"""So many are of members of groups that others count in as well."""

PRODUCTS: Final = (
    "loan",
    "loan",
    "loan",
    "bill_acceptance",
    "commitment",
    "documentary_credit",
    "trade_finance",
)


def deals(decisions: DecisionBook, count: int) -> Iterator[dict[str, Any]]:
    """So many deals of parties that owe the bank something, the same every time."""
    chance = random.Random(SEED)
    book_id, now = next(iter(decisions.parties.items()))
    exposed = now.is_exposed.nonzero()[0].tolist()
    groups = decisions.groups[book_id]
    grouped = [key for key in exposed if any(groups.group(at).is_tested for at in groups.of(key))]
    for _ in range(count):
        key = chance.choice(grouped if chance.random() < GROUPED else exposed)
        amount = chance.randrange(1, 10**6)
        deal: dict[str, Any] = {
            "obligor_id": decisions.party_id(key),
            "product": chance.choice(PRODUCTS),
            "amount": f"{10**11 if chance.random() < REFUSED else amount}.00",
            "currency": decisions.manifest.currency,
            "start_date": AS_OF.isoformat(),
            "maturity_date": (AS_OF + timedelta(days=chance.randrange(30, 2000))).isoformat(),
        }
        if chance.random() < SECURED:
            deal["protections"] = [_protection(chance, decisions, deal, amount)]
        yield deal


def _protection(
    chance: random.Random, decisions: DecisionBook, deal: dict[str, Any], amount: int
) -> dict[str, Any]:
    given = {
        "kind": "cash_margin",
        "value": f"{amount // 2}.00",
        "currency": deal["currency"],
        "maturity_date": deal["maturity_date"],
    }
    if chance.random() < 0.3 and decisions.guarantors:
        guarantor = decisions.party_id(chance.choice(decisions.guarantors))
        given |= {"kind": "guarantee", "provider_id": guarantor}
    return given


def _credential(data: Path) -> str:
    """A key of a workflow system, made in the database of the data folder."""
    wish = KeyWish("benchmark", frozenset({Role.WORKFLOW_SYSTEM}), 1, None)
    return str(create_key(place_of(data), wish, Signed(name="benchmark")).credential)


def main(arguments: Sequence[str]) -> int:
    """Write the bodies, and say what the answers are."""
    decisions = decision_book(Snapshots(Path(arguments[0])))
    asked = list(deals(decisions, int(arguments[1])))
    Path(arguments[2]).write_bytes(b"".join(json.dumps({"deal": deal}).encode() + b"\n" for deal in asked))
    answers = [check(decisions, [Deal.model_validate(deal)], today=AS_OF, most_days=0) for deal in asked]
    verdicts = Counter(str(answer["verdict"]) for answer in answers)
    print(
        json.dumps(
            {
                "credential": _credential(Path(arguments[0])),
                "verdicts": {name: round(each / len(asked), 3) for name, each in sorted(verdicts.items())},
                "with_options": round(sum(bool(each["options"]) for each in answers) / len(asked), 3),
                "with_protection": round(sum("protections" in each for each in asked) / len(asked), 3),
                "limits_a_deal": round(sum(len(each["limits"]) for each in answers) / len(asked), 1),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
