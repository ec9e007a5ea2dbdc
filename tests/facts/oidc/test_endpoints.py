"""OIDC endpoints: who uses them, and how their hosts resolve for those."""

from collections.abc import Mapping

import pytest

from mblint.config import ClusterSettings
from mblint.facts.oidc.endpoints import oidc_endpoints
from mblint.facts.oidc.rows import OidcEndpoint
from tests.facts.worlds import pods, rows, service, world

REALM = "/realms/office/protocol/openid-connect/"
KEYCLOAK = pods("StatefulSet", "keycloak", env={"KC_HOSTNAME": "https://id.example.org"}) + service(
    "keycloak", "{selector: {app: keycloak}, ports: [{port: 80, targetPort: 8080}]}"
)


def docs(**changes: str | None) -> dict[str, str]:
    """The environment of a Django application; a change to None leaves a variable out."""
    env: dict[str, str | None] = {
        "OIDC_RP_CLIENT_ID": "docs",
        "OIDC_OP_AUTHORIZATION_ENDPOINT": f"https://id.example.org{REALM}auth",
        "OIDC_OP_TOKEN_ENDPOINT": f"http://keycloak{REALM}token",
        "OIDC_OP_USER_ENDPOINT": f"http://keycloak{REALM}userinfo",
        **changes,
    }
    return {key: value for key, value in env.items() if value is not None}


def endpoints(text: str, settings: ClusterSettings | None = None) -> tuple[OidcEndpoint, ...]:
    return oidc_endpoints(world(text, settings))


def of(env: Mapping[str, str], more: str = "", settings: ClusterSettings | None = None) -> dict[str, OidcEndpoint]:
    """The rows of one Deployment by endpoint and channel: `token back`."""
    rows = endpoints(pods(env=env) + more, settings)
    found = {f"{row.endpoint} {row.channel}": row for row in rows if row.object.name == "web"}
    assert len(found) == sum(row.object.name == "web" for row in rows)
    return found


def ingress(host: str, to: str = "web") -> str:
    backend = f"{{service: {{name: {to}, port: {{number: 80}}}}}}"
    paths = f"{{paths: [{{path: /, pathType: Prefix, backend: {backend}}}]}}"
    return (
        f"\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {to}, namespace: default}}\n"
        f"spec: {{rules: [{{host: '{host}', http: {paths}}}]}}\n"
    )


# ---------------------------------------------------------------- channels


def test_browsers_open_some_and_pods_call_others() -> None:
    found = of(docs(OIDC_OP_LOGOUT_ENDPOINT=f"https://id.example.org{REALM}logout"), KEYCLOAK)
    assert {name: row.resolves for name, row in found.items()} == {
        "authorization front": "public",
        "token back": "service",
        "userinfo back": "service",
        "end-session front": "public",
    }
    assert found["token back"].caller == "default/Deployment/web"
    assert found["authorization front"].caller is None
    assert found["token back"].client == "docs"


def test_the_same_host_is_another_one_for_browsers_and_for_pods() -> None:
    host = "https://id.127.0.0.1.sslip.io"
    found = of(docs(OIDC_OP_AUTHORIZATION_ENDPOINT=host + "/auth", OIDC_OP_TOKEN_ENDPOINT=host + "/token"))
    assert found["authorization front"].resolves == "loopback"
    assert found["token back"].resolves == "self"
    rewrites = ClusterSettings(dns_rewrites={"*.sslip.io": "traefik.traefik.svc"})
    assert of(docs(OIDC_OP_TOKEN_ENDPOINT=host + "/token"), settings=rewrites)["token back"].resolves == "unknown"


def test_a_provider_that_listens_in_the_same_pod_is_no_dead_end() -> None:
    assert of(docs(OIDC_OP_TOKEN_ENDPOINT="http://localhost:8080/token"))["token back"].resolves == "loopback"
    assert of(docs(OIDC_OP_TOKEN_ENDPOINT="http://localhost:9999/token"))["token back"].resolves == "unknown"
    assert of(docs(OIDC_OP_TOKEN_ENDPOINT="http://id.localhost:9999/token"))["token back"].resolves == "self"


def test_the_path_says_what_a_setting_of_any_name_is() -> None:
    found = of(
        {"LOGIN_AT": f"http://keycloak{REALM}auth", "ASK": "https://id.example.org/.well-known/openid-configuration"}
    )
    assert found["authorization front"].resolves == "single-label"
    assert found["discovery back"].resolves == "public"


def test_what_a_reverse_proxy_passes_on_is_no_address_for_browsers() -> None:
    assert of({"AUTH_PROXY_PASS": f"http://keycloak{REALM}auth"}) == {}


# ---------------------------------------------------------------- issuers


@pytest.mark.parametrize(
    ("env", "channels"),
    [
        ({"CODER_OIDC_ISSUER_URL": "http://idp.auth.svc/r"}, {"back", "front"}),  # verified: browsers follow it
        ({"GRIST_OIDC_IDP_ISSUER": "http://idp.auth.svc/r"}, {"back"}),  # whatever it finds there
        ({"CAMUNDA_IDENTITY_ISSUER": "http://idp.auth.svc/r"}, {"compared"}),
        ({"OIDC_ISSUER": "http://idp.auth.svc/r"}, {"compared"}),
    ],
)
def test_what_an_issuer_is_depends_on_the_software(env: Mapping[str, str], channels: set[str]) -> None:
    assert {row.channel for row in of(env).values()} == channels


def test_an_issuer_that_browsers_cannot_resolve_is_wrong_once() -> None:
    def back(host: str) -> bool:
        return of({"CODER_OIDC_ISSUER_URL": f"https://{host}/r"})["issuer back"].lost_browsers

    assert [back(host) for host in ("id.local", "idp", "idp.auth.svc", "id.example.org")] == [True, True, True, False]
    assert not back("id.127.0.0.1.sslip.io"), "only pods are led astray by it"


def test_an_issuer_is_not_shown_where_the_authorization_endpoint_is_given() -> None:
    prefix = "SPRING_SECURITY_OAUTH2_CLIENT_PROVIDER_SSO_"
    found = of({prefix + "ISSUER_URI": "http://idp/r", prefix + "AUTHORIZATION_URI": "https://id.example.org/a"})
    assert set(found) == {"issuer back", "authorization front"}


def test_switches_change_what_is_done_with_an_issuer() -> None:
    def channels(*flags: str) -> set[str]:
        args = ", ".join(("--oidc-issuer-url=http://idp.auth.svc/r", *flags))
        text = pods(name="web").replace("image: registry/shop:1", f"image: oauth2-proxy:7, args: [{args}]")
        return {row.channel for row in endpoints(text)}

    assert channels() == {"back", "front"}
    assert channels("--insecure-oidc-skip-issuer-verification=true") == {"back"}
    assert channels("--skip-oidc-discovery=true") == {"compared"}
    assert channels("--skip-oidc-discovery=false") == {"back", "front"}


@pytest.mark.parametrize(("discover", "channel"), [("true", "back"), ("false", "compared")])
def test_without_discovery_an_issuer_is_only_compared(discover: str, channel: str) -> None:
    provider = f"{{issuer: 'https://id.example.org/r', client_id: synapse, discover: {discover}}}"
    config = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: synapse, namespace: default}\n"
    config += f"data:\n  homeserver.yaml: |\n    oidc_providers:\n      - {provider}\n"
    text = pods(spec="volumes: [{name: synapse, configMap: {name: synapse}}]")
    text = text.replace("ports:", "volumeMounts: [{name: synapse, mountPath: /data}], ports:") + config
    rows = endpoints(text)
    assert [row.channel for row in rows if not row.missing] == [channel]
    lacking = {row.endpoint for row in rows if row.missing}
    assert lacking == (set() if discover == "true" else {"authorization", "token", "jwks"})


def test_of_two_names_of_a_provider_the_url_counts() -> None:
    both = KEYCLOAK.replace("env: [", "env: [{name: KC_HOSTNAME_URL, value: 'https://sso.example.org'}, ")
    for text in (both, both.replace("KC_HOSTNAME_URL", "KC_HOSTNAME_").replace("KC_HOSTNAME,", "KC_HOSTNAME_URL,")):
        row = of(docs(), text)["authorization front"]
        assert row.expected is not None
        assert "(KC_HOSTNAME_URL of keycloak)" in row.expected


# ---------------------------------------------------------------- what is off, secret, repeated


def test_a_relation_that_is_switched_off_has_no_rows() -> None:
    env = {"GF_AUTH_GENERIC_OAUTH_AUTH_URL": "http://keycloak/auth", "GF_AUTH_GENERIC_OAUTH_ENABLED": "false"}
    assert of(env) == {}
    assert set(of({**env, "GF_AUTH_GENERIC_OAUTH_ENABLED": "true"})) == {"authorization front"}


def test_an_applications_own_address_counts_only_where_it_logs_in() -> None:
    assert of({"LOGIN_REDIRECT_URL": "https://web.local"}) == {}
    assert (
        set(of({"GF_SERVER_ROOT_URL": "https://chart-example.local", "GF_AUTH_GENERIC_OAUTH_CLIENT_ID": ""})) == set()
    )


def test_of_a_secret_only_the_host_is_shown() -> None:
    secret = (
        "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: oidc, namespace: default}\n"
        "stringData: {OIDC_OP_TOKEN_ENDPOINT: 'http://user:hunter2@keycloak/realms/x/token?key=hunter2',"
        " KC_HOSTNAME: hunter2.example}\n"
    )
    text = pods().replace("env: []", "env: [], envFrom: [{secretRef: {name: oidc}}]") + secret
    (token,) = endpoints(text)
    assert (token.host, token.url) == ("keycloak", None), "a host that is the whole value is not shown, so not judged"
    assert "hunter2" not in repr(token).replace(repr(token.place), "")


def test_credentials_in_a_url_are_not_shown() -> None:
    found = of(docs(OIDC_OP_TOKEN_ENDPOINT="http://user:hunter2@keycloak:8080/token?key=hunter2"))
    assert found["token back"].url == "http://keycloak:8080/token"


@pytest.mark.parametrize("host", ["$(env:HOST)", "{{ host }}", "${HOST}", "<host>"])
def test_a_host_that_is_filled_in_later_is_nothing(host: str) -> None:
    found = of(docs(OIDC_OP_AUTHORIZATION_ENDPOINT=f"https://{host}/auth"))
    assert "authorization front" not in found


def test_a_job_that_inherits_the_settings_is_named_and_not_judged_again() -> None:
    rows = endpoints(pods(env=docs()) + pods("Job", "migrate", env=docs()))
    assert {row.object.name for row in rows} == {"web"}
    assert {row.shared_by for row in rows} == {("Job/migrate",)}


def test_the_providers_own_setting_comes_first() -> None:
    rows = endpoints(pods(env=docs()) + KEYCLOAK)
    assert [row.provider for row in rows] == [True, *([False] * 3)]


# ---------------------------------------------------------------- agreement


def agreements(env: Mapping[str, str], more: str = KEYCLOAK) -> dict[str, bool | None]:
    return {name: row.agrees for name, row in of(env, more).items() if not row.missing}


def test_browsers_must_be_sent_to_the_name_that_the_provider_has() -> None:
    assert agreements(docs())["authorization front"] is True
    other = docs(OIDC_OP_AUTHORIZATION_ENDPOINT=f"https://login.example.org{REALM}auth")
    row = of(other, KEYCLOAK)["authorization front"]
    assert (row.agrees, row.expected) == (False, "id.example.org (KC_HOSTNAME of keycloak)")
    assert row.related[0].message == "KC_HOSTNAME of StatefulSet keycloak says id.example.org"


def test_a_provider_is_found_by_its_route_too() -> None:
    outside = docs(
        OIDC_OP_AUTHORIZATION_ENDPOINT=f"https://login.example.org{REALM}auth",
        OIDC_OP_TOKEN_ENDPOINT=f"https://login.example.org{REALM}token",
        OIDC_OP_USER_ENDPOINT=None,
    )
    assert agreements(outside) == {"authorization front": True, "token back": True}
    assert agreements(outside, KEYCLOAK + ingress("login.example.org", "keycloak"))["authorization front"] is False


def test_the_back_channel_may_have_any_host_but_one_realm() -> None:
    assert agreements(docs())["token back"] is True
    other = docs(OIDC_OP_TOKEN_ENDPOINT="http://keycloak/realms/home/protocol/openid-connect/token")
    assert agreements(other)["token back"] is False
    assert agreements(other)["userinfo back"] is True


def test_another_provider_has_realms_of_its_own() -> None:
    told = dict.fromkeys(("LEDGER__TOKENADDRESS", "STOCK__TOKENADDRESS"), f"https://central.example.org{REALM}token")
    elsewhere = told | {
        "WALLET__TOKENADDRESS": "https://wallet.example.com/realms/holder/protocol/openid-connect/token"
    }
    there = told | {"WALLET__TOKENADDRESS": "https://central.example.org/realms/holder/protocol/openid-connect/token"}
    rows = {
        name: [row.agrees for row in endpoints(pods(env=env))] for name, env in (("else", elsewhere), ("there", there))
    }
    assert False not in rows["else"], "a realm of another host is compared with none of these"
    assert rows["there"].count(False) == 1


def test_the_one_that_few_agree_with_is_the_wrong_one() -> None:
    alone = docs(OIDC_OP_AUTHORIZATION_ENDPOINT="https://id.example.org/realms/home/protocol/openid-connect/auth")
    assert agreements(alone) == {"authorization front": False, "token back": True, "userinfo back": True}


def test_two_names_for_browsers_disagree_even_where_the_provider_is_not_known() -> None:
    env = docs(OIDC_OP_LOGOUT_ENDPOINT=f"https://sso.example.org{REALM}logout")
    assert agreements(env, "")["end-session front"] is False
    assert agreements(env, "")["authorization front"] is True
    elsewhere = docs(
        OIDC_OP_AUTHORIZATION_ENDPOINT="https://accounts.example.com/authorize",
        OIDC_OP_LOGOUT_ENDPOINT="https://logout.example.com/",
    )
    assert agreements(elsewhere, "")["end-session front"] is None, "other software may have several names"


def test_an_issuer_must_be_the_providers_name_where_the_library_verifies_it() -> None:
    assert agreements({"CODER_OIDC_ISSUER_URL": "http://keycloak/realms/office"}) == {"issuer back": False}
    assert agreements({"GRIST_OIDC_IDP_ISSUER": "http://keycloak/realms/office"}) == {"issuer back": None}
    assert agreements({"OIDC_ISSUER": "http://keycloak/realms/office"}) == {"issuer compared": False}
    assert agreements({"OIDC_PROVIDER": "http://keycloak/realms/office"}) == {"issuer compared": None}
    by_itself = pods("StatefulSet", "keycloak").replace("registry/shop:1", "keycloak/keycloak:26") + service(
        "keycloak", "{selector: {app: keycloak}, ports: [{port: 80}]}"
    )
    found = of({"CODER_OIDC_ISSUER_URL": "http://keycloak/realms/office"}, by_itself)
    assert found["issuer back"].agrees is None
    assert found["issuer front"].resolves == "single-label", "it calls itself what it was called"


# ---------------------------------------------------------------- redirects


@pytest.mark.parametrize(
    ("more", "routed"),
    [
        (ingress("web.example.org"), True),
        (ingress("*.example.org"), True),
        (ingress("other.example.org"), False),
        ("", False),
        (
            ingress("other.example.org")
            + service("web", "{type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}"),
            None,
        ),
    ],
)
def test_whether_browsers_find_back(more: str, routed: bool | None) -> None:
    assert of(docs(LOGIN_REDIRECT_URL="https://web.example.org"), more)["redirect front"].routed is routed


@pytest.mark.parametrize(
    ("url", "routed"),
    [("http://localhost:8080", None), ("http://127.0.0.1", None), ("http://web.127.0.0.1.nip.io", False)],
)
def test_a_port_forward_needs_no_route(url: str, routed: bool | None) -> None:
    assert of(docs(LOGIN_REDIRECT_URL=url))["redirect front"].routed is routed


# ---------------------------------------------------------------- missing


def missing(env: Mapping[str, str], more: str = "", image: str = "registry/shop:1") -> list[str]:
    text = pods(env=env).replace("registry/shop:1", image) + more
    return [row.settings for row in endpoints(text) if row.missing]


def test_what_is_empty_is_missing() -> None:
    assert missing(docs()) == []
    assert missing(docs(OIDC_OP_TOKEN_ENDPOINT="")) == ["OIDC_OP_TOKEN_ENDPOINT"]
    assert missing(docs(OIDC_OP_TOKEN_ENDPOINT="", OIDC_RP_CLIENT_ID=None)) == []
    assert missing(docs(OIDC_OP_TOKEN_ENDPOINT="", OIDC_RP_CLIENT_ID="")) == []


def test_what_is_absent_is_missing_only_where_nothing_else_can_give_it() -> None:
    assert missing({"OIDC_RP_CLIENT_ID": "web"}) == []
    assert len(missing({"OIDC_RP_CLIENT_ID": "web"}, image="lasuite/meet:1")) == 4
    assert missing(docs(OIDC_OP_TOKEN_ENDPOINT=None)) == ["OIDC_OP_TOKEN_ENDPOINT"]
    partly = pods(env=docs(OIDC_OP_TOKEN_ENDPOINT=None))
    outside = partly.replace("ports:", "envFrom: [{secretRef: {name: outside}}], ports:")
    assert outside != partly
    assert [row for row in endpoints(outside) if row.missing] == []


def test_one_of_several_alternatives_is_enough() -> None:
    wiki = "outlinewiki/outline:1"
    assert missing({"OIDC_CLIENT_ID": "w", "OIDC_ISSUER_URL": "https://id.example.org"}, image=wiki) == []
    some = {
        "OIDC_CLIENT_ID": "w",
        "OIDC_AUTH_URI": "https://id.example.org/a",
        "OIDC_TOKEN_URI": "https://id.example.org/t",
    }
    assert missing(some, image=wiki) == ["OIDC_USERINFO_URI"]
    named = {"OIDC_CLIENT_ID": "w", "OIDC_ISSUER_URL": ""}
    assert missing(named, image=wiki) == ["OIDC_ISSUER_URL"]


def test_a_path_that_nothing_stands_before_is_empty() -> None:
    path = "/.well-known/openid-configuration"
    assert missing(docs(OIDC_OP_TOKEN_ENDPOINT=path)) == ["OIDC_OP_TOKEN_ENDPOINT"]
    assert missing(docs(OIDC_OP_TOKEN_ENDPOINT=f"https://id.example.org{path}")) == []


# ---------------------------------------------------------------- who judges a host


def test_hosts_of_endpoints_are_judged_here_and_others_as_dependencies() -> None:
    env = docs(OIDC_OP_TOKEN_ENDPOINT="http://nobody/token", API_URL="http://nobody/api", OIDC_JWKS_URI="nobody:80")
    found = {row.settings: row.oidc for row in rows(pods(env=env)) if row.host == "nobody"}
    assert found == {"OIDC_OP_TOKEN_ENDPOINT": True, "API_URL": False, "OIDC_JWKS_URI": False}


def test_a_missing_service_may_be_another_releases_only_where_the_render_leaves_room_for_it() -> None:
    def may_exist(host: str, more: str) -> bool:
        row = of(docs(OIDC_OP_TOKEN_ENDPOINT=f"http://{host}/token"), more)["token back"]
        assert row.resolves == "unknown-service"
        return row.may_exist

    assert may_exist("keycloack", ""), "no provider was read"
    assert may_exist("keycloak.auth.svc", KEYCLOAK), "nothing of that namespace was read"
    assert not may_exist("keycloack", KEYCLOAK)
    assert not may_exist("keycloack.default.svc.cluster.local", KEYCLOAK)
