"""`riskmon explain`: from one number to the rows, the rule and the clause behind it."""

import json
from collections.abc import Callable
from enum import StrEnum
from math import floor
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.cli.render import COLOURS
from riskmon.domain.errors import CallerError
from riskmon.operations import read

_ASSESSED = {
    "none": "not assessed",
    "confirmed": "confirmed",
    "doubtful": "doubtful",
    "rejected": "rejected",
    None: "unknown",
}


class Subject(StrEnum):
    """What can be explained."""

    GROUP = "group"
    OBLIGOR = "obligor"
    LIMIT = "limit"
    PAIR = "pair"


class Language(StrEnum):
    """The language of the sentences."""

    ENGLISH = "en"
    CHINESE = "zh"


def explain(
    subject: Annotated[Subject, typer.Argument(help="group, obligor, limit or pair.")],
    subject_id: Annotated[str, typer.Argument(metavar="ID", help="Group id, party id, or BOOK/LIMIT.")],
    other_id: Annotated[
        str | None, typer.Argument(metavar="OTHER", help="For a pair: the other party's id.")
    ] = None,
    book: Annotated[str | None, typer.Option("--book", help="For a pair: under which book.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = Language.ENGLISH,
    data: DataFolder = None,
    run: Annotated[
        str | None, typer.Option("--run", help="An older run by its id; default: the current one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain a group, an obligor or a limit down to facilities, relationships and clause; or what joins a pair."""
    snapshots = read.Snapshots(data_folder(data))
    sentence = f"sentence_{lang}"
    body: dict[str, Any]
    show: Callable[[Console, dict[str, Any], str], None]
    match subject:
        case Subject.GROUP:
            body, show = read.group(snapshots, subject_id, run), _group
        case Subject.OBLIGOR:
            body, show = read.obligor(snapshots, subject_id, run), _obligor
        case Subject.LIMIT:
            body, show = read.limit(snapshots, subject_id, run), _limit
        case Subject.PAIR:
            pair, under = _pair_asked(subject_id, other_id, book)
            body, show = read.connection(snapshots, pair, under, run), _pair
    if as_json:
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    show(console, body, sentence)
    console.print(f"\nrun {body['run_id']}, as of {body['as_of']}", style="dim")


def _pair_asked(party_id: str, other_id: str | None, book: str | None) -> tuple[tuple[str, str], str]:
    if other_id is None or book is None:
        raise CallerError(
            "A pair needs two parties and a book.",
            remedy="For example: riskmon explain pair P1 P2 --book basel_lex.",
        )
    return (party_id, other_id), book


def _pair(console: Console, body: dict[str, Any], sentence: str) -> None:
    party_id, other_id = body["party_ids"]
    console.print(f"{party_id} and {other_id} under {body['book_id']}", style="bold", markup=False)
    if not body["group_ids"]:
        console.print("  No group holds both.")
        return
    console.print(f"  Both are in {', '.join(body['group_ids'])}.", markup=False)
    if body["relationships"]:
        console.print("  The fewest relationships that put them into one group:")
    for relationship in body["relationships"]:
        clause = f" ({relationship['clause']})" if relationship["clause"] else ""
        console.print(
            f"    {relationship[sentence]}{clause} [{relationship['relationship_id']}]", markup=False
        )


def _group(console: Console, body: dict[str, Any], sentence: str) -> None:
    group = body["group"]
    exposed = [member for member in body["members"] if member["role"] != "connector"]
    console.print(
        f"[bold]{escape(group['group_id'])}[/]: {len(exposed)} parties with exposure, anchored on {escape(group['anchor_id'])}"
    )
    _waterfall(console, group)
    if group["if_confirmed"] != group["exposure"]:
        console.print(f"  if every doubtful relationship were confirmed: {_figure(group['if_confirmed'])}")
    _headroom(console, body["headroom"])
    console.print("\n[bold]Members, and why[/]")
    for member in body["members"]:
        name = f"{member['party_id']} {member['name'] or ''}".strip()
        console.print(f"  {name} · {member['role']} · {_figure(member['exposure'])}", markup=False)
        console.print(f"      {member[sentence]}", markup=False)
        for relationship in member["reason"]:
            console.print(f"        {_as_recorded(relationship)}", style="dim", markup=False)
        _facilities(
            console, [row for row in body["exposures"] if row["obligor_id"] == member["party_id"]], "      "
        )
    _splitting_links(console, body["splitting_links"])


def _obligor(console: Console, body: dict[str, Any], sentence: str) -> None:
    party = body["party"]
    console.print(
        f"[bold]{escape(party['party_id'])}[/] {escape(party['name'] or '')} · {party['kind']}"
        f" · {escape(party['country'] or 'country unknown')}"
    )
    for exposure in body["exposures"]:
        console.print(f"\n[bold]Under {escape(exposure['book_id'])}[/]")
        _waterfall(console, exposure)
        _facilities(
            console, [row for row in body["facilities"] if row["book_id"] == exposure["book_id"]], "    "
        )
    _headroom(console, body["headroom"])
    if body["groups"]:
        console.print("\n[bold]In the groups[/]")
    for group in body["groups"]:
        console.print(f"  {group['group_id']} · {group['role']}", markup=False)
        console.print(f"      {group[sentence]}", markup=False)
        for relationship in group["reason"]:
            console.print(f"        {_as_recorded(relationship)}", style="dim", markup=False)
    if body["signals"]:
        console.print("\n[bold]Signals[/]")
    for signal in body["signals"]:
        line = Text(
            f"  {signal['severity'] or 'not evaluable'} ", style=COLOURS.get(signal["severity"], "dim")
        )
        line.append(f"{signal['signal_id']}: {signal['evidence']} [{signal['clause']}]", style="default")
        console.print(line)


def _limit(console: Console, body: dict[str, Any], _sentence: str) -> None:
    limit = body["limit"]
    standing = "hard limit" if limit["is_hard"] else "internal line"
    console.print(
        f"[bold]{escape(limit['book_id'])}/{escape(limit['limit_id'])}[/]: {escape(limit['title'])}"
        f" ({escape(limit['title_zh'])}), {standing}"
    )
    console.print(
        f"  {limit['measure']} of {' or '.join(limit['subject_kinds'])} ({limit['applies_to']}), at most {limit['ratio']} of {limit['capital_base']}"
    )
    console.print(f"  {limit['clause']}; the fact is {limit['certainty']}", markup=False)
    console.print(
        f"  {body['subject_count']} subjects tested, {body['breach_count']} over the limit; the nearest:"
    )
    _headroom(console, body["headroom"], named=True)


def _waterfall(console: Console, amounts: dict[str, Any]) -> None:
    """The exposure value from gross to what limits see."""
    steps = (
        ("gross", amounts["exposure_gross"]),
        ("less protection", amounts["mitigated_out"]),
        ("plus moved in", amounts["mitigated_in"]),
        ("exposure", amounts["exposure"]),
        ("of it exempt", amounts["exempt"]),
    )
    text = ", ".join(f"{name} {_figure(value)}" for name, value in steps)
    mark = "" if amounts["is_complete"] else "  (incomplete: a refused or partly measured row touches it)"
    console.print(f"  {amounts['currency']}: {text}{mark}", markup=False)


def _headroom(console: Console, rows: list[dict[str, Any]], *, named: bool = False) -> None:
    for row in sorted(rows, key=lambda row: -(row["utilisation_ratio"] or 0)):
        subject = f"{row['subject_id']}: " if named else ""
        if row["limit"] is None:
            console.print(
                f"  {subject}{row['book_id']}/{row['limit_id']}: the limit is unknown, so nothing is clear",
                markup=False,
            )
            continue
        state = (
            f"EXCEEDED by {_figure(row['excess'])}"
            if row["is_breach"]
            else f"headroom {_figure(row['headroom'])}"
        )
        binding = ", binding" if row["is_binding"] else ""
        base = f" (base {_figure(row['base'])})" if row["base"] else ""
        line = Text(f"  {subject}{row['book_id']}/{row['limit_id']}: ")
        used = "no share" if row["utilisation_ratio"] is None else _percent(row["utilisation_ratio"])
        line.append(used, style=COLOURS[row["warning_level"]])
        line.append(
            f" = {_figure(row['exposure'])} of {_figure(row['limit'])}{base}, {state}{binding} [{row['clause']}]"
        )
        console.print(line)


def _facilities(console: Console, rows: list[dict[str, Any]], indent: str) -> None:
    for row in rows:
        parts = [f"{row['facility_id']} {row['product']} {row['category']}: {_figure(row['exposure'])}"]
        if row["drawn"] is not None or row["commitment"] is not None:
            drawn, commitment = _figure(row["drawn"]), _figure(row["commitment"])
            parts.append(f"from {row['facility_currency']} drawn {drawn}, commitment {commitment}")
        if row["mitigated_out"].strip("0.") or row["mitigated_in"].strip("0."):
            parts.append(
                f"protection takes {_figure(row['mitigated_out'])} off, brings {_figure(row['mitigated_in'])}"
            )
        console.print(indent + "; ".join(parts), markup=False)


def _splitting_links(console: Console, links: list[dict[str, Any]] | None) -> None:
    if links is None:
        console.print(
            "  Which single links hold it together was not tried: there are too many, or the rules are gone."
        )
        return
    if links:
        console.print("\n[bold]Single links that hold it together[/]")
    for link in links:
        parted = ", ".join(link["parted_party_ids"])
        console.print(f"  {link['relationship_id']}: without it {parted} would not belong", markup=False)


def _as_recorded(relationship: dict[str, Any]) -> str:
    """One relationship of a reason, with its id and assessment."""
    source = relationship["source_name"] or relationship["source_party_id"]
    target = relationship["target_name"] or relationship["target_party_id"]
    share = (
        relationship["voting_bp"] if relationship["kind"] == "shareholding" else relationship["dependence_bp"]
    )
    percent = "" if share is None else f" ({share / 100:g} %)"
    verb = {
        "shareholding": "holds votes in",
        "control": "controls",
        "economic_dependence": "is relied on by",
        "guarantee": "guarantees",
        "family": "is family of",
        "key_person": "is a key person of",
        "acting_in_concert": "acts in concert with",
    }[relationship["kind"]]
    basis = f", by {relationship['basis'].replace('_', ' ')}" if relationship["basis"] else ""
    return f"{source} {verb} {target}{percent}{basis} [{relationship['relationship_id']}, {_ASSESSED[relationship['assessment']]}]"


def _percent(ratio: float) -> str:
    """A share with two decimals, rounded down as in the evidence of a signal."""
    return f"{floor(ratio * 10_000) / 100:.2f} %"


def _figure(value: str | None) -> str:
    """An amount with separators; unknown is said."""
    if value is None:
        return "unknown"
    whole, dot, decimals = value.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{decimals}"
