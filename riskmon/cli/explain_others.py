"""An obligor, a limit and a pair as they are explained on a terminal."""

from typing import Any

from rich.console import Console
from rich.text import Text

from riskmon.cli.explain_changes import print_changes
from riskmon.cli.explain_figures import print_amounts, print_facilities, print_headroom
from riskmon.cli.explain_group import print_reason
from riskmon.cli.explain_words import Words
from riskmon.cli.render import COLOURS

Body = dict[str, Any]


def print_obligor(console: Console, body: Body, words: Words) -> None:
    """The body of an obligor."""
    party = body["party"]
    country = party["country"] or words.say("country_unknown")
    console.print(
        f"{words.name(party)} ({party['party_id']}) · {party['kind']} · {country}", style="bold", markup=False
    )
    if party["alias_ids"]:
        console.print(f"  {words.say('also_known', ids=words.named(party['alias_ids']))}", markup=False)
    for exposure in body["exposures"]:
        console.print(f"\n{words.say('under', book=exposure['book_id'])}", style="bold", markup=False)
        print_amounts(console, exposure, words)
        rows = [row for row in body["facilities"] if row["book_id"] == exposure["book_id"]]
        print_facilities(console, rows, words, "    ")
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
        severity = signal["severity"] or words.say("not_evaluable")
        line = Text(f"  {severity} ", style=COLOURS.get(signal["severity"], "dim"))
        line.append(f"{signal['signal_id']}: {signal['evidence']} [{signal['clause']}]", style="default")
        console.print(line)


def print_limit(console: Console, body: Body, words: Words) -> None:
    """The body of a limit."""
    limit = body["limit"]
    standing = "hard limit" if limit["is_hard"] else "internal line"
    console.print(
        f"{limit['book_id']}/{limit['limit_id']}: {limit['title']} ({limit['title_zh']}), {standing}",
        style="bold",
        markup=False,
    )
    console.print(
        f"  {limit['measure']} of {' or '.join(limit['subject_kinds'])} ({limit['applies_to']}), at most {limit['ratio']} of {limit['capital_base']}"
    )
    console.print(f"  {limit['clause']}; the fact is {limit['certainty']}", markup=False)
    console.print(
        f"  {body['subject_count']} subjects tested, {body['breach_count']} over the limit; the nearest:"
    )
    print_headroom(console, body["headroom"], words, named=True)


def print_pair(console: Console, body: Body, words: Words) -> None:
    """The body of a connection."""
    one, other = body["party_ids"]
    title = words.say("pair_title", one=one, other=other, book=body["book_id"])
    console.print(title, style="bold", markup=False)
    if not body["group_ids"]:
        console.print(f"  {words.say('pair_apart')}", markup=False)
        return
    console.print(f"  {words.say('pair_in', groups=words.named(body['group_ids']))}", markup=False)
    if body["relationships"]:
        what = "pair_smallest" if body["is_smallest"] else "pair_needed"
        console.print(f"  {words.say(what)}", markup=False)
    for relationship in body["relationships"]:
        clause = relationship["clause" if words.sentence.endswith("en") else "clause_zh"]
        said = f"{relationship[words.sentence]}{f' ({clause})' if clause else ''}"
        console.print(f"    {said} [{relationship['relationship_id']}]", markup=False)
