"""`riskmon match`: which names are likely one company."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from riskmon.cli.options import AsJson


def match(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with name1 and name2, or with party_id and name.")
    ],
    as_json: AsJson = False,
) -> None:
    """Suggest which names are one company. Nothing is merged."""
    from riskmon.operations.match import match_file

    answer = match_file(file)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    for pair in answer["pairs"]:
        verdict = "match" if pair["is_match"] else "apart"
        ids = " ".join(pair[name] for name in ("party_id1", "party_id2") if name in pair)
        console.print(
            f"{verdict} {pair['score']:.2f}  {pair['name1']} | {pair['name2']}  {ids}".rstrip(),
            markup=False,
            soft_wrap=True,
        )
    if answer.get("not_compared"):
        console.print(f"{answer['not_compared']} names are too common to be compared pair by pair.")
