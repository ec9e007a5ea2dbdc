"""Realms in resources of Keycloak's operator are read as files are, and belong to the Keycloak that they name."""

from __future__ import annotations

import pytest

from mblint.cluster.secrets import reveal
from mblint.facts.oidc.imported_realms import imported_realms
from tests.facts.worlds import world

SERVER = """
apiVersion: k8s.keycloak.org/v2alpha1
kind: Keycloak
metadata: {name: id, namespace: sso}
spec: {hostname: {hostname: %s}}
"""
IMPORT = """
apiVersion: k8s.keycloak.org/v2alpha1
kind: KeycloakRealmImport
metadata: {name: office, namespace: sso}
spec:
  keycloakCRName: %s
  realm:
    realm: office
    clients:
      - {clientId: crm, standardFlowEnabled: false, redirectUris: ["https://crm.example.org/*", "/here"]}
      - {clientId: wiki}
"""


@pytest.mark.parametrize("hostname", ["id.example.org", "https://id.example.org/auth"])
def test_a_realm_belongs_to_the_keycloak_that_it_names(hostname: str) -> None:
    ((provider, realm),) = imported_realms(world(SERVER % hostname + "---" + IMPORT % "id"))
    assert str(provider.workload.id) == "sso/Keycloak/id"
    assert provider.own is not None
    assert provider.own.url.host == "id.example.org"
    assert provider.services == {("sso", "id-service")}
    assert realm.name == "office"
    assert str(realm.holder.id) == "sso/KeycloakRealmImport/office"


def test_clients_are_read_with_all_that_a_file_would_say() -> None:
    ((_, realm),) = imported_realms(world(SERVER % "id.example.org" + "---" + IMPORT % "id"))
    crm, wiki = realm.clients
    assert (crm.id, wiki.id) == ("crm", "wiki")
    assert crm.says("standardFlowEnabled") == "false"
    said = [reveal(setting.value or "") for _, setting in crm.settings]
    assert said == ["https://crm.example.org/*", "/here"]
    assert wiki.settings == ()


def test_an_import_for_a_keycloak_elsewhere_is_nothing() -> None:
    assert not list(imported_realms(world(SERVER % "id.example.org" + "---" + IMPORT % "other")))
