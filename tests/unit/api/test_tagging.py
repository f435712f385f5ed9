"""Entity tags: what has not changed need not be read again."""

import pytest

PATHS = ("/v1/runs", "/v1/headroom", "/v1/obligors/P1", "/v1/assessments")


@pytest.mark.parametrize("path", PATHS)
def test_who_names_the_tag_of_an_answer_is_told_that_it_has_not_changed(client, path):
    first = client.get(path)
    tag = first.headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert "content-type" not in again.headers
    assert again.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("known", ['"other"', "", "nonsense", ","])
def test_who_names_another_tag_gets_the_whole(client, known):
    whole = client.get("/v1/runs")
    again = client.get("/v1/runs", headers={"If-None-Match": known})
    assert (again.status_code, again.json()) == (200, whole.json())


def test_one_of_several_tags_is_enough_and_a_weak_one_counts(client):
    tag = client.get("/v1/runs").headers["etag"]
    for named in (f'"other", {tag}', f"W/{tag}", "*"):
        assert client.get("/v1/runs", headers={"If-None-Match": named}).status_code == 304


def test_other_contents_have_other_tags_and_refusals_have_none(client):
    tags = {client.get(path).headers["etag"] for path in PATHS}
    assert len(tags) == len(PATHS)
    refused = client.get("/v1/obligors/nobody", headers={"If-None-Match": "*"})
    assert refused.status_code == 404
    assert "etag" not in refused.headers
