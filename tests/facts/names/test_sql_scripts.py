"""Scripts of SQL that a database server runs at its first start: what becomes of the names that they make."""

from __future__ import annotations

import pytest

from mblint.facts.names.stores import store_names
from tests.facts.worlds import world

SEEN = """
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  first.sql: |
    CREATE DATABASE %(made)s;
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: database}
spec:
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec:
      containers:
        - name: server
          image: %(image)s
          args: [%(args)s]
          env: [{name: POSTGRES_PASSWORD, value: goose}, {name: MYSQL_ROOT_PASSWORD, value: goose}]
          ports: [{containerPort: %(port)s}]
          volumeMounts: [{name: scripts, mountPath: /docker-entrypoint-initdb.d}]
      volumes: [{name: scripts, configMap: {name: scripts}}]
---
apiVersion: v1
kind: Service
metadata: {name: database}
spec: {selector: {app: database}, ports: [{port: %(port)s}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.org/web:1
          env: [{name: DB_HOST, value: database}, {name: DB_PORT, value: "%(port)s"}, {name: DB_NAME, value: %(asked)s}]
"""


def verdict(image: str, made: str, asked: str, args: str = "") -> str:
    port = 5432 if "postgres" in image else 3306
    text = SEEN % {"image": image, "made": made, "asked": asked, "args": args, "port": port}
    return next((row.verdict for row in store_names(world(text)) if row.what == "database"), "not looked at")


@pytest.mark.parametrize("image", ["mariadb:11.4", "mysql:8.4"])
def test_mysql_and_mariadb_make_a_name_as_it_is_written(image: str) -> None:
    assert verdict(image, "ShopData", "ShopData") == "offered"
    assert verdict(image, "ShopData", "shopdata") == "missing"


def test_postgresql_makes_a_name_without_quotes_in_lower_case() -> None:
    assert verdict("postgres:17", "ShopData", "ShopData") == "missing"
    assert verdict("postgres:17", "ShopData", "shopdata") == "offered"
    assert verdict("postgres:17", '"ShopData"', "ShopData") == "offered"


@pytest.mark.parametrize("image", ["mariadb:11.4", "mysql:8.4"])
def test_a_server_that_is_told_how_to_compare_names_is_left_alone(image: str) -> None:
    assert verdict(image, "ShopData", "shopdata", args="--lower-case-table-names=1") == "unknown"
