import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from riskmon.settings import Settings
from tests.snapshot_builder import write_snapshot


@pytest.fixture
def app(tmp_path):
    write_snapshot(tmp_path)
    return create_app(Settings(data_dir=tmp_path))


@pytest.fixture
def client(app):
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client
