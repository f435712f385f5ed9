"""One facility on a terminal: the steps from its contract to the limits that it counts in."""

from typing import Any

from rich.console import Console

from riskmon.cli.explain_agreement import print_agreement, print_steps
from riskmon.cli.explain_codes import CATEGORIES, PROTECTIONS
from riskmon.cli.explain_figures import print_headroom
from riskmon.cli.explain_words import Words, is_nothing

Body = dict[str, Any]


def print_facility(console: Console, body: Body, words: Words) -> None:
    """The body of a facility, or of another agreement."""
    names = {party["party_id"]: words.name(party) for book in body["books"] for party in book["parties"]}
    if body["facility"] is None:
        print_agreement(console, body["agreement"], names, words)
    else:
        _print_contract(console, body["facility"], body["currency"], names, words)
    for book in body["books"]:
        console.print(
            f"\n{words.say('under', book=words.title(book['book_id']))}", style="bold", markup=False
        )
        if body["facility"] is None:
            print_steps(console, book["steps"], words)
        else:
            _print_measured(console, book, words)
        for use in book["protections"]:
            console.print(f"  {_protection(use, names, words)}", markup=False)
        _print_landed(console, book["look_through"], words)
        for row in book["exposures"]:
            console.print(f"  {_exposure(row, names, words)}", markup=False)
        _print_joint(console, book["joint_debts"], names, words)
        for party in book["parties"]:
            _print_party(console, party, words)


def _print_contract(
    console: Console, contract: Body, currency: str, names: dict[str, str], words: Words
) -> None:
    title = words.say(
        "facility_title",
        product=words.product(contract["product"]),
        facility_id=contract["facility_id"],
        name=names.get(contract["obligor_id"], contract["obligor_id"]),
    )
    console.print(title, style="bold", markup=False)
    console.print(f"  {_contract(contract, words)}", markup=False)
    if contract["currency"] != currency:
        rate = f"{(contract['rate_e10'] or 0) / 10**10:.10g}"
        said = words.say("converted", rate=rate, to=currency, currency=contract["currency"])
        console.print(f"  {said}", markup=False)


def _print_joint(console: Console, debts: list[Body], names: dict[str, str], words: Words) -> None:
    for debt in debts:
        said = words.say(
            "owed_beside",
            name=names[debt["joint_obligor_id"]],
            exposure=words.figure(debt["exposure"]),
        )
        console.print(f"  {said}", markup=False)


def _contract(contract: Body, words: Words) -> str:
    parts = [
        words.say(f"contract_{name}", amount=words.figure(contract[name]))
        for name in ("commitment", "drawn", "accrued_interest", "provision")
        if contract[name] is not None
    ]
    parent = contract["parent_facility_id"]
    return words.say(
        "contract",
        parts=words.joined(parts),
        currency=contract["currency"],
        begin=contract["start_date"] or words.say("begin_unknown"),
        end=contract["maturity_date"] or words.say("no_end"),
    ) + (words.say("parent", parent=parent) if parent else "")


def _print_measured(console: Console, book: Body, words: Words) -> None:
    if book["measurement_clause"] is None:
        console.print(f"  {words.say('text_gone')}")
        return
    provision = "less_provision" if book["deducts_provision"] else "before_provision"
    console.print(f"  {words.say(provision, clause=words.clause(book['measurement_clause']))}", markup=False)
    factors = {
        (row["factor_bp"], row["factor_clause"]): None
        for row in book["exposures"]
        if row["factor_bp"] is not None
    }
    for factor_bp, named in factors:
        clause = words.clause(named) if named else words.say("no_factor")
        said = words.say("factor", factor=words.basis_points(factor_bp), clause=clause)
        console.print(f"  {said}", markup=False)


def _protection(use: Body, names: dict[str, str], words: Words) -> str:
    named = {
        "kind": words.code(PROTECTIONS, use["kind"]),
        "id": use["protection_id"],
        "value": words.figure(use["value"]),
    }
    if use["refusal"] is not None:
        return words.say("refused", **named, reason=words.said_of(use, "refusal_said") or use["refusal"])
    provider = names.get(use["provider_id"], use["provider_id"])
    has_worth = use["adjusted"] != use["applied"]
    return words.say(
        "protected",
        **named,
        haircut=words.say("haircut", haircut=words.basis_points(use["haircut_bp"]))
        if use["haircut_bp"]
        else "",
        worth=words.say("worth", worth=words.figure(use["adjusted"])) if has_worth else "",
        applied=words.figure(use["applied"]),
        where=words.say("moves", provider=provider) if use["is_substitution"] else words.say("deducted"),
        clause=words.clause(use["clause"]) if use["clause"] else use["mitigation_id"],
    )


def _print_landed(console: Console, parts: list[Body], words: Words) -> None:
    if not parts:
        return
    clause = words.clause(parts[0]["clause"]) if parts[0]["clause"] else words.say("unknown")
    console.print(f"  {words.say('looked_through', clause=clause)}", markup=False)
    for part in parts:
        console.print(f"    {words.landed('landed', part)}", markup=False)


def _exposure(row: Body, names: dict[str, str], words: Words) -> str:
    steps = ""
    if not (is_nothing(row["mitigated_out"]) and is_nothing(row["mitigated_in"])):
        steps = words.say(
            "counted_steps",
            gross=words.figure(row["exposure_gross"]),
            out=words.figure(row["mitigated_out"]),
            in_=words.figure(row["mitigated_in"]),
        )
    if row["exemption_id"] is not None:
        clause = words.clause(row["exemption_clause"]) if row["exemption_clause"] else row["exemption_id"]
        steps += words.say("counted_exempt", amount=words.figure(row["exempt"]), clause=clause)
    if not row["is_complete"]:
        steps += words.say("counted_incomplete")
    return words.say(
        "counted",
        category=words.code(CATEGORIES, row["category"]),
        name=names.get(row["obligor_id"], row["obligor_id"]),
        exposure=words.figure(row["exposure"]),
        steps=steps,
    )


def _print_party(console: Console, party: Body, words: Words) -> None:
    what = "counts_with" if party["group_ids"] else "counts_alone"
    said = words.say(what, name=words.name(party), groups=words.named(party["group_ids"]))
    console.print(f"  {said}", markup=False)
    if not party["headroom"]:
        console.print(f"    {words.say('no_limit')}", markup=False)
    print_headroom(console, party["headroom"], words, named=True)
