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


DJANGO = """
import os
HOST = os.environ.get("SEARCH_HOST", "db")
SEARCH_URL = f"http://{HOST}:5432/search"
BROKER_URL = "redis://:%s@%s:5432/0" % (os.environ["PASSWORD"], "db")
RESULT_URL = "redis://" + HOST + ":5432"
FORMATTED_URL = "redis://{}:{}".format("db", 5432)
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "PORT": 5432},
}
CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": [("db", 5432)]}}}
"""


def test_python_settings_are_read_and_not_run() -> None:
    found = rows(with_container_and_file("production.py", DJANGO) + DB)
    assert {(row.settings.split(" in ")[0], row.host, row.port, row.hard) for row in found} == {
        ("HOST", "db", 5432, False),
        ("SEARCH_URL", "db", 5432, False),  # the image may set SEARCH_HOST
        ("BROKER_URL", "db", 5432, False),
        ("RESULT_URL", "db", 5432, False),
        ("FORMATTED_URL", "db", 5432, True),
        ("DATABASES.default.HOST", "db", 5432, True),
        ("CHANNEL_LAYERS.default.CONFIG.hosts[0]", "db", 5432, True),
    }


def with_container_and_file(name: str, text: str) -> str:
    container = "volumeMounts: [{name: c, mountPath: /etc/app}]"
    volumes = "volumes: [{name: c, configMap: {name: c}}]"
    return with_container(container, volumes) + config_map("c", f"{name}: {json.dumps(text)}")


def test_the_environment_answers_what_python_asks() -> None:
    text = "import os\nSEARCH_URL = f\"http://{os.environ['H']}:{os.getenv('P', 5432)}/\"\n"
    manifests = with_container_and_file("a.py", text).replace(
        "volumeMounts", "env: [{name: H, value: db}]\n    volumeMounts"
    )
    assert {(row.host, row.port) for row in rows(manifests + DB)} == {("db", 5432)}


@pytest.mark.parametrize(
    "text",
    [
        "class CeleryConfig:\n    broker_url = 'redis://db:5432/0'\n",
        "c.JupyterHub.db_url = 'postgresql://u@db:5432/x'\n",
        "CACHE = dict(redis_host='db', redis_port=5432)\n",
        "if True:\n    CACHE_URL = 'redis://db:5432'\nelse:\n    pass\n",
        "def url():\n    return requests.get('http://db:5432/x')\n",
        "X = {**Y, 'redis_url': 'redis://db:5432'}\n",
        "DATABASES['default'] = {'HOST': 'db', 'PORT': '5432'}\n",
    ],
)
def test_python_names_a_host(text: str) -> None:
    assert of_file("settings.py", text) == {("db", 5432)}


@pytest.mark.parametrize(
    "text",
    [
        "# SEARCH_URL = 'http://db:5432'\nA = 1\n",
        '"""Example:\n\nSEARCH_URL = \'http://db:5432\'\n"""\n',
        "SEARCH_URL = f'http://{host}:5432/'\n",
        "SEARCH_URL = 'http://' + find() + ':5432/'\n",
        "NAME = 'db'\n",
        "def broken(:\n    SEARCH_URL = 'http://db:5432'\n",
        "ALLOWED_HOSTS = ['db']\n",
        "X = " + "(" * 300 + "'redis://db:5432'" + ")" * 300 + "\n",
    ],
)
def test_python_only_looks_like_it(text: str) -> None:
    assert of_file("settings.py", text) == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.js", "module.exports = {\n  // the database\n  database: { host: 'db', port: 5432 },\n};\n"),
        ("config.js", "exports.url = process.env.DB_URL || 'postgres://u@db:5432/x';\n"),
        ("config.ts", "export default { redisUrl: `redis://db:5432` };\n"),
        ("config.php", "<?php\nreturn ['db_host' => 'db', 'db_port' => 5432];\n"),
        ("config.php", "<?php $CONFIG = array('dbhost' => getenv('H') ?: 'db:5432');\n"),
        ("production.rb", "config.cache_store = :redis_cache_store, { url: 'redis://db:5432/0' }\n"),
        ("app.rb", "DB_URL = ENV.fetch('DB_URL', 'postgres://u@db:5432/x')\n"),
        ("config.alloy", 'loki.write "default" {\n  endpoint {\n    url = "http://db:5432/push"\n  }\n}\n'),
        ("vault.hcl", 'storage "postgresql" {\n  connection_url = "postgres://u@db:5432/x"\n}\n'),
        ("application.conf", 'app {\n  db {\n    host = "db"\n    port = 5432\n  }\n}\n'),
        ("application.conf", "app.db = {\n  host = db\n  port: 5432\n}\n"),
        ("pipeline.conf", 'output {\n  elasticsearch {\n    hosts => ["http://db:5432"]\n  }\n}\n'),
        ("default.vcl", 'backend default {\n  .host = "db";\n  .port = "5432";\n}\n'),
        ("Caddyfile", ":8080 {\n\thandle /api/* {\n\t\treverse_proxy db:5432\n\t}\n}\n"),
        ("Caddyfile", "example.org {\n  reverse_proxy /x {\n    to http://db:5432\n  }\n}\n"),
        ("Caddyfile", "example.org {\n  reverse_proxy {$UPSTREAM:db:5432}\n}\n"),
    ],
)
def test_literals_name_a_host(name: str, text: str) -> None:
    assert of_file(name, text) == {("db", 5432)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.js", "module.exports = {\n  // url: 'http://db:5432',\n  /* url: 'http://db:5432' */\n a: 1 };\n"),
        ("config.php", "<?php\n# 'db_host' => 'db:5432'\n"),
        ("production.rb", "# config.redis_url = 'redis://db:5432'\n"),
        ("config.alloy", '// url = "http://db:5432"\n'),
        ("Caddyfile", 'db:5432 {\n  # reverse_proxy db:5432\n  respond "db:5432"\n}\n'),
        ("Caddyfile", "example.org {\n  reverse_proxy unix//run/db.sock\n  redir http://db:5432/\n}\n"),
        ("config.js", "var names = ['db', 'web'];\nvar title = 'db';\n"),
    ],
)
def test_literals_only_look_like_it(name: str, text: str) -> None:
    assert of_file(name, text) == set()


def test_what_browsers_are_served_is_no_call() -> None:
    assert of_file("config.js", "window.api = { url: 'http://db:5432' };\n", "/usr/share/nginx/html") == set()


@pytest.mark.parametrize(
    "script",
    [
        'args=()\nargs+=("--replicaof" "db" 5432)\nexec run "${args[@]}"',
        'hosts=(\n "http://db:5432"\n)\nfor h in "${hosts[@]}"; do wait-for "$h"; done',
        "declare -a db_hosts=(db)\ncheck",
        "redis-server --replicaof db 5432",
    ],
)
def test_a_list_of_a_script_names_a_host(script: str) -> None:
    assert of_command("/bin/bash", "-ec", script) == {("db", 5432)}


@pytest.mark.parametrize(
    "script",
    ["names=(db web)\n", "# hosts=(db:5432)\n", "hosts=()\n", "(true)\n", "f() { true; }\nf db", "hosts= (db)\n"],
)
def test_a_list_of_a_script_only_looks_like_it(script: str) -> None:
    assert of_command("/bin/bash", "-ec", script) == set()


def test_a_list_does_not_hide_the_commands_after_it() -> None:
    assert of_command("bash", "-c", "a=(x\ny)\ncurl http://db:5432/ && b=(1 2); nc -z db 5432") == {("db", 5432)}


def test_gos_data_source_names_of_mysql_as_urls() -> None:
    assert of_variables(MM_CONFIG="mysql://u:p@tcp(db:5432)/x?charset=utf8") == {("db", 5432)}
