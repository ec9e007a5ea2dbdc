from __future__ import annotations

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Requirement, Selector
from mblint.cluster.policies.run_time_labels import Match, match_pods, run_time_labels, set_at_run_time, templates_tell
from mblint.shipped import rules_directory, schemas_directory

from .views import view


def test_the_table_is_what_its_schema_says() -> None:
    schema = json.loads((schemas_directory() / "run-time-labels.schema.json").read_text(encoding="utf-8"))
    table = yaml.safe_load((rules_directory() / "tables" / "run-time-labels.yaml").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(table)
    assert len({row.label for row in run_time_labels()}) == len(run_time_labels())


@pytest.mark.parametrize(
    ("key", "value", "known"),
    [
        ("pod-template-hash", "6f", True),
        ("cnpg.io/cluster", "docs", True),
        ("batch.kubernetes.io/job-name", None, True),
        ("job-name", "migrate", True),
        ("statefulset.kubernetes.io/pod-name", "db-0", True),
        ("apps.kubernetes.io/pod-index", "0", True),
        ("role", "primary", True),
        ("role", "frontend", False),
        ("role", None, True),
        ("app.kubernetes.io/name", "web", False),
    ],
)
def test_labels_of_run_time_are_known_by_key_and_value(key: str, value: str | None, known: bool) -> None:
    assert (set_at_run_time(key, value) is not None) is known


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        (Selector({"app": "web"}, ()), True),
        (Selector({}, ()), True),
        (Selector({"app": "web", "role": "frontend"}, ()), True),
        (Selector({"app": "web", "role": "primary"}, ()), False),
        (Selector({}, (Requirement("app", "Exists", ()),)), True),
        (Selector({}, (Requirement("app", "Exists", ()), Requirement("job-name", "DoesNotExist", ()))), False),
    ],
)
def test_templates_tell_where_no_label_comes_at_run_time(selector: Selector, told: bool) -> None:
    assert templates_tell(selector) is told


def _workload(kind: str, replicas: int | None = 2) -> Workload:
    version = "batch/v1" if kind == "Job" else "apps/v1"
    count = "" if kind == "Job" or replicas is None else f"replicas: {replicas},"
    template = "template: {metadata: {labels: {app: db}}, spec: {containers: [{name: main, image: example}]}}"
    text = f"{{apiVersion: {version}, kind: {kind}, metadata: {{name: db}}, spec: {{{count} {template}}}}}"
    return view(text).workloads[0]


POD_NAME = "statefulset.kubernetes.io/pod-name"
INDEX = "apps.kubernetes.io/pod-index"
HASH = "pod-template-hash"


@pytest.mark.parametrize(
    ("kind", "requirement", "match"),
    [
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-0",)), Match.SOME),
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-0", "db-1")), Match.YES),
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-2",)), Match.NO),
        ("StatefulSet", Requirement(POD_NAME, "NotIn", ("db-0",)), Match.SOME),
        ("StatefulSet", Requirement(POD_NAME, "NotIn", ("db-0", "db-1")), Match.NO),
        ("StatefulSet", Requirement(POD_NAME, "Exists", ()), Match.YES),
        ("StatefulSet", Requirement(POD_NAME, "DoesNotExist", ()), Match.NO),
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-01",)), Match.NO),
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-x",)), Match.NO),
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-", "db-²")), Match.NO),
        ("StatefulSet", Requirement(POD_NAME, "In", ("db-" + 5000 * "9",)), Match.NO),  # more digits than int() takes
        ("StatefulSet", Requirement(INDEX, "In", ("1",)), Match.SOME),
        ("Deployment", Requirement(POD_NAME, "In", ("db-0",)), Match.UNKNOWN),
        ("Job", Requirement("job-name", "In", ("db",)), Match.YES),
        ("Job", Requirement("batch.kubernetes.io/job-name", "In", ("other",)), Match.NO),
        ("Job", Requirement("zone", "Exists", ()), Match.NO),
        ("Deployment", Requirement("job-name", "In", ("db",)), Match.UNKNOWN),
        ("Deployment", Requirement(HASH, "In", ("6f",)), Match.UNKNOWN),
        ("Deployment", Requirement("role", "In", ("primary",)), Match.UNKNOWN),
        ("Deployment", Requirement("role", "In", ("frontend",)), Match.NO),
        ("Deployment", Requirement(HASH, "NotIn", ("6f",)), Match.UNKNOWN),
        ("Deployment", Requirement(HASH, "Exists", ()), Match.UNKNOWN),
        ("Deployment", Requirement("app", "NotIn", ("db",)), Match.NO),
        ("Deployment", Requirement("zone", "NotIn", ("db",)), Match.YES),
        ("Deployment", Requirement("zone", "DoesNotExist", ()), Match.YES),
        ("Deployment", Requirement("zone", "Exists", ()), Match.NO),
        ("Deployment", Requirement("app", "Exists", ()), Match.YES),
    ],
)
def test_expressions_about_labels_of_run_time(kind: str, requirement: Requirement, match: Match) -> None:
    assert match_pods(Selector({}, (requirement,)), _workload(kind)) is match


def test_the_weakest_part_of_a_selector_decides() -> None:
    workload = _workload("StatefulSet")
    assert match_pods(Selector({"app": "db", POD_NAME: "db-0"}, ()), workload) is Match.SOME
    assert match_pods(Selector({"app": "db", POD_NAME: "db-0", HASH: "6f"}, ()), workload) is Match.UNKNOWN
    assert match_pods(Selector({"app": "other", HASH: "6f"}, ()), workload) is Match.NO
    assert match_pods(Selector({POD_NAME: "db-0"}, ()), _workload("StatefulSet", 1)) is Match.YES


def test_a_stateful_set_has_one_pod_unless_it_says_otherwise() -> None:
    assert match_pods(Selector({POD_NAME: "db-0"}, ()), _workload("StatefulSet", None)) is Match.YES


def test_of_a_stateful_set_without_pods_nothing_is_known() -> None:
    assert match_pods(Selector({POD_NAME: "db-0"}, ()), _workload("StatefulSet", 0)) is Match.UNKNOWN
