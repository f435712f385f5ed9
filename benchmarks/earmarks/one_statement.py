"""The reference: an endpoint whose only work is one conditional statement, durable on the same store as the earmarks."""

import os
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, HTTPException
from sqlalchemy import text

from riskmon.store.database import connect, place_of

COUNTERS: Final = 1_000
"""Rows that the statement is spread over, so that requests wait for the disk and not for each other's row."""

_TAKE: Final = text("UPDATE counters SET taken = taken + 1 WHERE id = :id AND taken + 1 <= room")


def create_app() -> FastAPI:
    """The endpoint in an application that has nothing else, on the database that RISKMON_DATABASE_URL names."""
    database = connect(place_of(Path(), os.environ["RISKMON_DATABASE_URL"]))
    with database.writing() as connection:
        connection.execute(text("DROP TABLE IF EXISTS counters"))
        connection.execute(text("CREATE TABLE counters (id INTEGER PRIMARY KEY, room BIGINT, taken BIGINT)"))
        rows = [{"id": n, "room": 10**12} for n in range(COUNTERS)]
        connection.execute(text("INSERT INTO counters VALUES (:id, :room, 0)"), rows)
    app = FastAPI(openapi_url=None)
    state = {"asked": 0}

    def take(body: dict[str, Any]) -> dict[str, Any]:
        state["asked"] += 1
        with database.writing() as connection:
            taken = connection.execute(_TAKE, {"id": state["asked"] % COUNTERS})
        if taken.rowcount != 1:
            raise HTTPException(409)
        return {"taken": len(body)}

    app.post("/claim", status_code=201)(take)
    return app
