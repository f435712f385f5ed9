"""One facility on a terminal: the steps from its contract to the limits that it counts in."""

from typing import Any

from rich.console import Console

from riskmon.cli.explain_figures import print_headroom
from riskmon.cli.explain_words import Words

Body = dict[str, Any]


def print_facility(console: Console, body: Body, words: Words) -> None:
    """The body of a facility."""
    contract = body["facility"]
    console.print(
        f"{contract['facility_id']}: {contract['product']} to {contract['obligor_id']}",
        style="bold",
        markup=False,
    )
    console.print(f"  Contract: {_contract(contract, words)}", markup=False)
    if contract["currency"] != body["currency"]:
        rate = (contract["rate_e10"] or 0) / 10**10
        console.print(f"  Converted at {rate:.10g} {body['currency']} for one {contract['currency']}")
    for book in body["books"]:
        console.print(f"\n{words.say('under', book=book['book_id'])}", style="bold", markup=False)
        _measured(console, contract, book)
        for use in book["protections"]:
            console.print(f"  {_protection(use, words)}", markup=False)
        for row in book["exposures"]:
            console.print(f"  {_exposure(row, words)}", markup=False)
        for party in book["parties"]:
            groups = f", in {', '.join(party['group_ids'])}" if party["group_ids"] else ""
            console.print(f"  Counts with {party['name'] or party['party_id']}{groups}:", markup=False)
            print_headroom(console, party["headroom"], words)


def _contract(contract: Body, words: Words) -> str:
    parts = [
        f"{label} {words.figure(contract[name])}"
        for name, label in (
            ("commitment", "committed"), ("drawn", "drawn"), ("accrued_interest", "interest"), ("provision", "provision"),
        )
        if contract[name] is not None
    ]  # fmt: skip
    dates = f"{contract['start_date'] or 'unknown'} to {contract['maturity_date'] or 'open'}"
    parent = contract["parent_facility_id"]
    shared = f", drawn under {parent}" if parent else ""
    return f"{', '.join(parts)} {contract['currency']}; {dates}{shared}"


def _measured(console: Console, contract: Body, book: Body) -> None:
    if book["measurement_clause"] is None:
        console.print("  The text of the book is not at hand, so no clause is named.")
        return
    provision = "less provision" if book["deducts_provision"] else "before provision"
    console.print(f"  Measured {provision} [{book['measurement_clause']}]", markup=False)
    for row in book["exposures"]:
        if row["factor_bp"] is not None:
            undrawn = f"undrawn or contingent part at {row['factor_bp'] / 100:g} %"
            clause = row["factor_clause"] or "no factor in the book, so it counts in full"
            console.print(f"  {contract['product']}: {undrawn} [{clause}]", markup=False)


def _protection(use: Body, words: Words) -> str:
    named = f"{use['kind']} {use['protection_id']} of {words.figure(use['value'])}"
    if use["refusal"] is not None:
        return f"{named} is not recognised: {use['refusal_said']}"
    where = f"moves to {use['provider_id']}" if use["is_substitution"] else "is deducted"
    haircut = f", haircut {use['haircut_bp'] / 100:g} %" if use["haircut_bp"] else ""
    worth = f", worth {words.figure(use['adjusted'])} here" if use["adjusted"] != use["applied"] else ""
    return f"{named}{haircut}{worth}: {words.figure(use['applied'])} {where} [{use['clause'] or use['mitigation_id']}]"


def _exposure(row: Body, words: Words) -> str:
    steps = f"{row['category']}, on {row['obligor_id']}: gross {words.figure(row['exposure_gross'])}"
    steps += f", less {words.figure(row['mitigated_out'])}, plus {words.figure(row['mitigated_in'])} = {words.figure(row['exposure'])}"
    if row["exemption_id"] is not None:
        clause = row["exemption_clause"] or row["exemption_id"]
        steps += f"; exempt {words.figure(row['exempt'])} [{clause}]"
    return steps if row["is_complete"] else f"{steps} (incomplete)"
