"""A fingerprint is of the root cause, and of nothing else."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WEB, blocked, document, judged

from mblint import lint
from mblint.cluster.stable_names import stable_name
from mblint.findings.collect import collect
from mblint.findings.fingerprint import fingerprint, root_cause
from mblint.judge.values import FieldValue


def identity(rule: str, values: Sequence[FieldValue]) -> str:
    return fingerprint(root_cause(rule, values))


def test_it_is_hexadecimal() -> None:
    assert re.fullmatch("[0-9a-f]{64}", identity("rule", ["a", 80, None]))


def test_it_survives_line_shifts_files_and_the_order_of_facts() -> None:
    here, below = document(WEB, "-"), document("\n# a comment\n\n" + WEB, "render.yaml")
    one = collect(judged(blocked(here, 0), blocked(here, 1)))[0]
    other = collect(judged(blocked(below, 1), blocked(below, 0)))[0]
    assert one.location.line != other.location.line
    assert one.fingerprint == other.fingerprint


def test_it_differs_by_rule_and_by_each_value() -> None:
    assert len({identity(name, [value]) for name in ("a", "b") for value in ("x", "y", None)}) == 6


def test_values_do_not_run_into_each_other() -> None:
    assert identity("rule", ["ab", "c"]) != identity("rule", ["a", "bc"])


def test_the_order_within_a_list_does_not_matter() -> None:
    assert identity("rule", [("a", "b")]) == identity("rule", [("b", "a")])


@pytest.mark.parametrize(
    ("name", "stable"),
    [
        ("docs/Job/docs-backend-migrate-1795486422", "docs/Job/docs-backend-migrate"),
        ("docs/Job/migrate-20260727-101112", "docs/Job/migrate"),
        ("docs/Job/migrate-7f9c2ba4", "docs/Job/migrate"),
        ("docs/Job/keycloak-keycloak-config-cli", "docs/Job/keycloak-keycloak-config-cli"),
        ("docs/Job/build-facade", "docs/Job/build-facade"),
        ("docs/Job/v2-import", "docs/Job/v2-import"),
        ("docs/CronJob/backup-1795486422", "docs/CronJob/backup"),
        ("docs/Deployment/web-1795486422", "docs/Deployment/web-1795486422"),
        ("docs/Job/1795486422", "docs/Job/1795486422"),
    ],
)
def test_what_changes_in_job_names_does_not_count(name: str, stable: str) -> None:
    assert stable_name(name) == stable
    assert identity("rule", [name]) == identity("rule", [stable])


@given(st.from_regex(r"[a-z]{3,10}(-[g-z]{2,8}){0,3}", fullmatch=True), st.integers(10**9, 10**10))
def test_any_time_at_the_end_of_a_job_is_ignored(name: str, seconds: int) -> None:
    assert stable_name(f"ns/Job/{name}-{seconds}") == stable_name(f"ns/Job/{name}")


RENDER = """\
apiVersion: batch/v1
kind: Job
metadata: {{name: migrate-{stamp}}}
spec:
  template:
    metadata: {{labels: {{app: migrate}}}}
    spec: {{restartPolicy: Never, containers: [{{name: app, image: x/y:{stamp}, env: [{{name: DB_URL, value: "postgresql://db/shop"}}]}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: nothing-out}}
spec: {{podSelector: {{}}, policyTypes: [Egress], egress: [{{ports: [{{port: 53, protocol: UDP}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: db}}
spec: {{selector: {{app: db}}, ports: [{{port: 5432}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: db, labels: {{app: db}}}}
spec: {{containers: [{{name: app, image: x/y}}]}}
"""


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(4)), st.integers(0, 5), st.integers(10**9, 10**10))
def test_a_finding_keeps_its_fingerprint_whatever_a_render_changes(order: list[int], shift: int, stamp: int) -> None:
    documents = RENDER.format(stamp=stamp).split("---\n")
    (found,) = lint(text="\n" * shift + "---\n".join(documents[number] for number in order)).findings
    (first,) = lint(text=RENDER.format(stamp=1795486422)).findings
    assert found.fingerprint == first.fingerprint
    assert (found.rule.id, found.object.name) == ("egress-blocked", f"migrate-{stamp}")


def test_a_file_that_a_chart_moves_to_another_container_keeps_its_finding() -> None:
    def found(reader: str, sleeper: str) -> set[str]:
        text = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: store}}
data: {{config.json: "{{}}"}}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: store}}
spec:
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: {reader}
          image: registry.example/store:1
          command: [sh, /config/run.sh]
          volumeMounts: [{{name: config, mountPath: /config}}]
        - {{name: {sleeper}, image: "registry.example/sleep:1"}}
      volumes: [{{name: config, configMap: {{name: store}}}}]
"""
        findings = lint(text=text).findings
        return {one.fingerprint for one in findings if one.rule.id == "mounted-file-missing"}

    assert len(found("main", "side")) == 1
    assert found("main", "side") == found("side", "main")
