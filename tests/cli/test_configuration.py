"""`.mblint.yaml`: the loader and the published schema agree, and every mistake has a place."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import fields, replace
from samples import rule

from mblint.cli.configuration import (
    ConfigurationError,
    check_names,
    find_configuration,
    load_configuration,
    read_configuration,
)
from mblint.config import ClusterSettings, Config, WorkloadSettings
from mblint.facts.workers.models.tables import runtimes
from mblint.manifests.read import read_text
from mblint.reports.configuration import NOTHING, render
from mblint.shipped import schemas_directory

SCHEMA = json.loads((schemas_directory() / "config.schema.json").read_text())
TEMPLATE = render(NOTHING)
VALIDATOR = Draft202012Validator(SCHEMA)

FULL = """\
fail-on: warning
rules: {unknown-service: note, oidc-redirect-unrouted: off, dns-blocked: "off", self-made: false}
cluster:
  domain: corp.example
  service-translation: either
  applied-by: manifests
  external-services: ["monitoring/*", "*/redis"]
  browser-domains: ["*.intranet.example"]
  dns-rewrites: {"*.127.0.0.1.sslip.io": traefik.traefik.svc}
  dns-ports: [53, 5353]
  node-cores: 8
  version: v1.33.4
workloads:
  - match: {namespace: docs, name: docs-*}
    runtime: uvicorn
    workers: 4
    startup-cpu-seconds: 5
    memory-mib: 700.5
ignore:
  - rule: egress-blocked
    object: default/Job/drive-superuser*
    host: drive-redis-master
    port: 6379
    reason: The job never opens Redis.
    expires: 2027-03-01
"""

VALID = [
    FULL,
    TEMPLATE,
    "",
    "# nothing\n",
    "rules:\ncluster:\nworkloads:\nignore:\nfail-on:\n",
    "cluster: {domain: null, dns-ports: null, dns-rewrites: null, node-cores: null}",
    "cluster: {node-cores: 2.0}",
    "workloads: [{match: {}}]",
    "workloads: [{match: {name: null}, workers: null}]",
    "ignore: [{rule: a, reason: b, object: null, expires: null}]",
]
INVALID = [
    ("- a\n", "1:1"),
    ("fail_on: error\n", "1:1"),
    ("rules: {}\nclutser:\n  domain: x\n", "2:1"),
    ("fail-on: fatal\n", "1:10"),
    ("fail-on: [error]\n", "1:10"),
    ("rules: [a]\n", "1:8"),
    ("rules:\n  a: loud\n", "2:6"),
    ("rules: {a: true}\n", "1:12"),
    ("rules: {a: 1}\n", "1:12"),
    ("cluster:\n  dmain: x\n", "2:3"),
    ('cluster: {domain: ""}\n', "1:19"),
    ("cluster: {domain: 7}\n", "1:19"),
    ("cluster: {service-translation: never}\n", "1:32"),
    ("cluster: {applied-by: argo}\n", "1:23"),
    ("cluster:\n  external-services: [redis]\n", "2:23"),
    ("cluster:\n  external-services: redis/x\n", "2:22"),
    ("cluster: {browser-domains: [7]}\n", "1:29"),
    ("cluster: {dns-rewrites: {a: 7}}\n", "1:29"),
    ("cluster: {dns-rewrites: [a]}\n", "1:25"),
    ("cluster: {dns-ports: [0]}\n", "1:23"),
    ("workloads:\n  - match: {}\n    runtime: unicorm\n", "3:14"),
    ("cluster: {dns-ports: [65536]}\n", "1:23"),
    ("cluster: {dns-ports: [dns]}\n", "1:23"),
    ("cluster: {node-cores: 0}\n", "1:23"),
    ("cluster: {version: 1.33}\n", "1:20"),
    ('cluster: {version: "33"}\n', "1:20"),
    ("cluster: {node-cores: 1.5}\n", "1:23"),
    ("workloads: {}\n", "1:12"),
    ("workloads: [{workers: 4}]\n", "1:13"),
    ("workloads: [{match: {nmae: a}}]\n", "1:22"),
    ("workloads: [{match: {name: 7}}]\n", "1:28"),
    ("workloads: [{match: {}, workers: 0}]\n", "1:34"),
    ("workloads: [{match: {}, workers: many}]\n", "1:34"),
    ("workloads: [{match: {}, startup-cpu-seconds: 0}]\n", "1:46"),
    ("workloads: [{match: {}, memory-mib: true}]\n", "1:37"),
    ("workloads: [{match: {}, wrokers: 4}]\n", "1:25"),
    ("workloads: [{match: {}, observed: {ready-seconds: [soon]}}]\n", "1:52"),
    ("workloads: [{match: {}, observed: {memory-limit: much}}]\n", "1:50"),
    ("workloads: [{match: {}, observed: {killed: 2}}]\n", "1:36"),
    ("ignore: [{rule: a}]\n", "1:10"),
    ("ignore: [{reason: a}]\n", "1:10"),
    ('ignore: [{rule: a, reason: "  "}]\n', "1:28"),
    ("ignore: [{rule: a, reason: b, host: [x]}]\n", "1:37"),
    ("ignore: [{rule: a, reason: b, host: true}]\n", "1:37"),
    ("ignore: [{rule: a, reason: b, expires: soon}]\n", "1:40"),
]


def as_json(text: str) -> object:
    """The text as an editor's validator sees it."""
    documents = read_text(text, ".mblint.yaml").documents
    return documents[0].value if documents else None


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", VALID)
def test_loader_and_schema_accept(text: str) -> None:
    read_configuration(text)
    VALIDATOR.validate(as_json(text))


@pytest.mark.parametrize(("text", "position"), INVALID)
def test_loader_and_schema_refuse(text: str, position: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_configuration(text)
    assert str(refused.value).startswith(f".mblint.yaml:{position}: ")
    assert not VALIDATOR.is_valid(as_json(text))


def test_every_key_arrives() -> None:
    config = read_configuration(FULL, "x.yaml")
    assert config.fail_on == "warning"
    assert config.rules == {
        "unknown-service": "note",
        "oidc-redirect-unrouted": "off",
        "dns-blocked": "off",
        "self-made": "off",
    }
    assert config.cluster == ClusterSettings(
        domain="corp.example",
        service_translation="either",
        applied_by="manifests",
        external_services=("monitoring/*", "*/redis"),
        browser_domains=("*.intranet.example",),
        dns_rewrites={"*.127.0.0.1.sslip.io": "traefik.traefik.svc"},
        dns_ports=(53, 5353),
        node_cores=8,
        version="1.33",
    )
    assert config.workloads == (WorkloadSettings("docs", "*", "docs-*", "*", "uvicorn", 4, 5.0, 700.5),)
    (ignore,) = config.ignores
    assert (ignore.rule, ignore.object, ignore.reason, ignore.expires) == (
        "egress-blocked",
        "default/Job/drive-superuser*",
        "The job never opens Redis.",
        "2027-03-01",
    )
    assert ignore.facts == {"host": "drive-redis-master", "port": "6379"}


def test_the_template_of_init_says_the_defaults_and_has_every_section() -> None:
    assert read_configuration(TEMPLATE) == replace(Config(), file=".mblint.yaml")
    assert set(as_json(TEMPLATE)) == set(SCHEMA["properties"])  # type: ignore[call-overload]
    keys = {field.name.replace("_", "-") for field in fields(ClusterSettings)}
    assert keys == set(SCHEMA["properties"]["cluster"]["properties"])
    assert all(f"  {key}:" in TEMPLATE for key in keys)


def test_the_examples_in_the_template_are_valid() -> None:
    lines = TEMPLATE.splitlines()
    examples = []
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#  "):  # an example, commented out below an empty section
            examples.append(line.replace("#", "", 1))
        else:
            following = lines[number + 1 : number + 2]
            empty = bool(following) and following[0].lstrip().startswith("#  ")
            examples.append(line.removesuffix(" {}").removesuffix(" []") if empty else line)
    config = read_configuration("\n".join(examples))
    assert config.rules
    assert config.workloads
    assert config.ignores
    assert config.cluster.external_services
    assert config.cluster.dns_rewrites


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clutser: {}\n", "unknown key clutser: did you mean cluster?"),
        ("a: 1\na: 2\n", "more than once"),
        ("fail-on: [\n", ".mblint.yaml:"),
        ("fail-on: error\n---\nfail-on: note\n", ".mblint.yaml:2:1: a configuration is one document"),
    ],
)
def test_messages_help(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\.mblint\.yaml:[0-9]+:[0-9]+: ") as refused:
        read_configuration(text)
    assert message in str(refused.value)


def test_an_ignore_of_a_fact_that_the_rule_does_not_have_is_refused() -> None:
    text = "ignore:\n  - rule: egress-blocked\n    hots: a\n    reason: b\n"
    with pytest.raises(ConfigurationError, match="3:5: egress-blocked has no fact hots: did you mean host") as refused:
        check_names(read_configuration(text), [rule()])
    assert ".mblint.yaml:3:5" in str(refused.value)
    check_names(read_configuration(text.replace("hots", "host")), [rule()])


def test_a_rule_that_does_not_exist_is_refused_where_it_is_named() -> None:
    text = "rules:\n  egress-blokced: off\n"
    with pytest.raises(ConfigurationError, match="2:3: unknown rule egress-blokced: did you mean egress-blocked"):
        check_names(read_configuration(text), [rule()])


def test_the_nearest_file_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / ".mblint.yaml").write_text("fail-on: note\n")
    assert find_configuration(inner) == Path("../../.mblint.yaml")
    (inner / ".mblint.yaml").write_text("fail-on: never\n")
    assert find_configuration(inner) == Path(".mblint.yaml")
    assert load_configuration(inner / ".mblint.yaml").fail_on == "never"


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.yaml: No such file"):
        load_configuration(tmp_path / "none.yaml")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00\x01\x02")
    with pytest.raises(ConfigurationError, match="bytes:"):
        load_configuration(tmp_path / "bytes")


def test_the_schema_knows_every_runtime() -> None:
    for runtime in runtimes():
        text = f"workloads: [{{match: {{}}, runtime: {runtime.name}}}]\n"
        assert read_configuration(text).workloads[0].runtime == runtime.name
        VALIDATOR.validate(as_json(text))
