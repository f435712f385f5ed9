"""`riskmon key`: hand out the keys that callers sign in with, list them, take them back."""

import json
from typing import Annotated, Final

import typer
from rich.console import Console

from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.domain.access import Role
from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError
from riskmon.operations.access import (
    Answer,
    KeyOutcome,
    KeyWish,
    Signed,
    approve_key,
    create_key,
    keys,
    revoke_key,
)
from riskmon.operations.access.listing import Item, item
from riskmon.operations.assessments import database_place
from riskmon.operations.settings import read_settings

key_app = typer.Typer(
    name="key",
    help="Hand out the keys that callers sign in with, list them, take them back.",
    no_args_is_help=True,
    add_completion=False,
)

KeyId = Annotated[str, typer.Argument(metavar="KEY_ID", help="The part of the key after `rkm_`.")]
By = Annotated[
    str,
    typer.Option(
        "--by", help="Who says so, while there is no administrator; then RISKMON_KEY holds the key of one."
    ),
]

_NOT_DONE: Final = {
    KeyOutcome.NOT_SIGNED_IN: (
        "RISKMON_KEY holds no live key.", "Set it to the key of an administrator.",
    ),
    KeyOutcome.NOT_ALLOWED: ("The key in RISKMON_KEY is not that of an administrator.", "Ask one."),
    KeyOutcome.NAME_MISSING: ("A name is empty.", "Name the holder, and with --by who hands the key out."),
    KeyOutcome.ROLES_MISSING: ("No role is named.", "Name one with --role."),
    KeyOutcome.ROLES_APART: (
        "workflow_system, auditor and administrator go with no other role.",
        "Give each its own key, held by another.",
    ),
    KeyOutcome.BRANCHES_MISSING: ("A branch has no name.", "Name it, or leave --branch out for all of them."),
    KeyOutcome.DAYS_OUT_OF_RANGE: ("--days is not from 1 to 366.", "Name how long the key may live."),
    KeyOutcome.REASON_MISSING: ("--reason is empty.", "Say why the key is taken back."),
    KeyOutcome.KEY_UNKNOWN: ("There is no such key.", "List them with `riskmon key list`."),
    KeyOutcome.ALREADY_REVOKED: ("The key was revoked before.", "Nothing."),
    KeyOutcome.NOT_WAITING: ("The key waits for nobody.", "See `riskmon key list`."),
    KeyOutcome.SAME_PERSON: ("Nobody approves a key that he made.", "Let another administrator approve it."),
}  # fmt: skip
"""What is told of a wish that changes nothing, and what to do."""


@key_app.command("create")
def create(
    holder: Annotated[
        str, typer.Argument(metavar="NAME", help="The person or system that signs in with it.")
    ],
    role: Annotated[list[Role], typer.Option("--role", help="What the holder is to the bank; repeatable.")],
    days: Annotated[int, typer.Option("--days", help="How long it lives.")] = 90,
    branch: Annotated[
        list[str] | None,
        typer.Option("--branch", help="The only branch whose obligors are seen; repeatable. Default: all."),
    ] = None,
    by: By = "",
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, this once. An administrator's waits for a second person, where there is one."""
    wish = KeyWish(holder, frozenset(role), days, frozenset(branch) if branch else None)
    _tell(create_key(database_place(data_folder(data)), wish, _signed(by)), as_json=as_json)


@key_app.command("approve")
def approve(key_id: KeyId, data: DataFolder = None, as_json: AsJson = False) -> None:
    """Approve, as a second person, the key of an administrator."""
    _tell(approve_key(database_place(data_folder(data)), key_id, _signed()), as_json=as_json)


@key_app.command("revoke")
def revoke(
    key_id: KeyId,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    by: By = "",
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Take a key back, for ever; a running server turns it away within a second."""
    _tell(revoke_key(database_place(data_folder(data)), key_id, reason, _signed(by)), as_json=as_json)


@key_app.command("list")
def list_keys(data: DataFolder = None, as_json: AsJson = False) -> None:
    """List every key with what became of it, the first made first; the secrets are nowhere."""
    at = now()
    items = [item(key, at) for key in keys(database_place(data_folder(data)))]
    if as_json:
        print(json.dumps({"items": items}, ensure_ascii=False, indent=2))
        return
    console = _console()
    if not items:
        console.print("No key.")
    for each in items:
        _print_key(console, each)


def _signed(by: str = "") -> Signed:
    key = read_settings().key
    return Signed(key.get_secret_value() if key else None, by)


def _tell(answer: Answer, *, as_json: bool) -> None:
    if answer.outcome in _NOT_DONE:
        what, remedy = _NOT_DONE[answer.outcome]
        raise CallerError(what, why=f"Nothing was changed ({answer.outcome}).", remedy=remedy)
    told = item(answer.key, now()) if answer.key else None
    shown = str(answer.credential) if answer.credential else None
    if as_json:
        body = {"outcome": answer.outcome, "key": told} | ({"credential": shown} if shown else {})
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = _console()
    if told:
        _print_key(console, told)
    if shown:
        console.print(f"\n{shown}\n\nKeep it: it is shown this once. Send it as `Authorization: Bearer ...`.")
    if answer.outcome is KeyOutcome.WAITING:
        console.print("It opens nothing before another administrator runs `riskmon key approve`.")


def _print_key(console: Console, told: Item) -> None:
    branches = told["branches"]
    where = "all branches" if branches is None else ", ".join(map(str, branches))
    lines = [
        f"{told['key_id']}  {told['holder']}: {', '.join(told['roles'])}; {where}; {told['state']}",
        f"    made by {told['created_by']} on {told['created_at'][:10]}, until {told['expires_at'][:10]}",
    ]
    if told["approved_by"]:
        lines.append(f"    approved by {told['approved_by']} on {told['approved_at'][:10]}")
    if told["revoked_by"]:
        lines.append(f"    revoked by {told['revoked_by']} on {told['revoked_at'][:10]}: {told['reason']}")
    for line in lines:
        console.print(line, markup=False)


def _console() -> Console:
    return Console(highlight=False, emoji=False, soft_wrap=True)
