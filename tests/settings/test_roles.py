"""What software does with a setting."""

import pytest

from mblint.settings.names import Role

from .told import env, mounted, pod, roles, service, told

CALLS, BROWSER, LISTENS = Role.CALLS, Role.BROWSER, Role.LISTENS
IDENTITY, CONTENT, IMAGE, UNKNOWN = Role.IDENTITY, Role.CONTENT, Role.IMAGE, Role.UNKNOWN


def role(name: str, value: str, image: str = "example/app:1", others: str = "") -> Role:
    quoted = value.replace("'", "''")
    return roles(pod(env(f"{{name: '{name}', value: '{quoted}'}}", image=image)) + others)[name]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("COLLABORATION_API_URL", "https://docs.example.org/collaboration/api/", CALLS),
        ("COLLABORATION_BACKEND_BASE_URL", "https://docs.example.org", CALLS),
        ("COLLABORATION_WS_URL", "wss://docs.example.org/ws/", BROWSER),
        ("COLLABORATION_SERVER_ORIGIN", "https://docs.example.org", BROWSER),
        ("CONVERSION_API_ENDPOINT", "convert", UNKNOWN),
        ("AUTH_SERVICE_URL", "login/one-time.jsp", UNKNOWN),
        ("Y_PROVIDER_API_BASE_URL", "http://y:443/api/", CALLS),
        ("DOCSPEC_API_URL", "http://docspec:4000/conversion", CALLS),
        ("LIVEKIT_API_URL", "https://livekit.example.org", CALLS),
        ("SENTRY_DSN", "https://key@sentry.example.org/1", CALLS),
        ("DJANGO_EMAIL_HOST", "smtp.example.org", CALLS),
        ("DJANGO_EMAIL_FROM", "docs@example.org", CONTENT),
        ("DJANGO_EMAIL_LOGO_IMG", "https://example.org/logo.png", CONTENT),
        ("MEDIA_BASE_URL", "https://docs.example.org", BROWSER),
        ("FRONTEND_CSS_URL", "https://static.example.org/x.css", BROWSER),
        ("LOGIN_REDIRECT_URL", "https://docs.example.org", BROWSER),
        ("DJANGO_ALLOWED_HOSTS", "docs.example.org", BROWSER),
        ("DJANGO_CORS_ALLOWED_ORIGINS", "https://docs.example.org", BROWSER),
        ("NEXT_PUBLIC_API_URL", "https://api.example.org", BROWSER),
        ("OIDC_OP_AUTHORIZATION_ENDPOINT", "https://id.example.org/auth", BROWSER),
        ("OIDC_OP_LOGOUT_ENDPOINT", "https://id.example.org/logout", BROWSER),
        ("OIDC_OP_TOKEN_ENDPOINT", "http://id/token", CALLS),
        ("OIDC_OP_USER_ENDPOINT", "http://id/userinfo", CALLS),
        ("OIDC_OP_JWKS_ENDPOINT", "http://id/certs", CALLS),
        ("OIDC_ISSUER", "https://id.example.org", IDENTITY),
        ("KC_HOSTNAME", "https://id.example.org", BROWSER),
        ("KC_DB_URL", "jdbc:postgresql://db:5432/keycloak", CALLS),
        ("DB_HOST", "db", CALLS),
        ("MY_APP_DATABASE_HOST", "db.example.org", CALLS),
        ("REDIS_HOST", "cache:6379", CALLS),
        ("AWS_S3_ENDPOINT_URL", "http://files:9000", CALLS),
        ("GRIST_DOCS_MINIO_ENDPOINT", "grist-minio", CALLS),
        ("KAFKA_BOOTSTRAP_SERVERS", "k-0.k:9092,k-1.k:9092", CALLS),
        ("SOLR_ZK_HOSTS", "zk-0:2181,zk-1:2181,", CALLS),
        ("REDIS_URL", "redis://cache", CALLS),
        ("ANYTHING", "postgresql+psycopg2://db/x", CALLS),
        ("ANYTHING", "https://example.org", UNKNOWN),
        ("ANYTHING", "someone@example.org", CONTENT),
        ("DATABASE_URL", "sqlite:////data/x.db", UNKNOWN),
        ("POSTGRESQL_LOG_HOSTNAME", "false", UNKNOWN),
        ("REDIS_HOST", "/run/redis.sock", UNKNOWN),
        ("DB_PORT", "5432", UNKNOWN),
        ("HOST", "0.0.0.0", LISTENS),
        ("OLLAMA_HOST", "0.0.0.0:11434", LISTENS),
        ("SOME_ADDRESS", ":8080", LISTENS),
        ("ASPNETCORE_URLS", "http://+:5000", LISTENS),
        ("VAULT_API_ADDR", "http://$(POD_IP):8200", IDENTITY),
        ("KAFKA_CFG_ADVERTISED_LISTENERS", "CLIENT://x:9092", IDENTITY),
        ("ELASTICSEARCH_CLUSTER_MASTER_HOSTS", "es-master-0", IDENTITY),
        ("NO_PROXY", "core,10.0.0.0/8", CONTENT),
        ("EXECUTOR_IMAGE", "quay.io/x/exec:v1", IMAGE),
        ("WHATEVER", "quay.io/x/exec:v1", IMAGE),
        ("PAGE_HEADERS", "default-src 'self'; connect-src 'self' https://db:5432", UNKNOWN),
    ],
)
def test_by_name(name: str, value: str, expected: Role) -> None:
    assert role(name, value) is expected


INSIDE = [
    "http://api:80/x",
    "api:80",
    "http://api.default.svc",
    "http://api.default.svc.cluster.local.:80",
    "http://u:p@api.default/x",
    "http://api-0.api:80",
    "https://example.org,http://api:80",
]


@pytest.mark.parametrize("value", INSIDE)
def test_an_unknown_name_that_leads_into_the_cluster_calls(value: str) -> None:
    assert role("ANYTHING", value, others=service("api")) is CALLS
    assert role("SITE_URL", value, others=service("api")) is CALLS


def test_what_a_registry_resolves_is_called_where_a_service_has_the_name() -> None:
    for value in ("lb://api", "lb:ws://api/x"):
        assert role("ROUTES_URI", value, others=service("api")) is CALLS
        assert role("SHOP_API_URL", value) is UNKNOWN


@pytest.mark.parametrize("value", INSIDE[1:2] + INSIDE[4:6])
def test_without_such_a_service_it_says_nothing(value: str) -> None:
    assert role("ANYTHING", value) is UNKNOWN


@pytest.mark.parametrize("value", ["http://api:80/x", "https://user:word@api-main:8443"])
def test_a_url_that_only_a_network_resolves_calls_what_is_not_there(value: str) -> None:
    assert role("ANYTHING", value) is CALLS


@pytest.mark.parametrize("value", ["http://localhost:80", "http://api/x", "http://api.shop:80", "http://10.0.0.7:80"])
def test_other_urls_may_be_anybody_s(value: str) -> None:
    assert role("ANYTHING", value) is UNKNOWN


@pytest.mark.parametrize("value", INSIDE)
def test_a_workloads_own_service_is_no_call_of_an_unknown_name(value: str) -> None:
    assert role(
        "ANYTHING", value.removeprefix("https://example.org,"), others=service("api", selector="{app: web}")
    ) is (UNKNOWN)


def test_the_table_can_be_surer_than_the_value() -> None:
    others = service("api")
    assert role("LOGIN_ALLOWED_ORIGINS", "http://api:80", others=others) is BROWSER
    assert role("VAULT_API_ADDR", "http://api:80", others=others) is IDENTITY
    assert role("KC_HOSTNAME", "http://api:80", others=others) is BROWSER


def test_a_bare_service_name_counts_in_names_of_addresses_only() -> None:
    others = service("api")
    assert role("GMS_HOST", "api", others=others) is CALLS
    assert role("GMS_HOST", "api.default.svc.cluster.local", others=others) is CALLS
    assert role("GMS_NAME", "api", others=others) is UNKNOWN
    assert role("GMS_HOST", "elsewhere") is UNKNOWN


def test_the_image_may_decide() -> None:
    assert role("FLAGS_API_URL", "https://flags.example.org", image="x/flags-frontend:2") is BROWSER
    assert role("FLAGS_API_URL", "https://flags.example.org", image="x/flags:2") is CALLS


def test_options_are_named_like_variables() -> None:
    found = roles(
        pod('command: [app, "--http-address=0.0.0.0:4180", "--redis-url=redis://c", "--web.listen-address", ":9"]')
    )
    assert found == {"--http-address": LISTENS, "--redis-url": CALLS, "--web.listen-address": LISTENS}


def test_files() -> None:
    data = """
        realm.json: |
          {"attributes": {"frontendUrl": "https://id.example.org"},
           "clients": [{"attributes": {"backchannel.logout.url": "http://web/x"}}]}
        otel.yaml: |
          receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}, http: {endpoint: "localhost:4318"}}}}
          exporters: {otlp: {endpoint: "tempo:4317"}}
        nginx.conf: |
          server { listen 80; server_name docs.example.org; location / { proxy_pass http://web:80; } }
    """
    found = {label.split(" in ")[0]: role for label, role in roles(mounted("map", data)).items()}
    assert found == {
        "attributes.frontendUrl": BROWSER,
        "clients[0].attributes.backchannel.logout.url": CALLS,
        "receivers.otlp.protocols.grpc.endpoint": LISTENS,
        "receivers.otlp.protocols.http.endpoint": LISTENS,
        "exporters.otlp.endpoint": CALLS,
        "server.listen": LISTENS,
        "server.server_name": BROWSER,
        "server.location /.proxy_pass": CALLS,
    }


def test_the_job_that_imports_a_realm_does_not_call_its_clients() -> None:
    data = 'realm.json: \'{"clients": [{"attributes": {"backchannel.logout.url": "http://api/x"}}]}\''
    text = mounted("map", data, container="image: x/keycloak-config-cli:6") + service("api")
    assert [row.role for row in told(text)] == [UNKNOWN]


def test_what_a_flag_writes_into_metadata_a_variable_of_that_name_connects_to() -> None:
    image = "apachepulsar/pulsar:4.0"
    assert role("brokerServiceURL", "pulsar://broker:6650", image) is CALLS
    words = "[bin/pulsar, initialize-cluster-metadata, --broker-service-url, 'pulsar://broker:6650']"
    assert roles(pod(f"image: {image}\ncommand: {words}"))["--broker-service-url"] is CONTENT
