import pytest

from riskmon.operations.read import Snapshots
from tests.snapshot_builder import write_snapshot


@pytest.fixture
def snapshots(tmp_path):
    write_snapshot(tmp_path)
    return Snapshots(tmp_path)
