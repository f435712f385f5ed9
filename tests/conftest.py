"""What all tests share: both stores, real ones, and properties without a deadline."""

import pytest
from hypothesis import settings

from riskmon.store.database import place_of
from riskmon.store.schema import upgrade
from tests import postgres

# A loaded machine is no fault of the code.
settings.register_profile("riskmon", deadline=None)
settings.load_profile("riskmon")


@pytest.fixture(scope="session")
def postgres_server():
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server):
    with postgres.new_database(postgres_server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """The address of an empty database, on each store in turn."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'store' / 'riskmon.sqlite'}"


@pytest.fixture
def store_place(store_url, tmp_path):
    """A database of this version on each store in turn."""
    place = place_of(tmp_path, store_url)
    upgrade(place)
    return place
