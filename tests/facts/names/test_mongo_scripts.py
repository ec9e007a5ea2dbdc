"""Users that MongoDB's scripts of the first start make."""

from __future__ import annotations

import textwrap

import pytest

from mblint.facts.names.mongo_scripts import script_users
from tests.facts.worlds import world

SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: documents}
spec:
  serviceName: documents
  selector: {matchLabels: {app: documents}}
  template:
    metadata: {labels: {app: documents}}
    spec:
      containers:
        - name: mongodb
          image: mongo:7.0
          env:
            - {name: MONGO_INITDB_DATABASE, value: shop}
            - {name: WHO, value: till}
            - {name: HIDDEN, valueFrom: {secretKeyRef: {name: keeper, key: name}}}
            - {name: ELSEWHERE, valueFrom: {secretKeyRef: {name: absent, key: name}}}
          volumeMounts: [{name: scripts, mountPath: /docker-entrypoint-initdb.d}]
      volumes: [{name: scripts, configMap: {name: scripts}}]
---
apiVersion: v1
kind: Secret
metadata: {name: keeper}
stringData: {name: keeper}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  users.%s: |
%s"""


def made(ending: str, script: str) -> list[tuple[str, str, bool]] | None:
    seen = world(SET % (ending, textwrap.indent(script, "    ")))
    workload = seen.cluster.workloads[0]
    users = script_users(seen, workload, workload.pod.containers[0], "/docker-entrypoint-initdb.d")
    return None if users is None else [(each.user, each.database, each.hidden) for each in users]


CALL = 'createUser({user: "till", pwd: "x", roles: [{role: "readWrite", db: "other"}]})'


@pytest.mark.parametrize(
    ("script", "users"),
    [
        (f"db.{CALL}", [("till", "shop", False)]),
        (f'db.getSiblingDB("admin").{CALL}', [("till", "admin", False)]),
        (f'db = db.getSiblingDB("admin");\ndb.{CALL}', [("till", "admin", False)]),
        (f"use('orders');\ndb.{CALL}", [("till", "orders", False)]),
        (f"const orders = db.getSiblingDB('orders');\norders.{CALL}", [("till", "orders", False)]),
        ("db.createUser({ pwd: 'x', user: process.env.WHO, roles: [] })", [("till", "shop", False)]),
        ("db.createUser({ user: process.env['HIDDEN'], pwd: 'x', roles: [] })", [("keeper", "shop", True)]),
        ("db.createCollection('orders')", []),
        ("db.createUser({ user: process.env.ELSEWHERE, pwd: 'x', roles: [] })", None),
        ("db.createUser(till)", None),
        ("people.forEach(each => db.createUser({user: each, pwd: 'x', roles: []}))", None),
        (f'db = connect("mongodb://localhost/admin");\ndb.{CALL}', None),
        ("db.runCommand({createUser: 'till', pwd: 'x', roles: []})", None),
    ],
)
def test_scripts_of_javascript(script: str, users: list[tuple[str, str, bool]] | None) -> None:
    assert made("js", script) == users


@pytest.mark.parametrize(
    ("script", "users"),
    [
        (f"mongosh <<EOF\nuse orders\ndb.{CALL}\nEOF", [("till", "orders", False)]),
        ('mongosh <<EOF\nuse $MONGO_INITDB_DATABASE\ndb.createUser({user: "${WHO}"})\nEOF', [("till", "shop", False)]),
        ('mongosh <<EOF\nuse admin\ndb.createUser({user: "$HIDDEN"})\nEOF', [("keeper", "admin", True)]),
        (f"mongosh admin --eval '\n  db.{CALL}'", None),
        ('mongosh <<EOF\nuse admin\ndb.createUser({user: "$(cat /run/name)"})\nEOF', None),
        ("mongosh admin /scripts/users.js", None),
        ("mongorestore /dump", None),
        (". /scripts/users", None),
    ],
)
def test_scripts_of_a_shell(script: str, users: list[tuple[str, str, bool]] | None) -> None:
    assert made("sh", script) == users


def test_what_else_is_mounted_there_is_not_understood() -> None:
    assert made("sql", "select 1") is None
