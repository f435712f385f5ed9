"""`riskmon groups`: who is one risk with whom, from parties and relationships alone."""

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
from riskmon.cli.render import print_groups
from riskmon.operations.assessments import assessments_known, database_place
from riskmon.operations.groups import list_groups


def groups(
    input_folder: Input,
    as_of: AsOf,
    book: Annotated[str, typer.Option("--book", help="The book whose groups are asked for.")],
    known_at: KnownAt = None,
    choose: Choose = None,
    mapping: Mapping = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List groups of connected parties with anchor, members and the reason path of each."""
    chosen = selection(book, as_of, known_at, None, parse_choices(choose, input_folder))
    assessments = assessments_known(database_place(data_folder(data)), chosen.known_at)
    answer = list_groups(input_folder, chosen, mapping_file=mapping, assessments=assessments)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print_groups(Console(highlight=False, emoji=False), answer)
