"""`riskmon explain`: from one number to the rows, the rule and the clause behind it."""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console

from riskmon.cli.explain_facility import print_facility
from riskmon.cli.explain_group import print_group
from riskmon.cli.explain_others import print_limit, print_obligor, print_pair
from riskmon.cli.explain_words import Language, Words
from riskmon.cli.options import AsJson, DataFolder, data_folder, parse_date
from riskmon.domain.errors import CallerError
from riskmon.operations import read


class Subject(StrEnum):
    """What can be explained."""

    GROUP = "group"
    OBLIGOR = "obligor"
    FACILITY = "facility"
    LIMIT = "limit"
    PAIR = "pair"


def explain(
    subject: Annotated[Subject, typer.Argument(help="group, obligor, facility, limit or pair.")],
    subject_id: Annotated[
        str, typer.Argument(metavar="ID", help="Group id, party id, facility id, or BOOK/LIMIT.")
    ],
    other_id: Annotated[
        str | None, typer.Argument(metavar="OTHER", help="For a pair: the other party's id.")
    ] = None,
    book: Annotated[str | None, typer.Option("--book", help="For a pair: under which book.")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the explanation.")] = Language.ENGLISH,
    data: DataFolder = None,
    run: Annotated[
        str | None, typer.Option("--run", help="An older run by its id; default: the current one.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The last run of this date; default: the newest.")
    ] = None,
    known_at: Annotated[
        str | None, typer.Option("--known-at", help="A run that used only what was known on this date.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain a group, an obligor, a facility or a limit down to facilities, relationships and clause; or what joins a pair."""
    snapshots = read.Snapshots(data_folder(data))
    if as_of or known_at:
        run = _run_at(snapshots, run, as_of, known_at)
    body: dict[str, Any]
    show: Callable[[Console, dict[str, Any], Words], None]
    match subject:
        case Subject.GROUP:
            body, show = read.group(snapshots, subject_id, run), print_group
        case Subject.OBLIGOR:
            body, show = read.obligor(snapshots, subject_id, run), print_obligor
        case Subject.FACILITY:
            body, show = read.facility(snapshots, subject_id, run), print_facility
        case Subject.LIMIT:
            body, show = read.limit(snapshots, subject_id, run), print_limit
        case Subject.PAIR:
            pair, under = _pair_asked(subject_id, other_id, book)
            body, show = read.connection(snapshots, pair, under, run), print_pair
    if as_json:
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    words = Words(lang, read.titles(snapshots, str(body["run_id"])))
    show(console, body, words)
    console.print(f"\n{words.say('run', run_id=body['run_id'], as_of=body['as_of'])}", style="dim")


def _run_at(snapshots: read.Snapshots, run: str | None, as_of: str | None, known_at: str | None) -> str:
    if run is not None:
        raise CallerError(
            "--run names a run already.",
            why="Its dates are its own.",
            remedy="Leave --as-of and --known-at out.",
        )
    dates = (
        (parse_date(as_of, "--as-of") if as_of else None),
        (parse_date(known_at, "--known-at") if known_at else None),
    )
    return snapshots.at(*dates).manifest.run_id


def _pair_asked(party_id: str, other_id: str | None, book: str | None) -> tuple[tuple[str, str], str]:
    if other_id is None or book is None:
        raise CallerError(
            "A pair needs two parties and a book.",
            remedy="For example: riskmon explain pair P1 P2 --book basel_lex.",
        )
    return (party_id, other_id), book
