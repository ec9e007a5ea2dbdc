"""What programs do not take: values, keys of files, options, names; and when nothing is said."""

from __future__ import annotations

import pytest

from mblint.facts.programs.file_keys import unknown_words
from mblint.facts.programs.forms import FORMS
from mblint.facts.programs.refused import refused_settings
from mblint.facts.software import running_programs
from tests.facts.worlds import world

POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app}}
spec:
  selector: {{matchLabels: {{app: app}}}}
  template:
    metadata: {{labels: {{app: app}}}}
    spec:
      volumes: [{{name: config, {volume}}}]
      containers:
        - name: app
          image: {image}
          {command}
          args: {args}
          env: {env}
          volumeMounts: [{{name: config, mountPath: {folder}}}]
---
apiVersion: v1
kind: {kind}
metadata: {{name: config}}
{data}
"""


def pod(image: str, **given: str) -> str:
    """A Deployment of one container, with a file."""
    fields = {
        **{"volume": "configMap: {name: config}", "command": "", "args": "[]", "env": "[]", "folder": "/etc/app"},
        **{"kind": "ConfigMap", "data": "data: {}"},
        **given,
    }
    return POD.format(image=image, **fields)


def refused(text: str) -> list[str]:
    """What is refused, as messages call it."""
    return [row.what for row in refused_settings(world(text)) if row.verdict == "refused"]


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("number", ["0", "-3", "12"], ["1.5", "3s", "three"]),
        ("port", ["1", "8080", "65535"], ["0", "65536", "tcp://10.0.0.1:80", ":80"]),
        ("boolean", ["true", "False"], ["yes", "1", "on"]),
        ("go-boolean", ["1", "t", "TRUE"], ["yes", "tRUE"]),
        ("url", ["postgres://db/x", "https://a.example.org"], ["db:5432", "//db"]),
        ("http-url", ["http://a", "HTTPS://a"], ["ftp://a", "a.example.org"]),
        ("host", ["a.example.org", "10.0.0.1"], ["a:80", "http://a", "a/b"]),
        ("go-duration", ["0", "1h30m", "1.5s", "-2ms"], ["30", "1d", "5 m"]),
        ("date", ["2024-01-31"], ["0", "2024-1-31"]),
    ],
)
def test_forms_of_values(form: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not FORMS[form].pattern.fullmatch(text)] == []
    assert [text for text in wrong if FORMS[form].pattern.fullmatch(text)] == []


@pytest.mark.parametrize(
    ("image", "value", "is_refused"),
    [
        ("quay.io/keycloak/keycloak:25.0.6", "edge", True),
        ("quay.io/keycloak/keycloak:25.0.6", "XForwarded", False),
        ("quay.io/keycloak/keycloak:25.0.6", "", False),  # set to nothing
        ("quay.io/keycloak/keycloak:25.0.6", "${MODE}", False),  # filled in later
        ("quay.io/keycloak/keycloak:stable", "edge", False),  # a version that nobody knows
        ("quay.io/keycloak/keycloak:latest", "edge", True),  # the newest, which knows no such value either
        ("registry.example/own/keycloak:25.0.6", "edge", False),  # somebody's own build
    ],
)
def test_a_value_is_refused_only_where_it_is_known(image: str, value: str, is_refused: bool) -> None:
    text = pod(image, args="[start]", env=f"[{{name: KC_PROXY_HEADERS, value: '{value}'}}]")
    assert refused(text) == (["the value of KC_PROXY_HEADERS"] if is_refused else [])


def test_a_key_of_a_secret_file_is_named_and_a_name_in_it_is_not() -> None:
    text = pod(
        "prom/alertmanager:v0.27.0",
        folder="/etc/alertmanager",
        volume="secret: {secretName: config}",
        kind="Secret",
        data='stringData: {alertmanager.yml: "route: {receiver: s3cr3t}\\nreceivers: [{name: ops}]\\nroutes: []"}',
    )
    said = [row for one in running_programs(world(text)) for row in unknown_words(one)]
    assert [row.what for row in said] == [
        "routes in /etc/alertmanager/alertmanager.yml",
        "a name at route.receiver in /etc/alertmanager/alertmanager.yml",
    ]
    assert "s3cr3t" not in " ".join(f"{row.what} {row.setting} {row.otherwise}" for row in said)


@pytest.mark.parametrize(
    "config",
    ["'{{ template }}\\nglobals: {}'", "'a: [b'", "'globals: &x {}'"],
)
def test_a_file_that_is_no_plain_yaml_is_judged_by_its_keys_alone(config: str) -> None:
    data = f'data: {{prometheus.yml: "{config[1:-1]}"}}'
    found = refused(pod("prom/prometheus:v3.4.1", folder="/etc/prometheus", data=data))
    assert found == (["globals in /etc/prometheus/prometheus.yml"] if "&x" in config else [])


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ('["--config.file=/a", "--storage.tsdb.retention.times=15d"]', ["--storage.tsdb.retention.times"]),
        ('["--config.file", "/a", "--no-web.enable-lifecycle", "--help"]', []),
        ('["sh", "-c", "prometheus --wrong"]', []),
    ],
)
def test_an_option_that_a_program_does_not_have(args: str, found: list[str]) -> None:
    assert refused(pod("prom/prometheus:v3.4.1", args=args)) == found


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ("[{name: GF_SEVER_ROOT_URL, value: a}]", ["the variable GF_SEVER_ROOT_URL"]),
        ("[{name: GF_SEVER_ROOT_URL, value: a}, {name: GF_SERVER_ROOT_URL, value: b}]", []),  # the right one is set
        ("[{name: GF_SEVER_ROOT_URL, value: a}, {name: X, value: $(GF_SEVER_ROOT_URL)}]", []),  # for another value
        ("[{name: GF_SERVERS_ROOT_URL, value: a}]", []),  # a plural may be another name
        ("[{name: GF_SERVER__ROOT_URL, value: a}]", ["the variable GF_SERVER__ROOT_URL"]),
    ],
)
def test_a_variable_that_is_nearly_one_that_is_read(env: str, found: list[str]) -> None:
    assert refused(pod("grafana/grafana:11.4.0", env=env)) == found


def test_what_env_from_brings_may_be_meant_for_others() -> None:
    shared = pod("postgres:17.5", data="data: {POSTGRES_DATABASE: shop}").replace(
        "env: []", "envFrom: [{configMapRef: {name: config}}]"
    )
    assert refused(shared) == []
    assert refused(pod("postgres:17.5", env="[{name: POSTGRES_DATABASE, value: shop}]")) == [
        "the variable POSTGRES_DATABASE"
    ]
