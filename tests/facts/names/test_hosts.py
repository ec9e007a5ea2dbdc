"""Hosts of routes and probes against the hosts that a program allows."""

from __future__ import annotations

import pytest

from mblint.facts.names.host_patterns import is_meant, without_port
from mblint.facts.names.hosts import allowed_hosts
from mblint.remedies.edits import Change
from mblint.software.network import Hosts
from tests.facts.names.served_apps import ingress, served
from tests.facts.worlds import world

APP = "registry/survey:1"
DJANGO = {"DJANGO_SETTINGS_MODULE": "survey.settings"}


def verdicts(text: str) -> dict[str, str]:
    return {row.name: row.verdict for row in allowed_hosts(world(text))}


@pytest.mark.parametrize(
    ("element", "entry", "meant"),
    [
        ("docs.example.org", Hosts(setting="X"), True),
        ("docs.example.org:8443", Hosts(setting="X"), True),
        ("example.org", Hosts(setting="X"), False),
        (".example.org", Hosts(setting="X", subdomains="."), True),
        (".example.org", Hosts(setting="X"), False),
        ("*.example.org", Hosts(setting="X", subdomains=("*.",)), True),
        ("*", Hosts(setting="X", wildcard="*"), True),
        ("docs.*.org", Hosts(setting="X", form="glob"), True),
        ("https://docs.example.org/", Hosts(setting="X", form="origin"), True),
        (r"^.+\.example\.org$", Hosts(setting="X", form="regex"), True),
        (r"^.+\.example\.com$", Hosts(setting="X", form="regex"), False),
        ("example.org", Hosts(setting="X", form="domain"), True),
        ("ample.org", Hosts(setting="X", form="domain"), False),
    ],
)
def test_what_an_element_means(element: str, entry: Hosts, meant: bool) -> None:
    assert is_meant("docs.example.org", element, entry) is meant


@pytest.mark.parametrize(
    ("host", "name"), [("a.example:80", "a.example"), ("a.example", "a.example"), ("[::1]:80", "[::1]"), ("::1", "::1")]
)
def test_a_host_without_its_port(host: str, name: str) -> None:
    assert without_port(host) == name


@pytest.mark.parametrize("value", ["survey.example.org", "a.example, survey.example.org", '["survey.example.org"]'])
def test_a_list_is_read_however_it_is_written(value: str) -> None:
    text = served(APP, {**DJANGO, "ALLOWED_HOSTS": value}, ingress("survey.example.org", "other.example.org"))
    assert verdicts(text) == {"survey.example.org": "offered", "other.example.org": "missing"}


def test_a_part_that_is_filled_later_leaves_it_open() -> None:
    text = served(APP, {**DJANGO, "ALLOWED_HOSTS": "{{ host }}"}, ingress("survey.example.org"))
    assert verdicts(text) == {"survey.example.org": "unknown"}


def test_patterns_of_hosts_and_routes_that_change_the_host_are_not_judged() -> None:
    env = {**DJANGO, "ALLOWED_HOSTS": "survey.example.org"}
    assert verdicts(served(APP, env, ingress("*.example.net"))) == {}
    changed = ingress("other.example", annotations="{nginx.ingress.kubernetes.io/upstream-vhost: survey.example.org}")
    assert verdicts(served(APP, env, changed)) == {}


def test_all_hosts_of_a_list_count_for_the_level() -> None:
    env = {**DJANGO, "ALLOWED_HOSTS": "survey.example.org"}
    rows = list(allowed_hosts(world(served(APP, env, ingress("survey.example.org", "b.example.org")))))
    assert [(row.name, row.none_allowed) for row in rows] == [
        ("survey.example.org", False),
        ("b.example.org", False),
    ]


def test_a_slip_of_the_hand_is_mended() -> None:
    env = {**DJANGO, "ALLOWED_HOSTS": "survye.example.org"}
    (row,) = allowed_hosts(world(served(APP, env, ingress("survey.example.org"))))
    assert row.nearest == "survye.example.org"
    (edit,) = row.edits
    assert isinstance(edit, Change)
    assert "survey.example.org" in str(edit)


def test_the_hosts_of_a_secret_are_compared_and_not_shown() -> None:
    text = served(APP, DJANGO, ingress("survey.example.org")).replace(
        "value: 'survey.settings'}",
        "value: 'survey.settings'}, {name: ALLOWED_HOSTS, valueFrom: {secretKeyRef: {name: hosts, key: hosts}}}",
    )
    secret = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: hosts}\nstringData: {hosts: hidden.example.org}\n"
    (row,) = allowed_hosts(world(text + secret))
    assert row.verdict == "missing"
    assert not any("hidden" in str(getattr(row, name)) for name in ("offered", "there_are", "settings", "nearest"))


def test_only_the_container_that_the_route_reaches_is_asked() -> None:
    env = {**DJANGO, "ALLOWED_HOSTS": "backend"}
    text = served(APP, env, ingress("survey.example.org"))
    beside = text.replace("name: main,", "name: main, ", 1).replace(
        "containers: [{", "containers: [{name: proxy, image: nginx, ports: [{name: http, containerPort: 80}]}, {", 1
    )
    assert verdicts(text) == {"survey.example.org": "missing"}
    assert verdicts(beside.replace("{name: http, containerPort: 8080}", "{name: app, containerPort: 8080}")) == {}
