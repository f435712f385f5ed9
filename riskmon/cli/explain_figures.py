"""The figures of an explanation: from gross to what limits see, facility by facility, and against every limit."""

from typing import Any

from rich.console import Console
from rich.text import Text

from riskmon.cli.explain_words import Words, is_nothing
from riskmon.cli.render import COLOURS

Body = dict[str, Any]


def print_amounts(console: Console, amounts: Body, words: Words) -> None:
    """The exposure value, and how it comes from what stood before protection."""
    steps = [
        words.say(what, amount=words.figure(amounts[name]))
        for what, name in (("off", "mitigated_out"), ("in", "mitigated_in"), ("exempt", "exempt"))
        if not is_nothing(amounts[name])
    ]
    total = words.say("in_all", exposure=words.figure(amounts["exposure"]), currency=amounts["currency"])
    gross = words.say("before", gross=words.figure(amounts["exposure_gross"]))
    console.print(f"  {words.joined([total, gross, *steps])}", markup=False)
    if not is_nothing(amounts.get("joint", "0")):
        console.print(f"  {words.say('joint', amount=words.figure(amounts['joint']))}", markup=False)
    if not amounts["is_complete"]:
        console.print(f"  {words.say('incomplete')}", style="yellow", markup=False)


def print_headroom(console: Console, rows: list[Body], words: Words, *, named: bool = False) -> None:
    """Every limit of some subjects, the one that is used most first. named: say whether it is the party or its group."""
    for row in _most_used_first(rows):
        limit = words.title(f"{row['book_id']}/{row['limit_id']}")
        if named:
            limit += words.say(f"on_{row['subject_kind']}", subject=row["subject_id"])
        binding = words.say("binding") if row["is_binding"] else ""
        clause = words.clause(row["clause"])
        _print_tested(console, row, words, ("limit_unknown", "broken", "within"),
                      {"limit": limit, "binding": binding, "clause": clause})  # fmt: skip


def print_subjects(console: Console, rows: list[Body], words: Words) -> None:
    """Every subject of one limit, the one that uses most of it first."""
    for row in _most_used_first(rows):
        _print_tested(console, row, words, ("subject_unknown", "subject_broken", "subject_within"),
                      {"subject": row["subject_id"]})  # fmt: skip


def _print_tested(
    console: Console, row: Body, words: Words, texts: tuple[str, str, str], named: dict[str, str]
) -> None:
    """One subject against one limit. texts: what is said where the limit is unknown, broken, kept."""
    unknown, broken, within = texts
    if row["limit"] is None:
        console.print(f"  {words.say(unknown, **named)}", markup=False)
        return
    said = words.say(
        broken if row["is_breach"] else within,
        used=words.percent(row["utilisation_ratio"]),
        exposure=words.figure(row["exposure"]),
        amount=words.figure(row["limit"]),
        excess=words.figure(row["excess"]),
        headroom=words.figure(row["headroom"]),
        **named,
    )
    console.print(Text(f"  {said}", style=COLOURS[row["warning_level"]] if row["is_breach"] else ""))


def _most_used_first(rows: list[Body]) -> list[Body]:
    return sorted(rows, key=lambda row: -(row["utilisation_ratio"] or 0))


def print_facilities(
    console: Console, rows: list[Body], words: Words, indent: str, landed: list[Body] | None = None
) -> None:
    """What each facility, set of trades or trading position brings, and what of it is drawn, committed and protected.

    landed: the parts that arrive through structures, each told below its facility.
    """
    for row in rows:
        parts = [
            words.say(what, amount=words.figure(row[name]), currency=row["facility_currency"])
            for what, name in (("drawn", "drawn"), ("commitment", "commitment"))
            if row[name] is not None and (name == "drawn" or row[name] != row["drawn"])
        ]
        parts += [
            words.say(what, amount=words.figure(row[name]))
            for what, name in (("facility_off", "mitigated_out"), ("facility_in", "mitigated_in"))
            if not is_nothing(row[name])
        ]
        is_undrawn = row["category"] == "potential" and row["drawn"] is not None
        said = words.say(
            "undrawn" if is_undrawn else "facility",
            product=words.agreement(row),
            facility_id=row["facility_id"],
            exposure=words.figure(row["exposure"]),
        )
        console.print(f"{indent}{words.joined([said, *parts])}", markup=False)
        for part in landed or ():
            if part["facility_id"] == row["facility_id"] and row["source"] == "facilities":
                console.print(f"{indent}    {words.landed('through', part)}", markup=False)
