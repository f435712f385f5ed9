"""`riskmon serve`: the API over the snapshots of a data folder."""

import os
from pathlib import Path
from typing import Annotated

import typer

from riskmon.cli.options import DataFolder, data_folder
from riskmon.operations.settings import read_settings

APPLICATION = "api.app:create_app"
"""The API by its import string: the command line starts it and never imports it."""

_PARTING_SECONDS = 5
"""How long a server that is stopped waits for requests under way; a stream of events would never end by itself."""


def serve(
    data: DataFolder = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = None,
) -> None:
    """Serve the API on the loopback address, to who has a key (`riskmon key create`)."""
    settings = read_settings()
    at = f"http://{settings.host}:{port or settings.port}"
    print(
        f"Serving on {at} to who sends a key: `riskmon key create` hands them out, /openapi.json says the rest."
    )
    listen(data_folder(data), port)


def listen(data: Path, port: int | None = None) -> None:
    """Starts the server and stays until it is stopped."""
    import uvicorn

    from riskmon.operations.assessments import place_of_settings
    from riskmon.operations.earmarks.live import served_alone
    from riskmon.operations.logs import configure_logs
    from riskmon.operations.webhooks import read_endpoints

    os.environ["RISKMON_DATA_DIR"] = str(data)
    settings = read_settings()
    read_endpoints(
        settings.webhooks_file
    )  # what is wrong in it is told here, and not by a server that fails to start
    configure_logs()
    with served_alone(place_of_settings(settings)):
        pass  # so is a second server on one SQLite file
    uvicorn.run(
        APPLICATION,
        factory=True,
        host=settings.host,
        port=port or settings.port,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=_PARTING_SECONDS,
    )
