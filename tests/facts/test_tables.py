"""The tables that facts are derived with are what their schemas say."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from mblint.shipped import rules_directory, schemas_directory

TABLES = (
    "absent-images",
    "base-paths",
    "body-limits",
    "api-config-maps",
    "api-defaults",
    "backend-schemes",
    "choices",
    "cilium-identity-labels",
    "controllers",
    "copies",
    "filled",
    "file-databases",
    "file-readers",
    "frameworks",
    "host-names",
    "issuers",
    "login-resources",
    "java-options",
    "immutable-fields",
    "meshes",
    "kubectl",
    "removed-apis",
    "route-marks",
    "leader-election",
    "listens",
    "logins",
    "migrations",
    "oidc",
    "operated-certificates",
    "operated-schemes",
    "operator-services",
    "other-controllers",
    "own-addresses",
    "pod-security",
    "pools",
    "private-files",
    "probe-logins",
    "references",
    "requirements",
    "schemes",
    "servers",
    "sidecars",
    "temporary",
    "tls",
    "tls-secrets",
    "waits",
)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_valid(name: str) -> None:
    schema = json.loads((schemas_directory() / f"table-{name}.schema.json").read_text())
    table = yaml.safe_load((rules_directory() / "tables" / f"{name}.yaml").read_text())
    assert [error.message for error in Draft202012Validator(schema).iter_errors(table)] == []
