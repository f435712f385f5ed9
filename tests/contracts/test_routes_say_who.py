"""Nothing is open by default: every route says who may use it, and an application with one that does not is not made."""

import pytest
from fastapi import APIRouter

from api.app import create_app
from api.security import allowed, permissions_asked, refuse_open_routes
from riskmon.domain.access import Permission
from riskmon.settings import Settings


@pytest.fixture
def app():
    return create_app(Settings())


def test_every_route_says_who_may_use_it_and_one_that_changes_something_more_than_reading(app):
    for path, methods, permissions in permissions_asked(app):
        assert permissions, path
        if methods - {"GET", "HEAD"}:
            assert permissions - {Permission.READ}, path


def test_an_application_with_a_route_that_says_nothing_is_not_made(app):
    router = APIRouter()
    router.add_api_route("/guarded", lambda: None, dependencies=[allowed(Permission.CHECK)])
    app.include_router(router, prefix="/v1")
    refuse_open_routes(app)

    router.add_api_route("/forgotten", lambda: None)
    with pytest.raises(RuntimeError, match="/v1/forgotten"):
        refuse_open_routes(app)
