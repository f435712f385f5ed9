import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from riskmon.settings import Settings
from tests.signing_in import signed_in
from tests.snapshot_builder import write_snapshot


@pytest.fixture
def app(tmp_path):
    write_snapshot(tmp_path)
    return create_app(Settings(data_dir=tmp_path))


@pytest.fixture
def client(app, tmp_path):
    headers = signed_in(tmp_path)
    with TestClient(
        app, base_url="http://127.0.0.1:8000", headers=headers, raise_server_exceptions=False
    ) as client:
        yield client
