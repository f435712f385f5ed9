"""The client against a real server: it says all that the API says, signs in, goes on where it was cut, and tells why not."""

import inspect
import json
import socket
import threading
from pathlib import Path

import pytest

from api.app import create_app
from api.client import Client, RefusedError, UnreachableError, transport
from api.client.transport import Transport
from api.schemas.queries import BreachQuery, ConnectionQuery, PageQuery
from riskmon.domain.access import Role
from riskmon.operations.assessments import database_place
from riskmon.operations.checks import Deal
from riskmon.settings import Settings
from riskmon.store.schema import open_to_write
from tests.serving import served
from tests.signing_in import everybody
from tests.snapshot_builder import write_snapshot
from tests.unit.api.test_events import happened

DESCRIPTION = Path(__file__).parents[3] / "openapi.json"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_snapshot(folder)
    return folder


@pytest.fixture(scope="module")
def keys(data):
    return {role: header["Authorization"].removeprefix("Bearer ") for role, header in everybody(data).items()}


@pytest.fixture(scope="module")
def address(data, keys):
    with served(create_app(Settings(data_dir=data))) as found:
        yield found


@pytest.fixture
def riskmon(address, keys):
    with Client(address, keys[Role.RISK_OFFICER]) as client:
        yield client


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(transport, "WAITS", (0.0, 0.0))


def test_every_operation_of_the_description_has_a_method_of_its_name_and_no_method_has_none():
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    operations = {each["operationId"] for methods in described.values() for each in methods.values()}
    own = {name for name, _ in inspect.getmembers(Client, inspect.isfunction)}
    methods = {name for name in own - set(dir(Transport)) if not name.startswith("_")}
    assert methods == operations


def test_everything_that_is_listed_can_be_read(riskmon):
    lists = [name for name in dir(riskmon) if name.startswith("list_")]
    for name in lists:
        if name not in ("list_events", "list_deliveries", "list_audit"):
            list(getattr(riskmon, name)())
    assert {"list_groups", "list_headroom", "list_events"} <= set(lists)
    assert riskmon.list_events().items == []
    assert riskmon.get_health().status == "ok"


def test_an_auditor_reads_the_audit(address, keys):
    with Client(address, keys[Role.AUDITOR]) as auditor:
        assert any(each.action.startswith("key.") for each in auditor.list_audit().items)
        assert auditor.get_audit_head().position >= 1


def test_what_has_an_id_can_be_read_by_it(riskmon):
    run = next(riskmon.list_runs())
    assert riskmon.get_run(run.run_id).run_id == riskmon.get_readiness().run_id == run.run_id
    group = next(riskmon.list_groups())
    assert riskmon.get_group(group.group_id).group.group_id == group.group_id
    limit = next(riskmon.list_limits())
    assert riskmon.get_limit(limit.book_id, limit.limit_id).limit.clause == limit.clause
    obligor = next(riskmon.list_obligors())
    assert riskmon.get_obligor(obligor.obligor_id).party.party_id == obligor.obligor_id
    facility = next(riskmon.list_facilities())
    assert riskmon.get_facility(facility.facility_id).facility.facility_id == facility.facility_id
    book = next(riskmon.list_rulebooks())
    assert riskmon.get_rulebook(book.book_id).book.book_id == book.book_id


def test_a_list_is_read_to_its_end_whatever_the_size_of_its_pages(riskmon):
    whole = list(riskmon.list_headroom())
    from api.schemas.queries import HeadroomQuery

    assert len(whole) > 2
    assert list(riskmon.list_headroom(HeadroomQuery(limit=1))) == whole
    hard = list(riskmon.list_breaches(BreachQuery(is_hard=True)))
    assert hard == [each for each in riskmon.list_breaches() if each.is_hard]


def test_a_refusal_says_why_and_what_to_do(riskmon, address, keys):
    with pytest.raises(RefusedError, match="nobody") as refused:
        riskmon.get_obligor("nobody")
    assert refused.value.problem.type == "urn:riskmon:problem:not_found"
    assert refused.value.problem.status == 404
    with Client(address, "rkm_unknown_key") as stranger, pytest.raises(RefusedError) as refused:
        next(stranger.list_runs(PageQuery()))
    assert refused.value.problem.status == 401
    with Client(address, keys[Role.ADMINISTRATOR]) as other, pytest.raises(RefusedError) as refused:
        other.get_connection(ConnectionQuery(party_id="P1", other_id="P2", book_id="example_policy"))
    assert refused.value.problem.status == 403


def test_an_id_with_anything_in_it_stays_one_part_of_the_path(riskmon):
    for strange in ("a/b", "a?b=c", "a#b", "..", "a%2Fb", "集团"):
        with pytest.raises(RefusedError) as refused:
            riskmon.get_run(strange)
        assert refused.value.problem.status == 404, strange


def test_nobody_at_the_address_and_something_else_there_are_told_apart_from_a_refusal():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
    with (
        Client(f"http://127.0.0.1:{closed}", "rkm_a_b") as client,
        pytest.raises(UnreachableError, match="ConnectError"),
    ):
        client.get_health()


def test_a_deal_is_asked_about_and_what_cannot_be_answered_is_told(address, keys):
    deal = Deal(obligor_id="nobody", product="loan", amount="1.00", currency="CNY")
    with Client(address, keys[Role.WORKFLOW_SYSTEM]) as client, pytest.raises(RefusedError) as refused:
        client.check_deals(deal, lang="zh")
    # The snapshot of these tests was made by hand, and its books are none that the package has.
    assert "Run again" in refused.value.problem.remedy


def test_what_happens_is_told_as_it_happens(riskmon, data):
    database = open_to_write(database_place(data))
    happened(database, "D-1", "D-2")
    told = riskmon.stream_events(after=0)
    assert [next(told).subject, next(told).subject] == ["D-1", "D-2"]
    threading.Timer(0.1, happened, (database, "D-3")).start()
    assert next(told).subject == "D-3"
    told.close()
    again = riskmon.stream_events(after=2)
    assert next(again).sequence == 3
    again.close()
    database.close()
