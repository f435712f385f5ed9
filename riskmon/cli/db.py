"""`riskmon db`: make the database, bring it to the version of this program, back it up and restore it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.operations.assessments import database_place
from riskmon.operations.upgrade_database import upgrade_database

db_app = typer.Typer(
    name="db",
    help="Make or upgrade the database, back it up, restore it.",
    no_args_is_help=True,
    add_completion=False,
)


@db_app.callback()
def _group() -> None:
    """Make or upgrade the database, back it up, restore it."""


@db_app.command("upgrade")
def upgrade(data: DataFolder = None, as_json: AsJson = False) -> None:
    """Make the database, or bring it to this version. Safe to repeat; back up before an upgrade."""
    done = upgrade_database(data_folder(data))
    if as_json:
        print(json.dumps(done, ensure_ascii=False, indent=2))
    elif done["version_before"] == done["version"]:
        print(f"{done['database']} has the schema {done['version']} already.")
    else:
        print(f"{done['database']}: schema {done['version_before'] or 'none'} to {done['version']}.")


@db_app.command("backup")
def backup(
    out: Annotated[Path, typer.Option("--out", help="New file to write.")],
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write all that the database holds to one file, as it stands at one instant. Nobody who writes meanwhile waits.

    The snapshots in the data folder are not in it; they never change once they are finished: copy the folder.
    """
    from riskmon.operations.backup import back_up

    done = back_up(database_place(data_folder(data)), out)
    if as_json:
        print(json.dumps(done, ensure_ascii=False, indent=2))
    else:
        print(f"{done['database']} is backed up in {done['file']} ({done['bytes']} bytes).")


@db_app.command("restore")
def restore_backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File that `riskmon db backup` wrote.")],
    by: Annotated[str, typer.Option("--by", help="Who restores it; it is kept in the audit.")],
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Write a backup into an empty place, on either store: all of it, with its audit as it was, or nothing."""
    from riskmon.operations.backup import restore

    done = restore(database_place(data_folder(data)), file, by)
    if as_json:
        print(json.dumps(done, ensure_ascii=False, indent=2))
    else:
        rows, audit = done["rows"], done["audit"]
        total = sum(rows.values()) if isinstance(rows, dict) else 0
        head = audit["hash"] if isinstance(audit, dict) else ""
        print(f"{done['database']} has its {total} rows again. Head of the audit: {head}.")
