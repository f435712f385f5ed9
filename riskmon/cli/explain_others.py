"""An obligor, a limit and a pair as they are explained on a terminal."""

from typing import Any

from rich.console import Console
from rich.text import Text

from riskmon.cli.explain_changes import CAUSES, print_changes
from riskmon.cli.explain_codes import (
    CAPITAL_BASES,
    CERTAINTIES,
    CLASS_INPUTS,
    CLASSES,
    LOAN_CLASSES,
    MEASURES,
    PARTY_KINDS,
    SEVERITIES,
    SUBJECTS,
)
from riskmon.cli.explain_figures import print_amounts, print_facilities, print_headroom, print_subjects
from riskmon.cli.explain_group import print_reason
from riskmon.cli.explain_words import Words
from riskmon.cli.render import COLOURS

Body = dict[str, Any]


def print_obligor(console: Console, body: Body, words: Words) -> None:
    """The body of an obligor."""
    party = body["party"]
    country = party["country"] or words.say("country_unknown")
    kind = words.code(PARTY_KINDS, party["kind"])
    title = words.say(
        "party_title", name=words.name(party), party_id=party["party_id"], kind=kind, country=country
    )
    console.print(title, style="bold", markup=False)
    if party["alias_ids"]:
        console.print(f"  {words.say('also_known', ids=words.named(party['alias_ids']))}", markup=False)
    for exposure in body["exposures"]:
        _print_under(console, exposure, body, words)
    if body["asset_class"]:
        console.print(f"\n{words.say('classes')}", style="bold", markup=False)
        _print_class(console, "class_obligor", body["asset_class"], words)
    for claim in body["asset_classes"]:
        _print_class(console, "class_claim", claim, words)
    if body["headroom"]:
        console.print(f"\n{words.say('limits')}", style="bold", markup=False)
    print_headroom(console, body["headroom"], words)
    print_changes(console, body["changes"], words)
    if body["groups"]:
        console.print(f"\n{words.say('in_groups')}", style="bold", markup=False)
    for group in body["groups"]:
        console.print(f"  {group['group_id']}", markup=False)
        console.print(f"      {group[words.sentence]}", markup=False)
        print_reason(console, group["reason"], words, "      ")
    if body["signals"]:
        console.print(f"\n{words.say('signals')}", style="bold", markup=False)
    for signal in body["signals"]:
        is_raised = signal["severity"] is not None
        severity = words.code(SEVERITIES, signal["severity"]) if is_raised else words.say("not_evaluable")
        line = Text(f"  {severity} ", style=COLOURS.get(signal["severity"], "dim"))
        said = words.say(
            "signal",
            id=signal["signal_id"],
            evidence=words.said_of(signal, "evidence") or words.say("unknown"),
            clause=words.clause(signal["clause"] or words.say("unknown")),
        )
        line.append(said + (words.say("veto") if signal["is_veto"] else ""), style="default")
        console.print(line)


def _print_under(console: Console, exposure: Body, body: Body, words: Words) -> None:
    """What it owes under one book: in all, facility by facility, and beside with others."""
    book_id = exposure["book_id"]
    console.print(f"\n{words.say('under', book=words.title(book_id))}", style="bold", markup=False)
    print_amounts(console, exposure, words)
    rows = [row for row in body["facilities"] if row["book_id"] == book_id]
    landed = [part for part in body["look_through"] if part["book_id"] == book_id]
    print_facilities(console, rows, words, "    ", landed)
    for debt in body["joint_debts"]:
        if debt["book_id"] == book_id:
            name = words.called(debt["obligor_name"] or debt["obligor_id"])
            exposure_said = words.figure(debt["exposure"])
            said = words.say("owed_with", facility_id=debt["facility_id"], name=name, exposure=exposure_said)
            console.print(f"    {said}", markup=False)


def _print_class(console: Console, what: str, row: Body, words: Words) -> None:
    """The class of one claim or of all, why, and what is missing."""
    booked = words.code(LOAN_CLASSES, row["booked_class"])
    floor = words.code(LOAN_CLASSES, row["floor_class"])
    parts = [words.say(what, **{**row, "floor": floor, "booked": booked})]
    if row["triggers"]:
        held = [words.title(f"{row['book_id']}/{each}") for each in row["triggers"]]
        parts.append(words.say("class_why", triggers=words.named(held)))
    if row["missing"]:
        missing = [words.code(CLASS_INPUTS, each) for each in row["missing"].split(" and ")]
        parts.append(words.say("class_missing", missing=words.named(missing)))
    console.print(f"  {words.joined(parts)}", markup=False)


def print_limit(console: Console, body: Body, words: Words) -> None:
    """The body of a limit."""
    limit = body["limit"]
    title = words.say(
        "limit_title",
        title=words.title(f"{limit['book_id']}/{limit['limit_id']}"),
        standing=words.say("hard" if limit["is_hard"] else "soft"),
    )
    rule = words.say(
        "limit_rule",
        measure=words.code(MEASURES, limit["measure"]),
        subjects=words.say("or").join(words.code(SUBJECTS, kind) for kind in limit["subject_kinds"]),
        party_class=words.code(CLASSES, limit["applies_to"]),
        ratio=words.share(limit["ratio"]),
        base=words.code(CAPITAL_BASES, limit["capital_base"]),
    )
    certainty = words.code(CERTAINTIES, limit["certainty"])
    clause = words.say("limit_clause", clause=words.clause(limit["clause"]), certainty=certainty)
    tested = words.say(
        "limit_tested", count=f"{body['subject_count']:,}", over=f"{body['breach_count'] or 0:,}"
    )
    console.print(title, style="bold", markup=False)
    for said in (rule, clause, tested):
        console.print(f"  {said}", markup=False)
    print_subjects(console, body["headroom"], words)
    for breach in body["breaches"]:
        console.print(f"  {_breach(breach, words)}", markup=False)


def _breach(breach: Body, words: Words) -> str:
    """Since when a limit is broken, what began it, and what is to be done by when."""
    parts = [words.say("breach_since", subject=breach["subject_id"], date=breach["since_date"])]
    if breach["cause"]:
        parts.append(words.say("breach_cause", cause=words.own(CAUSES[breach["cause"]])))
    if breach["report"]:
        parts.append(words.say(f"breach_{breach['report']}"))
    if breach["deadline_date"]:
        parts.append(words.say("breach_deadline", date=breach["deadline_date"]))
    clause = words.say("in_brackets", text=breach["duty_clause"]) if breach["duty_clause"] else ""
    return words.joined(parts) + clause


def print_pair(console: Console, body: Body, words: Words) -> None:
    """The body of a connection."""
    one, other = body["party_ids"]
    title = words.say("pair_title", one=one, other=other, book=words.title(body["book_id"]))
    console.print(title, style="bold", markup=False)
    if not body["group_ids"]:
        console.print(f"  {words.say('pair_apart')}", markup=False)
        return
    console.print(f"  {words.say('pair_in', groups=words.named(body['group_ids']))}", markup=False)
    if body["relationships"]:
        what = "pair_smallest" if body["is_smallest"] else "pair_needed"
        console.print(f"  {words.say(what)}", markup=False)
    for relationship in body["relationships"]:
        clause = words.said_of(relationship, "clause")
        said = words.say(
            "link",
            said=relationship[words.sentence],
            clause=words.say("in_brackets", text=clause) if clause else "",
            id=relationship["relationship_id"],
        )
        console.print(f"    {said}", markup=False)
