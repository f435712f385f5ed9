from pathlib import Path

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.settings import read_settings
from riskmon.settings import Settings


def test_nothing_is_open_where_nothing_is_set(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RISKMON_{name.upper()}", raising=False)
    settings = read_settings()

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.data_dir == Path("riskmon-data")


def test_the_environment_is_read_under_our_prefix(monkeypatch):
    monkeypatch.setenv("RISKMON_DATA_DIR", "/srv/snapshots")
    monkeypatch.setenv("RISKMON_ALLOWED_HOSTS", '["risk.bank.example"]')

    assert read_settings().data_dir == Path("/srv/snapshots")
    assert read_settings().allowed_hosts == {"risk.bank.example"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "risk.bank.example", ""])
def test_only_a_loopback_address_can_be_listened_on(monkeypatch, host):
    monkeypatch.setenv("RISKMON_HOST", host)

    with pytest.raises(CallerError, match="RISKMON_HOST"):
        read_settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.53"])
def test_every_loopback_address_can_be_listened_on(monkeypatch, host):
    monkeypatch.setenv("RISKMON_HOST", host)

    assert read_settings().host == host


def test_a_page_size_beyond_the_described_bound_is_refused(monkeypatch):
    monkeypatch.setenv("RISKMON_PAGE_SIZE_MAX", "201")

    with pytest.raises(CallerError, match="RISKMON_PAGE_SIZE_MAX"):
        read_settings()
