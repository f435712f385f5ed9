"""A group as it is explained on a terminal: what it owes, who belongs and why, what holds it together, what is in doubt."""

from collections import defaultdict
from typing import Any

from rich.console import Console

from riskmon.cli.explain_changes import print_changes
from riskmon.cli.explain_figures import print_amounts, print_facilities, print_headroom
from riskmon.cli.explain_words import Words

Body = dict[str, Any]

_NAMED_AT_MOST = 5
"""Members that a line names before it only counts them."""


def print_group(console: Console, body: Body, words: Words) -> None:
    """The body of a group."""
    group, members = body["group"], _in_order(body["members"])
    names = {member["party_id"]: words.name(member) for member in members}
    exposed = [member for member in members if member["role"] != "connector"]
    console.print(_title(group["anchor_id"], names, exposed, words), style="bold", markup=False)
    console.print(f"  {words.say('known_as', group_id=group['group_id'])}", style="dim", markup=False)
    print_amounts(console, group, words)
    if group["if_confirmed"] != group["exposure"]:
        amount = words.figure(group["if_confirmed"])
        said = words.say("if_confirmed", amount=amount, currency=group["currency"])
        console.print(f"  {said}", markup=False)
    print_headroom(console, body["headroom"], words)
    print_changes(console, body["changes"], words)
    _heading(console, words.say("members"))
    facilities = defaultdict(list)
    for row in body["exposures"]:
        facilities[row["obligor_id"]].append(row)
    for member in members:
        _print_member(console, member, facilities[member["party_id"]], words)
    _print_splitting(console, body["splitting_links"], names, words)
    _print_joining(console, body["if_confirmed"], words)


def _title(anchor_id: str, names: dict[str, str], exposed: list[Body], words: Words) -> str:
    ids = [member["party_id"] for member in exposed]
    if len(ids) == 1:
        return words.say("group_alone", name=names[ids[0]])
    others = len(ids) - (anchor_id in ids)
    what = "group_title" if anchor_id in ids else "group_under"
    plural = "" if others == 1 else "s"
    return words.say(what, name=names[anchor_id], count=others, total=len(ids), s=plural)


def _in_order(members: list[Body]) -> list[Body]:
    """The members as one would tell them: the head first, each after the one that its path comes from."""
    return sorted(members, key=lambda member: [step["relationship_id"] for step in member["reason"]])


def _print_member(console: Console, member: Body, facilities: list[Body], words: Words) -> None:
    what = "owes_nothing" if member["role"] == "connector" else "owes"
    exposure = words.figure(member["exposure"])
    said = words.say(what, name=words.name(member), party_id=member["party_id"], exposure=exposure)
    console.print(f"  {said}", style="bold", markup=False)
    console.print(f"      {member[words.sentence]}", markup=False)
    print_reason(console, member["reason"], words, "      ")
    print_facilities(console, facilities, words, "      ")


def print_reason(console: Console, reason: list[Body], words: Words, indent: str) -> None:
    """The ids of the relationships that a reason rests on, and which two persons assessed one."""
    if reason:
        ids = words.named([_recorded(step, words) for step in reason])
        console.print(f"{indent}{words.say('rests_on', ids=ids)}", style="dim", markup=False)


def _recorded(step: Body, words: Words) -> str:
    if step["approved_by"] is None:
        return str(step["relationship_id"])
    return words.say(
        "assessed", id=step["relationship_id"], by=step["assessed_by"], approved_by=step["approved_by"]
    )


def _print_splitting(console: Console, links: list[Body] | None, names: dict[str, str], words: Words) -> None:
    if links is None:
        console.print(f"\n  {words.say('not_tried')}", markup=False)
        return
    if links:
        _heading(console, words.say("splitting"))
    for link in sorted(links, key=lambda link: (-len(link["parted_party_ids"]), link["relationship_id"])):
        parted = [names.get(each, each) for each in link["parted_party_ids"]]
        what = "splits" if len(parted) <= _NAMED_AT_MOST else "splits_many"
        said = words.say(
            what,
            said=link[words.sentence],
            id=link["relationship_id"],
            names=words.named(parted[:_NAMED_AT_MOST]),
            count=len(parted),
            rest=len(parted) - _NAMED_AT_MOST,
        )
        console.print(f"  {said}", markup=False)


def _print_joining(console: Console, joining: list[Body], words: Words) -> None:
    if joining:
        _heading(console, words.say("joining"))
    for member in joining:
        what = "owes_nothing" if member["role"] == "connector" else "owes"
        exposure = words.figure(member["exposure"])
        said = words.say(what, name=words.name(member), party_id=member["party_id"], exposure=exposure)
        console.print(f"  {said}", style="bold", markup=False)
        console.print(f"      {words.say('if_then', sentence=member[words.sentence])}", markup=False)
        for link in member["doubtful_links"]:
            doubt = words.say("doubt", said=link[words.sentence], id=link["relationship_id"])
            console.print(f"      {doubt}", markup=False)


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False)
