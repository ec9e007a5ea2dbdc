"""Keycloak realms in files: their own names, and what they say of applications."""

import json

import pytest

from mblint.config import ClusterSettings
from mblint.facts.oidc.endpoints import oidc_endpoints
from mblint.facts.oidc.rows import OidcEndpoint
from tests.facts.worlds import pods, world

from .test_endpoints import KEYCLOAK, docs, ingress

Client = dict[str, object]


def client(root: str = "https://docs.127.0.0.1.sslip.io", name: str = "docs", **more: object) -> Client:
    return {
        "clientId": name,
        "rootUrl": root,
        "redirectUris": ["/*"],
        "attributes": {"backchannel.logout.url": f"{root}/logout/", "frontchannel.logout.url": f"{root}/logout/"},
        **more,
    }


def realm(*clients: Client, importer: str = "Job", **more: object) -> str:
    """A ConfigMap with a realm, and who imports it: a Job, or Keycloak itself."""
    text = json.dumps({"realm": "office", "clients": clients, **more})
    head = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: realm, namespace: default}\n"
    config = f"{head}data: {{office.json: '{text}'}}\n"
    volumes = "volumes: [{name: realm, configMap: {name: realm}}]\n"
    if importer == "Keycloak":
        found = KEYCLOAK.replace("registry/shop:1", "quay.io/keycloak/keycloak:26").replace(
            "      containers:", f"      {volumes}      containers:"
        )
        return config + found.replace("ports:", "volumeMounts: [{name: realm, mountPath: /opt/data}], ports:")
    job = pods("Job", "import", env={"KEYCLOAK_URL": "http://keycloak"}, spec=volumes)
    job = job.replace("registry/shop:1", "adorsys/keycloak-config-cli:6")
    return config + KEYCLOAK + job.replace("ports:", "volumeMounts: [{name: realm, mountPath: /config}], ports:")


def of_clients(text: str, settings: ClusterSettings | None = None) -> dict[str, OidcEndpoint]:
    rows = oidc_endpoints(world(text, settings))
    return {row.endpoint: row for row in rows if row.library == "Keycloak realm" and row.client is not None}


DOCS = pods(name="docs", env=docs()) + ingress("docs.127.0.0.1.sslip.io", "docs")


@pytest.mark.parametrize("importer", ["Job", "Keycloak"])
def test_the_provider_calls_the_logout_address(importer: str) -> None:
    found = of_clients(realm(client(), importer=importer) + DOCS)
    logout = found["backchannel-logout"]
    assert (logout.channel, logout.caller, logout.resolves) == ("back", "default/StatefulSet/keycloak", "self")
    assert logout.only_logout
    assert (found["redirect"].channel, found["redirect"].resolves) == ("front", "loopback")


def test_a_rewrite_of_the_clusters_dns_leads_the_provider_there() -> None:
    rewrites = ClusterSettings(dns_rewrites={"*.127.0.0.1.sslip.io": "traefik.traefik.svc"})
    assert of_clients(realm(client()) + DOCS, rewrites)["backchannel-logout"].resolves == "unknown"


def test_applications_outside_the_render_are_not_judged() -> None:
    found = of_clients(realm(client("http://docs.local")))
    assert {row.resolves for row in found.values()} == {"unknown"}
    assert {row.routed for row in found.values()} == {None}


def test_an_application_is_known_by_its_client_id_or_its_route() -> None:
    by_id = of_clients(realm(client()) + pods(name="docs", env=docs()))
    assert by_id["frontchannel-logout"].routed is False
    by_route = of_clients(realm(client()) + ingress("docs.127.0.0.1.sslip.io", "docs"))
    assert by_route["frontchannel-logout"].routed is True
    elsewhere = of_clients(realm(client(name="other")) + pods(name="docs", env=docs()))
    assert elsewhere["frontchannel-logout"].routed is None


def test_nobody_is_sent_to_a_redirect_only_because_it_is_registered() -> None:
    several = client(redirectUris=["https://docs.elsewhere.example.com/*", "/*"])
    assert of_clients(realm(several) + DOCS)["redirect"].routed is None


def test_a_logout_address_has_a_route_of_its_own() -> None:
    found = of_clients(realm(client(redirectUris=["https://wrong.example.org/*"])) + DOCS)
    assert (found["redirect"].routed, found["frontchannel-logout"].routed) == (None, True)


def test_a_relative_redirect_stands_where_its_host_does() -> None:
    redirect = of_clients(realm(client()) + DOCS)["redirect"]
    assert redirect.settings == "clients[0].redirectUris[0] in /config/office.json"
    assert redirect.host == "docs.127.0.0.1.sslip.io"
    text = redirect.place.document.value
    assert isinstance(text, dict)
    data = text["data"]
    assert isinstance(data, dict)
    written = data["office.json"]
    assert isinstance(written, str)
    assert redirect.place.offset is not None
    assert written[redirect.place.offset :].startswith("https://docs.127")


def test_what_keycloak_config_cli_fills_in_is_nothing() -> None:
    assert of_clients(realm(client("https://$(env:DOCS_HOST)")) + DOCS) == {}


def test_a_realm_may_have_a_name_of_its_own() -> None:
    def authorization(name: str) -> OidcEndpoint:
        url = f"https://office.example.org/realms/{name}/protocol/openid-connect/auth"
        app = pods(name="docs", env=docs(OIDC_OP_AUTHORIZATION_ENDPOINT=url))
        rows = oidc_endpoints(world(realm(attributes={"frontendUrl": "https://office.example.org"}) + app))
        (found,) = (row for row in rows if row.endpoint == "authorization")
        return found

    assert authorization("office").agrees is True
    assert authorization("home").agrees is False, "the other realms have the provider's"


def test_a_realms_upstream_provider_is_called_by_the_provider() -> None:
    broker = {
        "config": {"authorizationUrl": "http://upstream.auth.svc/auth", "tokenUrl": "http://upstream.auth.svc/token"}
    }
    rows = oidc_endpoints(world(realm(identityProviders=[broker])))
    token, authorization = (
        next(row for row in rows if row.endpoint == endpoint) for endpoint in ("token", "authorization")
    )
    assert (token.caller, token.resolves) == ("default/StatefulSet/keycloak", "unknown-service")
    assert (authorization.channel, authorization.resolves) == ("front", "cluster-service")
