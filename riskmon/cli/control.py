"""`riskmon control`: who controls whom and who owns how much, from parties and relationships alone."""

import json
from typing import Annotated

import typer
from rich.console import Console

from riskmon.cli.options import (
    AsJson,
    AsOf,
    Choose,
    DataFolder,
    Input,
    KnownAt,
    Mapping,
    data_folder,
    parse_choices,
    selection,
)
from riskmon.cli.render import print_control
from riskmon.operations.assessments import assessments_known, database_place
from riskmon.operations.control import list_control


def control(
    input_folder: Input,
    as_of: AsOf,
    book: Annotated[str, typer.Option("--book", help="The book whose line of control is asked for.")],
    known_at: KnownAt = None,
    choose: Choose = None,
    mapping: Mapping = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List who controls each party, directly, nearest and ultimately, and its end owners."""
    chosen = selection(book, as_of, known_at, None, parse_choices(choose, input_folder))
    assessments = assessments_known(database_place(data_folder(data)), chosen.known_at)
    answer = list_control(input_folder, chosen, mapping_file=mapping, assessments=assessments)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print_control(Console(highlight=False, emoji=False), answer)
