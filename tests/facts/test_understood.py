"""Forms in which configuration names a host: those that are calls, and those that only look like it."""

import json

import pytest

from tests.facts.worlds import pods, rows, service
from tests.settings.told import config_map

DB = pods(name="db", port=5432) + service("db", "{selector: {app: db}, ports: [{name: pg, port: 5432}]}")


def calls(client: str) -> set[tuple[str, int | None]]:
    return {(row.host, row.port) for row in rows(client + DB)}


def of_variables(**env: str) -> set[tuple[str, int | None]]:
    return calls(pods(name="web", env=env))


def of_command(*words: str) -> set[tuple[str, int | None]]:
    return calls(with_container(f"command: {json.dumps(words)}"))


def of_file(name: str, text: str, path: str = "/etc/app") -> set[tuple[str, int | None]]:
    """What a workload calls that mounts a file of that name and text."""
    container = f"volumeMounts: [{{name: c, mountPath: {path}}}]"
    volumes = "volumes: [{name: c, configMap: {name: c}}]"
    return calls(with_container(container, volumes) + config_map("c", f"{name}: {json.dumps(text)}"))


def with_container(container: str, spec: str = "") -> str:
    head = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: default}\nspec:\n"
    return f"{head}  {spec}\n  containers:\n  - name: main\n    image: example/web:1\n    {container}\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_CONNECTION", "host=db port=5432 user=x dbname=y"),
        ("DB_CONNECTION", "user=x dbname=y host=db"),
        ("ConnectionStrings__Main", "Host=db;Port=5432;Database=x;Username=u"),
        ("ConnectionStrings__Main", "Server=db,5432;Database=c;User Id=u;TrustServerCertificate=True"),
        ("ConnectionStrings__Main", "Server=tcp:db,5432;Initial Catalog=c;Encrypt=True"),
        ("ConnectionStrings__Main", "Server=db;Uid=u;Database=x"),
        ("ConnectionStrings__Cache", "db:5432,abortConnect=false,ssl=false"),
        ("BACKEND_NODES", "0:db:5432,1:db:5432"),
        ("OVERRIDES", "a.example.org=http://db.default.svc:5432"),
        ("PGHOST", "db"),
        ("POSTGRESHOST", "db"),
        ("ANYHTINGHOST", "db"),
    ],
)
def test_a_variable_names_a_host(name: str, value: str) -> None:
    assert of_variables(**{name: value}) == {("db" if "svc" not in value else "db.default.svc", 5432)}


def test_a_host_goes_with_the_port_that_is_written_together_with_the_same_word() -> None:
    assert of_variables(MYSQLHOST="db", MYSQLPORT="5432") == {("db", 5432)}
    assert of_variables(REDISHOST="db", REDISPORT="5432", OTHERPORT="1") == {("db", 5432)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_CONNECTION", "sqlite"),
        ("ConnectionStrings__Local", "Data Source=db;Mode=Memory;Cache=Shared"),
        ("ConnectionStrings__Local", "Data Source=app.db;Password=x"),
        ("TEXT", "server=db"),
        ("RABBITMQ_VHOST", "db"),
        ("LOCALHOST", "db"),
        ("EXPORT", "db"),
        ("LINK", "https://docs.example.org/?see=http://db:5432"),
        ("POSTGRES_DB", "db"),
    ],
)
def test_a_variable_only_looks_like_it(name: str, value: str) -> None:
    assert of_variables(**{name: value}) in (set(), {("docs.example.org", 443)})


def test_curl_is_led_elsewhere() -> None:
    assert of_command("curl", "--connect-to", "www.example.org:80:db:5432", "http://www.example.org/") == {("db", 5432)}
    assert of_command("curl", "--connect-to", "::db:5432", "https://www.example.org/") == {("db", 5432)}
    assert of_command("curl", "--resolve", "db:80:10.1.2.3", "http://db/") == {("10.1.2.3", 80)}
    assert of_command("curl", "--connect-to", "db:81:x:1", "http://db:5432/") == {("db", 5432), ("x", 1)}


def test_the_path_of_a_request_is_no_part_of_a_host() -> None:
    text = "server {\n  listen 8080;\n  location = /a { proxy_pass http://db:5432$request_uri; }\n}\n"
    assert of_file("nginx.conf", text) == {("db", 5432)}


def test_services_by_their_full_name() -> None:
    assert of_file("mesh.yaml", "providers:\n- http:\n    service: db.default.svc.cluster.local\n    port: 5432\n") == {
        ("db.default.svc.cluster.local", 5432)
    }
    assert of_file("mesh.yaml", "providers:\n- http:\n    service: other.default.svc.cluster.local\n") == set()


def test_names_that_prometheus_looks_up() -> None:
    one = "- names: [db.default.svc]\n  port: 5432\n- names: [x.example.org]\n  port: 99\n".replace("\n", "\n    ")
    text = f"scrape_configs:\n- dns_sd_configs:\n    {one}"
    assert of_file("prometheus.yml", text) == {("db.default.svc", 5432), ("x.example.org", 99)}


def test_the_endpoints_of_envoys_clusters_and_not_where_it_listens() -> None:
    def at(name: str, port: int) -> str:
        return f"{{address: {{socket_address: {{address: {name}, port_value: {port}}}}}}}"

    cluster = f"{{load_assignment: {{endpoints: [{{lb_endpoints: [{{endpoint: {at('db', 5432)}}}]}}]}}}}"
    listener = at("0.0.0.0", 80)
    assert of_file("envoy.yaml", f"static_resources: {{clusters: [{cluster}], listeners: [{listener}]}}") == {
        ("db", 5432)
    }


def test_the_name_that_a_program_goes_by() -> None:
    text = '{"hostname": "mover.ops.svc.cluster.local", "username": "mover"}'
    assert of_file("repository.config", text) == set()
