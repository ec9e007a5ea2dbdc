"""Origins that a program trusts: what is none, what nothing serves, and what is missing."""

from __future__ import annotations

import pytest

from mblint.facts.names.origins import trusted_origins
from tests.facts.names.served_apps import ingress, served
from tests.facts.worlds import world

APP = "registry/survey:1"
DJANGO = {"DJANGO_SETTINGS_MODULE": "survey.settings"}


def verdicts(origins: str, *, tls: bool = True, **more: str) -> dict[str, str]:
    env = {**DJANGO, "CSRF_TRUSTED_ORIGINS": origins, **more}
    rows = trusted_origins(world(served(APP, env, ingress("survey.example.org", tls=tls))))
    return {row.name: row.problem or row.verdict for row in rows}


@pytest.mark.parametrize(
    ("origin", "problem"),
    [
        ("survey.example.org", "has no scheme"),
        ("https://survey.example.org/", "ends in a slash"),
        ("https://survey.example.org/login", "has a path"),
        ("https://survey.example.org", "offered"),
        ("https://*.example.org", "offered"),
    ],
)
def test_what_is_an_origin(origin: str, problem: str) -> None:
    assert verdicts(origin)[origin] == problem


def test_the_scheme_counts() -> None:
    assert verdicts("http://survey.example.org")["https://survey.example.org"] == "missing"
    assert "https://survey.example.org" not in verdicts("http://survey.example.org", tls=False)


def test_an_application_that_believes_its_proxy_needs_no_own_origin() -> None:
    believes = verdicts("https://other.example.net", SECURE_PROXY_SSL_HEADER="HTTP_X_FORWARDED_PROTO,https")
    assert believes == {"https://other.example.net": "unserved"}
    assert verdicts("https://other.example.net")["https://survey.example.org"] == "missing"


def test_an_address_whose_origin_is_trusted_is_called_by_its_own_name() -> None:
    env = {"PAPERLESS_URL": "https://papers.example.net"}
    rows = trusted_origins(world(served("paperlessngx/paperless-ngx:2.20.15", env, ingress("papers.example.org"))))
    assert [(row.settings, row.verdict) for row in rows] == [("PAPERLESS_URL", "missing")]
