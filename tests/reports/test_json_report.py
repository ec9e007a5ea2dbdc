"""The JSON report is what its schema says, and the same for the same input."""

import json

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from samples import blocked, document, finding, judged, report, rule

from mblint.cluster.objects import ObjectId
from mblint.cluster.secrets import SecretText
from mblint.findings.collect import collect
from mblint.findings.finding import Ignored, Report, Stats
from mblint.findings.values import plain
from mblint.manifests.documents import InputError
from mblint.reports.json import render
from mblint.shipped import schemas_directory

SCHEMA = json.loads((schemas_directory() / "report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
FULL = replace(
    report(finding()),
    errors=(InputError("a.yaml", None, None, "no such file"), InputError("-", 3, 1, "broken")),
    ignored=(Ignored("egress-blocked", ObjectId("a", "Job", "c"), "annotation", "why"),),
)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("one", [report(), FULL])
def test_every_report_is_valid(one: Report) -> None:
    VALIDATOR.validate(json.loads(render(one)))


@pytest.mark.parametrize("part", ["findings", "errors", "ignored"])
def test_the_schema_refuses_what_is_not_in_the_contract(part: str) -> None:
    data = json.loads(render(FULL))
    data[part][0]["extra"] = 1
    assert not VALIDATOR.is_valid(data)


def test_a_finding_has_the_fields_of_the_contract() -> None:
    data = json.loads(render(FULL))
    found = data["findings"][0]
    assert found["object"] == {"kind": "Deployment", "namespace": "default", "name": "web", "container": "app"}
    assert found["location"] == {"file": "-", "line": 14, "column": 22, "source": "shop/templates/web.yaml"}
    assert found["facts"] == {
        "host": "auth",
        "port": 80,
        "pod_port": 8080,
        "server": "default/StatefulSet/auth",
        "settings": ["TOKEN_URL", "USER_URL"],
    }
    assert data["stats"] == {
        "objects": 352,
        "skipped": 2,
        "unknown": [],
        "dependencies": {"allowed": 47, "egress-denied": 8, "unknown": 3},
    }


def test_dependencies_are_counted_where_there_are_none() -> None:
    empty = replace(FULL, stats=Stats(1, 0, {"dns": {"allowed": 1}}))
    assert json.loads(render(empty))["stats"] == {
        "objects": 1,
        "skipped": 0,
        "unknown": [],
        "dependencies": {},
        "dns": {"allowed": 1},
    }


def test_the_same_findings_give_the_same_bytes() -> None:
    def one() -> str:
        where = document()
        return render(report(*collect(judged(blocked(where), blocked(where, 1, "USER_URL")))))

    assert one() == one()


def test_control_characters_stay_escaped() -> None:
    text = render(report(finding("\x1b\x7f\x9b\u202e")))
    assert json.loads(text)["findings"][0]["message"] == "\x1b\x7f\x9b\u202e"
    assert text.isprintable() or set(text) - {"\n"} == {c for c in text if c.isprintable()}


def test_nested_values_become_objects_and_secrets_stay_hidden() -> None:
    assert plain((ObjectId("a", "b", "c"), SecretText("hunter2"))) == ["a/b/c", "‹secret›"]
    assert plain(rule().judge[0].when) == {"field": "verdict", "values": ["egress-denied"]}
