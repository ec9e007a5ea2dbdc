"""Every command, every format: no value of any Secret of the input, in rules' examples and in generated manifests."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from program import mblint

from mblint.cluster.build import build_cluster
from mblint.cluster.secrets import reveal
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.judge.rule import Example
from mblint.manifests.read import read_text
from mblint.shipped import rules_directory

LINT = tuple(("lint", "in.yaml", "--stats", "--format", form) for form in ("text", "json", "sarif", "github", "junit"))
COMMANDS = (
    *LINT,
    ("facts", "in.yaml"),
    ("facts", "in.yaml", "--format", "json"),
    *(("graph", "in.yaml", "--format", form) for form in ("json", "dot", "mermaid", "svg", "html")),
)
UPGRADES = tuple(
    ("upgrade", "old.yaml", "in.yaml", "--stats", "--format", form) for form in ("text", "json", "sarif", "github")
)
SHORTEST = 5  # characters; a shorter value stands in other words


def forms(value: str) -> set[str]:
    """What a value looks like where it leaks."""
    encoded = b64encode(value.encode()).decode()
    return {value, encoded.rstrip("="), quote(value, safe=""), quote(value), quote_plus(value), repr(value)[1:-1]}


def secret_values(text: str) -> Iterator[str]:
    """What stands in the Secrets of an input and nowhere else in it, and the passwords in the URLs there."""
    documents = read_text(text).documents
    cluster = build_cluster(documents)
    secrets = [held.place.document for held in cluster.secrets.values()]
    others = "\n".join(document.text for document in documents if document not in secrets)
    for held in cluster.secrets.values():
        for entry in held.entries.values():
            whole = reveal(entry.text or "")
            for value in (whole, *whole.splitlines(), unquote(whole.rpartition("@")[0].rpartition(":")[2])):
                if len(value.strip()) >= SHORTEST and value.strip() not in others:
                    yield value.strip()


def leaks(directory: Path, commands: tuple[tuple[str, ...], ...], values: set[str]) -> list[str]:
    """The commands that show a value."""
    found = []
    for words in commands:
        done = mblint(*words, cwd=directory)
        assert done.returncode in (0, 1), done.stderr
        shown = done.stdout + done.stderr
        found.extend(" ".join(words) for value in values for form in forms(value) if form in shown)
    return found


# ---------------------------------------------------------------- examples

RULES = [with_examples(rule) for rule in load_rules([rules_directory()])]
EXAMPLES = [
    pytest.param(example, id=f"{rule.id}-{example.name}")
    for rule in RULES
    for example in (*rule.fail, *rule.passing)
    if "kind: Secret" in example.manifests
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_value_of_an_example_s_secrets_is_shown(example: Example, tmp_path: Path) -> None:
    (tmp_path / "in.yaml").write_text(example.manifests)
    values = set(secret_values(example.manifests))
    commands = COMMANDS
    if example.old is not None:
        (tmp_path / "old.yaml").write_text(example.old)
        values |= set(secret_values(example.old))
        commands = (*COMMANDS, *UPGRADES)
    assert leaks(tmp_path, commands, values) == []


# ---------------------------------------------------------------- generated manifests


class Kind(Struct, frozen=True):
    """A server's image, port and settings, and how its clients write URLs."""

    image: str
    port: int
    user: str
    password: str
    scheme: str


KINDS = (
    Kind("postgres:17", 5432, "POSTGRES_USER", "POSTGRES_PASSWORD", "postgresql"),
    Kind("bitnami/mariadb:11", 3306, "MARIADB_USER", "MARIADB_PASSWORD", "mysql"),
    Kind("rabbitmq:4", 5672, "RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "amqp"),
    Kind("minio/minio:1", 9000, "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "http"),
)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'\\"), min_size=8, max_size=16)


def manifests(kind: Kind, user: str, given_password: str, used_password: str, key: str) -> str:
    """A server and a client that have user and password from Secrets, in every way that there is."""
    dsn = f"{kind.scheme}://{quote(user, safe='')}:{quote(used_password, safe='')}@store:{kind.port}/x"
    encoded = b64encode(given_password.encode()).decode()
    return f"""\
apiVersion: v1
kind: Secret
metadata: {{name: server}}
data: {{password: {encoded}}}
stringData: {{user: '{user}'}}
---
apiVersion: v1
kind: Secret
metadata: {{name: client}}
stringData:
  user: '{user}'
  password: '{used_password}'
  dsn: '{dsn}'
  application.properties: |
    spring.datasource.url=jdbc:postgresql://store:{kind.port}/x
    spring.datasource.username={user}
    spring.datasource.password={used_password}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: store}}
spec:
  serviceName: store
  selector: {{matchLabels: {{app: store}}}}
  template:
    metadata: {{labels: {{app: store}}}}
    spec:
      containers:
        - name: store
          image: {kind.image}
          ports: [{{containerPort: {kind.port}}}]
          volumeMounts: [{{name: data, mountPath: /data}}]
          env:
            - {{name: {kind.user}, valueFrom: {{secretKeyRef: {{name: server, key: user}}}}}}
            - {{name: {kind.password}, valueFrom: {{secretKeyRef: {{name: server, key: password}}}}}}
  volumeClaimTemplates: [{{metadata: {{name: data}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: store}}
spec: {{selector: {{app: store}}, ports: [{{port: {kind.port}}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      volumes: [{{name: files, secret: {{secretName: client}}}}]
      containers:
        - name: web
          image: registry.example/web:1
          args: ["--database-url={kind.scheme}://$(DB_USER):$(DB_PASSWORD)@store:{kind.port}/x"]
          volumeMounts: [{{name: files, mountPath: /etc/web}}]
          env:
            - {{name: DB_HOST, value: store}}
            - {{name: DB_PORT, value: "{kind.port}"}}
            - {{name: DB_USER, valueFrom: {{secretKeyRef: {{name: client, key: user}}}}}}
            - {{name: DB_PASSWORD, valueFrom: {{secretKeyRef: {{name: client, key: {key}}}}}}}
            - {{name: STORE_URL, valueFrom: {{secretKeyRef: {{name: client, key: dsn}}}}}}
            - {{name: CACHE_URL, value: "{kind.scheme}://$(DB_USER):$(DB_PASSWORD)@store:{kind.port}/y"}}
"""


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(KINDS), WORDS, WORDS, WORDS, st.sampled_from(["password", "password", "absent"]))
def test_no_value_of_any_secret_is_shown(
    tmp_path_factory: pytest.TempPathFactory, kind: Kind, user: str, old: str, new: str, key: str
) -> None:
    directory = tmp_path_factory.mktemp("generated")
    values = {f"{start}{end}" for start, end in (("uQ7~", user), ("oQ7~", old), ("nQ7~", new))}
    user, old, new = sorted(values, reverse=True)
    (directory / "old.yaml").write_text(manifests(kind, user, old, old, key))
    (directory / "in.yaml").write_text(manifests(kind, user, new, old, key))
    assert leaks(directory, (*COMMANDS, *UPGRADES), values) == []


def test_the_generated_manifests_are_found_fault_with(tmp_path: Path) -> None:
    """Otherwise that nothing is shown would say nothing."""
    (tmp_path / "in.yaml").write_text(manifests(KINDS[0], "a-user", "given-password", "used-password", "absent"))
    shown = mblint("lint", "in.yaml", cwd=tmp_path).stdout
    assert "credential-mismatch" in shown
    assert "secret-key-missing" in shown
    assert leaks(tmp_path, (("exec", "--", "cat", "in.yaml"),), {"a-user", "given-password", "used-password"}) == []
