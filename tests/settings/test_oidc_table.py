"""What the table of OIDC settings says of a name, wherever the name stands."""

from collections.abc import Iterator

import pytest

from mblint.settings.names import Name, Origin, Role
from mblint.settings.oidc_table import CREDENTIAL, OTHERS, OidcName, library_rows, oidc_name
from mblint.settings.oidc_urls import oidc_url
from mblint.settings.tables import as_text, as_texts
from mblint.software.programs import shipped_programs


def said(key: str, origin: Origin = Origin.ENV, image: str = "", file: str = "") -> tuple[str, str] | None:
    found = oidc_name(Name(key, origin, image, file), shipped_programs())
    return None if found is None else (found.library.name, found.endpoint)


def role(key: str, origin: Origin = Origin.ENV, image: str = "") -> Role:
    found = oidc_name(Name(key, origin, image), shipped_programs())
    assert found is not None
    return found.role


@pytest.mark.parametrize(
    ("key", "endpoint"),
    [
        ("OIDC_OP_AUTHORIZATION_ENDPOINT", ("mozilla-django-oidc", "authorization")),
        ("OIDC_OP_USER_ENDPOINT", ("mozilla-django-oidc", "userinfo")),
        ("OIDC_RP_CLIENT_SECRET", ("mozilla-django-oidc", CREDENTIAL)),
        ("KC_HOSTNAME", ("Keycloak", "base")),
        ("SPRING_SECURITY_OAUTH2_CLIENT_PROVIDER_KEYCLOAK_TOKENURI", ("Spring Security", "token")),
        ("SPRING_SECURITY_OAUTH2_CLIENT_PROVIDER_MY_SSO_ISSUER_URI", ("Spring Security", "issuer")),
        ("GF_AUTH_GENERIC_OAUTH_API_URL", ("Grafana", "userinfo")),
        ("MINIO_IDENTITY_OPENID_CONFIG_URL", ("MinIO", "discovery")),
        ("OPENPROJECT_OPENID__CONNECT_KEYCLOAK_END__SESSION__ENDPOINT", ("OpenProject", "end-session")),
        ("WIKI_OIDC_AUTH_URL", ("OpenID Connect", "authorization")),
        ("GRIST_OIDC_IDP_ISSUER", ("Grist", "issuer")),
        ("PAPERLESS_PROVIDERS.openid_connect.APPS[0].settings.server_url", ("django-allauth", "issuer")),
        ("JAVA_OPTS -Dquarkus.oidc.auth-server-url", ("Quarkus OIDC", "issuer")),
        ("KC_HOSTNAME_STRICT", None),
        ("DB_HOST", None),
        ("spring.security.oauth2.client.provider.x.token-uri", ("Spring Security", "token")),
    ],
)
def test_environment_variables(key: str, endpoint: tuple[str, str] | None) -> None:
    assert said(key) == endpoint


def test_a_name_counts_only_where_it_is_written_as_the_table_writes_it() -> None:
    spring = "spring.security.oauth2.client.provider.sso.authorization-uri"
    assert said(spring, Origin.FILE, file="/app/application.yaml") == ("Spring Security", "authorization")
    assert said(f"--{spring}", Origin.ARGUMENT) == ("Spring Security", "authorization")
    assert said("auth.generic_oauth.auth_url", Origin.FILE, file="/etc/grafana.ini") == ("Grafana", "authorization")
    assert said("GF_AUTH_GENERIC_OAUTH_AUTH_URL", Origin.ARGUMENT) is None
    assert said("kc.hostname", Origin.FILE, file="/x.yaml") is None


def test_some_names_need_an_image_or_a_file() -> None:
    assert said("--oidc-issuer-url", Origin.ARGUMENT, "quay.io/oauth2-proxy/oauth2-proxy:v7") == (
        "oauth2-proxy",
        "issuer",
    )
    assert said("--oidc-issuer-url", Origin.ARGUMENT, "registry/kube-apiserver:1") == (
        "Kubernetes API server",
        "issuer",
    )
    assert said("--oidc-issuer-url", Origin.ARGUMENT, "registry/shop:1") == ("OpenID Connect", "issuer")
    assert said("issuer", Origin.FILE, file="argocd-cm/oidc.config") == ("Argo CD", "issuer")
    assert said("issuer", Origin.FILE, file="/etc/app.yaml") is None
    assert said("issuer", Origin.ENV) is None
    assert said("--issuer", Origin.ARGUMENT) == ("OpenID Connect (options)", "issuer")
    lasuite = said("OIDC_OP_JWKS_ENDPOINT", image="lasuite/impress-backend:v5")
    assert lasuite == ("La Suite (mozilla-django-oidc)", "jwks")


def test_instances_are_told_apart() -> None:
    def instance(key: str, origin: Origin) -> str:
        found = oidc_name(
            Name(key, origin, "", "/homeserver.yaml" if origin is Origin.FILE else ""), shipped_programs()
        )
        assert found is not None
        return found.instance

    first = instance("oidc_providers[0].issuer", Origin.FILE)
    assert first == instance("oidc_providers[0].token_endpoint", Origin.FILE)
    assert first != instance("oidc_providers[1].issuer", Origin.FILE)
    assert instance("SPRING_SECURITY_OAUTH2_CLIENT_PROVIDER_MY_SSO_TOKEN_URI", Origin.ENV) == "my sso"


def test_who_uses_an_endpoint_is_what_the_setting_is_for() -> None:
    assert role("OIDC_OP_AUTHORIZATION_ENDPOINT") is Role.BROWSER
    assert role("OIDC_OP_TOKEN_ENDPOINT") is Role.CALLS
    assert role("GRIST_OIDC_IDP_ISSUER") is Role.CALLS
    assert role("CAMUNDA_IDENTITY_ISSUER") is Role.IDENTITY
    assert role("OIDC_ISSUER") is Role.IDENTITY
    assert role("WEB_OIDC_AUTHORITY", image="owncloud/ocis:7") is Role.BROWSER
    assert role("OIDC_RP_CLIENT_ID") is Role.UNKNOWN
    logout = Name("clients[0].attributes.backchannel.logout.url", Origin.FILE, "keycloak-config-cli:6", "/realm.json")
    found = oidc_name(logout, shipped_programs())
    assert found is not None
    assert found.role is Role.UNKNOWN, "the provider calls it, not the Job that has the file"


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://id.example.org/realms/a/protocol/openid-connect/auth", "authorization"),
        ("http://kc/auth/realms/a/protocol/openid-connect/token", "token"),
        ("http://kc/realms/a/protocol/openid-connect/token/introspect", "introspection"),
        ("http://kc/realms/a/protocol/openid-connect/certs", "jwks"),
        ("https://id.example.org/realms/a/protocol/openid-connect/logout?redirect_uri=x", "end-session"),
        ("https://id.example.org/realms/a/.well-known/openid-configuration", "discovery"),
        ("https://id.example.org/realms/a", None),
        ("see https://id.example.org/realms/a/protocol/openid-connect/auth", None),
        ("openid email", None),
    ],
)
def test_urls_that_say_what_they_are(url: str, endpoint: str | None) -> None:
    found = oidc_url(url)
    assert (None if found is None else found.endpoint) == endpoint


def names() -> Iterator[tuple[str, str, str, Name]]:
    """(library, what it says, name as written, that name where it counts) of everything in the table."""
    for row in library_rows(shipped_programs()):
        library, image, file = as_text(row, "library") or "", as_texts(row, "image"), as_texts(row, "file")
        endpoints = row["endpoints"]
        assert isinstance(endpoints, dict)
        says = [(OTHERS[field], as_texts(row, field)) for field in OTHERS]
        for endpoint, written in [*says, *((each, as_texts(endpoints, each)) for each in endpoints)]:
            for name in written:
                key = name.replace("[*]", "[0]").replace("*", "SOME" if name.isupper() else "some")
                variable = name.isupper() or ("__" in name and "." not in name)  # of .NET: OpenIDConfig__ClientId
                origin = Origin.ARGUMENT if name.startswith("-") else Origin.ENV if variable else Origin.FILE
                path = (file or ("/config.yaml",))[0].removesuffix("$") if origin is Origin.FILE or file else ""
                yield library, endpoint, name, Name(key, origin, (image or ("",))[0], path)


@pytest.mark.parametrize(("library", "endpoint", "name", "where"), tuple(names()))
def test_every_name_of_the_table_is_found_as_what_it_says(library: str, endpoint: str, name: str, where: Name) -> None:
    found = oidc_name(where, shipped_programs())
    assert isinstance(found, OidcName), f"{name} is never found"
    assert (found.library.name, found.endpoint) == (library, endpoint), "an earlier row has the same name"
