"""`riskmon db`: make the database, or bring it to the version of this program."""

import json

import typer

from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.operations.upgrade_database import upgrade_database

db_app = typer.Typer(
    name="db", help="Make or upgrade the database.", no_args_is_help=True, add_completion=False
)


@db_app.callback()
def _group() -> None:
    """Make or upgrade the database."""


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
