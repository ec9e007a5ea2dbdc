"""No value of a Secret in any output of any command, however it got into a setting."""

from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program import mblint

from mblint import Config, lint
from mblint.manifests.read import read_text
from mblint.pipeline import analyse
from mblint.reports import github, json, junit, sarif
from mblint.reports.facts import render_text as render_facts
from mblint.reports.style import Style
from mblint.reports.text import error_line
from mblint.reports.text import render as render_text

GRAPHS = ("json", "dot", "mermaid", "svg", "html")
FORMATS = ("text", "json", "sarif", "github", "junit")
INPUT = """\
apiVersion: v1
kind: Secret
metadata: {{name: keys}}
data: {{encoded: {base64}}}
stringData:
  plain: {quoted}
  url: "http://user:{url}@auth/token"
  login: "https://id.local/realms/{url}/protocol/openid-connect/auth?x={url}"
  settings.yaml: |
    database: {{url: "postgresql://docs:{url}@database:5432/docs", password: {quoted}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: invalid}}
stringData: {{list: [{quoted}], {quoted}: 1}}
---
apiVersion: v1
kind: Secret
metadata: {{name: twice}}
stringData:
  a: {quoted}
  a: {quoted}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      volumes: [{{name: keys, secret: {{secretName: keys}}}}]
      containers:
        - name: app
          image: registry.example/web:1
          args: [--database-url, "postgresql://docs:$(PASSWORD)@database:5432/docs", --token=$(PASSWORD)]
          volumeMounts: [{{name: keys, mountPath: /keys}}]
          envFrom: [{{secretRef: {{name: keys}}, prefix: ALL_}}]
          env:
            - name: PASSWORD
              valueFrom: {{secretKeyRef: {{name: keys, key: plain}}}}
            - name: ENCODED
              valueFrom: {{secretKeyRef: {{name: keys, key: encoded}}}}
            - name: TOKEN_URL
              valueFrom: {{secretKeyRef: {{name: keys, key: url}}}}
            - {{name: REDIS_URL, value: "redis://:$(PASSWORD)@redis:6379/1"}}
            - {{name: OIDC_RP_CLIENT_ID, valueFrom: {{secretKeyRef: {{name: keys, key: plain}}}}}}
            - {{name: OIDC_OP_AUTHORIZATION_ENDPOINT, valueFrom: {{secretKeyRef: {{name: keys, key: login}}}}}}
            - {{name: OIDC_OP_LOGOUT_ENDPOINT, value: "https://id.local/realms/office/protocol/openid-connect/logout"}}
            - {{name: OIDC_OP_TOKEN_ENDPOINT, valueFrom: {{secretKeyRef: {{name: keys, key: url}}}}}}
            - {{name: OIDC_OP_USER_ENDPOINT, value: "https://user:$(PASSWORD)@id.test/userinfo?key=$(PASSWORD)"}}
            - {{name: KC_HOSTNAME, valueFrom: {{secretKeyRef: {{name: keys, key: plain}}}}}}
            - {{name: REDIS_HOST, valueFrom: {{secretKeyRef: {{name: keys, key: plain}}}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: nothing-out}}
spec: {{podSelector: {{}}, policyTypes: [Egress]}}
"""


STEP = """\
apiVersion: v1
kind: Secret
metadata: {{name: database}}
data: {{password: {base64}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: fixed}}
immutable: true
stringData: {{password: {quoted}, settings.yaml: {{list: [{quoted}]}}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: fixed-text}}
immutable: true
stringData: {{password: {quoted}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: database}}
immutable: true
data: {{url: "postgresql://docs:{url}@database/docs"}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: database
  annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{{"data": "{base64}"}}'}}
spec:
  serviceName: database
  selector: {{matchLabels: {{app: database}}}}
  template:
    metadata: {{labels: {{app: database}}}}
    spec:
      containers:
        - name: server
          image: docker.io/library/postgres:17
          ports: [{{containerPort: 5432}}]
          volumeMounts: [{{name: data, mountPath: /data}}]
          env: [{{name: POSTGRES_PASSWORD, valueFrom: {{secretKeyRef: {{name: database, key: password}}}}}}]
  volumeClaimTemplates: [{{metadata: {{name: data}}, spec: {{accessModes: [ReadWriteOnce]}}}}]
---
apiVersion: batch/v1
kind: Job
metadata: {{name: migrate}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: app
          image: registry.example/web:1
          args: [--password, {quoted}]
          env: [{{name: URL, value: "postgresql://docs:{url}@database/docs"}}, {{name: PASSWORD, value: {quoted}}}]
"""


def written(secret: str, text: str = INPUT) -> str:
    return text.format(base64=b64encode(secret.encode()).decode(), quoted=f"'{secret}'", url=quote(secret, safe=""))


def forms(secret: str) -> set[str]:
    """What a secret looks like where it leaks."""
    return {secret, b64encode(secret.encode()).decode().rstrip("="), quote(secret, safe="")}


def every_report(text: str) -> str:
    """What all formats say of an input, facts included."""
    report = lint(text=text)
    manifests = read_text(text)
    facts = analyse(manifests, Config()).facts
    return "\n".join(
        [
            render_text(report, Style()),
            json.render(report),
            sarif.render(report, None, Path.cwd()),
            github.render(report, Path.cwd()),
            junit.render(report, None),
            render_facts(facts, Style()),
            *map(error_line, report.errors),
            *(note.message for note in manifests.notes),
        ]
    )


def test_no_command_shows_a_secret(tmp_path: Path) -> None:
    secret = "p@ss:w/rd?x=%41&y"
    (tmp_path / "in.yaml").write_text(written(secret))
    for words in (
        *(["lint", "in.yaml", "--format", form, "--stats"] for form in FORMATS),
        ["facts", "in.yaml"],
        ["facts", "in.yaml", "--format", "json"],
        *(["graph", "in.yaml", "--format", form] for form in GRAPHS),
        ["graph", "in.yaml", "--from", "web"],
        *(
            ["reach", "web", to, "in.yaml", "--format", form]
            for to in ("database:5432", "redis:6379")
            for form in ("text", "json")
        ),
        ["lint", "in.yaml", "--quiet", "--write-baseline", "known.json"],
        ["init", "in.yaml"],
    ):
        done = mblint(*words, cwd=tmp_path)
        assert done.returncode in (0, 1)
        assert "web" in done.stdout or "--write-baseline" in words or "init" in words
        assert not [form for form in forms(secret) if form in done.stdout + done.stderr], words
    for file in ("known.json", ".mblint.yaml"):
        written_down = (tmp_path / file).read_text()
        assert "web" in written_down
        assert not [form for form in forms(secret) if form in written_down], file


@pytest.mark.parametrize("after", ["[", "\n  - x: [", ' "unterminated', "\t@bad", ": *none", ": {", "\x00"])
def test_no_error_message_shows_a_secret(after: str) -> None:
    secret = "hunter2-correct-horse"
    broken = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: keys}}\nstringData:\n  plain: {secret}{after}\n"
    assert secret not in every_report(broken)


def test_no_upgrade_shows_a_secret(tmp_path: Path) -> None:
    secrets = ("p@ss:w/rd?x=%41&y", "hunter2-correct-horse")
    for name, secret in zip(("old.yaml", "new.yaml"), secrets, strict=True):
        (tmp_path / name).write_text(written(secret, STEP))
    for words in (
        *(["--format", form, "--stats"] for form in FORMATS),
        *(["--output", f"{form}=out"] for form in FORMATS),
        ["--write-baseline", "out"],
    ):
        done = mblint("upgrade", "old.yaml", "new.yaml", *words, cwd=tmp_path)
        shown = done.stdout + done.stderr + ((tmp_path / "out").read_text() if (tmp_path / "out").exists() else "")
        for rule in ("credential-rotated", "immutable-change"):
            assert rule in shown
        for secret in secrets:
            assert not [form for form in forms(secret) if form in shown], words


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'"), min_size=12, max_size=24))
def test_no_report_shows_any_secret(end: str) -> None:
    secret = f"zQ7~{end}"  # nothing that reports say by themselves
    shown = every_report(written(secret))
    assert "web" in shown
    assert not [form for form in forms(secret) if form in shown]


def test_a_host_that_is_a_secret_is_on_no_picture(tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(written("hunter2-correct-horse"))
    for form in GRAPHS:
        done = mblint("graph", "in.yaml", "--format", form, cwd=tmp_path)
        assert done.returncode == 0
        assert "hunter2" not in done.stdout + done.stderr, form
