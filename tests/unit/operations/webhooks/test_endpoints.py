"""The file of endpoints: what is wrong in it is said, and no secret ever is."""

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.webhooks import read_endpoints

SECRET = "whsec_bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4="
GOOD = '[[endpoint]]\nid = "core"\nurl = "https://core.example/hook"\nsecret_files = ["core.secret"]\n'


def file_of(tmp_path, text, secret=SECRET):
    (tmp_path / "core.secret").write_text(secret)
    (tmp_path / "webhooks.toml").write_text(text)
    return tmp_path / "webhooks.toml"


def test_no_file_is_no_endpoint():
    assert read_endpoints(None) == ()


def test_secrets_are_found_beside_the_file(tmp_path):
    (endpoint,) = read_endpoints(file_of(tmp_path, GOOD))
    assert endpoint.secret_files == (tmp_path / "core.secret",)
    assert SECRET not in repr(endpoint)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[endpoint]", "cannot be used"),
        (GOOD.replace("https", "http"), "must be an https address"),
        (GOOD.replace("https://core", "https://user:pass@core"), "no user and no password"),
        (GOOD.replace("https://core.example/hook", "file:///etc/passwd"), "must be an https address"),
        (GOOD.replace('id = "core"', 'id = "Core 1"'), "endpoint.0.id"),
        (GOOD + 'colour = "red"\n', "endpoint.0.colour"),
        (GOOD.replace('["core.secret"]', "[]"), "endpoint.0.secret_files"),
        (GOOD + GOOD, "core stands in it twice"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(tmp_path, text, said):
    with pytest.raises(CallerError, match=said):
        read_endpoints(file_of(tmp_path, text))


@pytest.mark.parametrize(
    "secret", ["", "bm5ubm5u", "whsec_", "whsec_not base64 ÿ", "whsec_a", SECRET[:34], SECRET[6:]]
)
def test_a_secret_that_cannot_sign_is_refused_without_being_told(tmp_path, secret):
    with pytest.raises(CallerError, match=r"secret .* cannot be used") as refused:
        read_endpoints(file_of(tmp_path, GOOD, secret))
    assert "bm5u" not in str(refused.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CallerError, match="cannot be used"):
        read_endpoints(tmp_path / "none.toml")
