"""`riskmon check`: may we lend this, and if not, what would fit?"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riskmon.cli.explain_words import Language
from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.cli.render_check import print_check
from riskmon.domain.errors import CallerError, ExitCode


def check(
    deal: Annotated[
        Path | None, typer.Option("--deal", help="JSON file with the deals, as POST /v1/checks takes them.")
    ] = None,
    obligor: Annotated[str | None, typer.Option("--obligor", help="Who would owe.")] = None,
    product: Annotated[str, typer.Option("--product", help="Product of the facility.")] = "loan",
    amount: Annotated[
        str | None, typer.Option("--amount", help="Amount in major units, such as 50000000.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="Currency; default: that of the run.")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="Contractual beginning, YYYY-MM-DD.")] = None,
    maturity: Annotated[str | None, typer.Option("--maturity", help="Contractual end, YYYY-MM-DD.")] = None,
    data: DataFolder = None,
    run: Annotated[
        str | None,
        typer.Option("--run", help="A run by its id; default: the one in force, else the current one."),
    ] = None,
    max_age: Annotated[
        int | None,
        typer.Option("--max-age", min=0, help="Days after its date for which the run may be decided on."),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the reason.")] = Language.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Check a deal or a package against every limit of everybody it concerns. Nothing is stored.

    Exit codes: 0 pass or warn; 3 refuse; 2 the caller's mistake; 1 a fault of riskmon.
    """
    from riskmon.domain.clock import now
    from riskmon.operations.assessments import database_place
    from riskmon.operations.checks import decided_on
    from riskmon.operations.checks.check_deals import answer
    from riskmon.operations.checks.desk import Desk
    from riskmon.operations.checks.request import read_request
    from riskmon.operations.read import Snapshots
    from riskmon.operations.settings import read_settings

    live = decided_on(Snapshots(data_folder(data)), database_place(data_folder(data)), run)
    text = text_of(deal) if deal else _of_options(
        obligor_id=obligor,
        product=product,
        amount=amount,
        currency=currency or live.decisions.manifest.currency,
        start_date=start,
        maturity_date=maturity,
    )  # fmt: skip
    most_days = read_settings().snapshot_max_age_days if max_age is None else max_age
    desk = Desk(live.decisions, now().date(), most_days, live.claims, allowances=live.allowances)
    body = answer(desk, read_request(text).proposed, is_chinese=lang is Language.CHINESE)
    if as_json:
        print(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        print_check(Console(highlight=False, emoji=False), body)
    raise typer.Exit(ExitCode.LIMIT_BROKEN if body["verdict"] == "refuse" else ExitCode.DONE)


def text_of(path: Path) -> str:
    """The text of a file with deals.

    Raises:
        CallerError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CallerError(
            f"{path} cannot be read: {error}.", remedy="Name a JSON file with --deal."
        ) from error


def _of_options(**deal: Any) -> str:  # noqa: ANN401  the fields of a deal
    if deal["obligor_id"] is None or deal["amount"] is None:
        raise CallerError(
            "No deal is given.", remedy="Name --obligor and --amount, or a JSON file with --deal."
        )
    return json.dumps({"deal": deal})
