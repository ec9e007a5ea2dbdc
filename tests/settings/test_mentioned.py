"""What no reader makes anything of, and names a Service all the same: guesses, and what only looks like it."""

import json

import pytest

from mblint.cluster.secrets import reveal
from mblint.settings.names import Role
from mblint.settings.rows import Setting

from .told import config_map, env, line_and_column, mounted, pod, secret, service, told


def guesses(text: str) -> dict[str, str]:
    """What was guessed, by its label."""
    return {row.label: reveal(row.value or "") for row in rows(text)}


def rows(text: str) -> list[Setting]:
    return [row for row in told(text + service("db", 5432)) if row.guessed and row.role is Role.CALLS]


def of_file(name: str, text: str, path: str = "/etc/app") -> list[str]:
    return sorted(guesses(mounted("map", f"{name}: {json.dumps(text)}", path)).values())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("connect http://db:8080/x", "http://db:8080"),
        ("connect postgres://user:pass@db/x", "postgres://db"),
        ("dial dns:///db:5432", "dns:///db:5432"),
        ("dial db:5432 now", "db:5432"),
        ("*.* @@db:514", "db:514"),
        ("dial db-0.db.default.svc.cluster.local:5432", "db-0.db.default.svc.cluster.local:5432"),
        ("find _pg._tcp.db.default.svc", "db.default.svc"),
        ("socket.create_connection(('db', 5432))", "db:5432"),
        ("exec 3<>/dev/tcp/db/5432", "db:5432"),
        ('output(type="forward" target="db" port="514")', "db:514"),
        ("define('DB_HOST', 'db');", "db"),
        ("OPTIONS (host 'db', port '5433')", "db:5433"),
        ("command: run --db-host db --verbose", "db"),
        ("peers: db 5432", "db:5432"),
        ("url=http://db:${PORT}/", "db"),
        ("relayhost = [db]:587", "db:587"),
        ("net.connect(5432, 'db')", "db:5432"),
        ("new Redis('db')", "db"),
        ('destination d { network("db" port(514)); };', "db:514"),
        ("repo: ecto://u:p@db/x", "db"),
        ("base: http://db:${PORT}/v1", "db"),
        ("url: http://db.${NAMESPACE}.svc", "http://db"),
        ("url: http://db.{{ .Release.Namespace }}.svc", "http://db"),
        ("url: http://db.$(POD_NAMESPACE)", "http://db"),
        ("proxy_pass http://db$request_uri;", "http://db"),
    ],
)
def test_a_service_stands_where_a_host_does(text: str, value: str) -> None:
    assert of_file("app.unknown", f"first line\n{text}\n") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "# http://db:5432",
        "  // http://db:5432",
        "the db is large",
        "my-db:5432 db-2:5432",
        "image: db:5432",
        "http://other/db:5432",
        "path/db:5432",
        "http://db.example.org:5432",
        "http://db.other.svc:5432",
        "return 302 http://db/;",
        "server_name db:80;",
        "log syslog:server=db:514",
        'up{instance="db:5432"}',
        "db 100",
        "$db:5432",
        "connect(80, 'db')",
        "emit('db')",
        "ssh -N -L 5432:db:5432 me@bastion",
        "ssh -L 127.0.0.1:5432:db:5432 me@bastion",
        "url: https://db.${DOMAIN}/",
        "url: https://db.{{ domain }}:5432",
        "url: https://db.<your domain>/",
        "url: https://db.$(SECRET_DOMAIN)",
    ],
)
def test_it_only_looks_like_a_host(text: str) -> None:
    assert of_file("app.unknown", f"first line\n{text}\n") == []


def test_files_of_people_browsers_and_whole_readers_are_left_out() -> None:
    text = "first line\nconnect http://db:8080/x\n"
    assert of_file("readme.md", text) == of_file("index.html", text) == of_file("script.py", text) == []
    assert of_file("app.js", "fetch('http://db:8080')\n", "/usr/share/nginx/html") == []
    assert of_file("Caddyfile", "db:5432 {\n  respond hello\n}\n") == []
    assert of_file("large.unknown", text + "x" * 256 * 1024) == []


def test_what_is_known_is_not_guessed() -> None:
    assert of_file("app.yaml", "database_url: postgres://db:5432/x\n") == []
    assert of_file("app.yaml", "cors_allowed_origins: http://db:8080\n") == []
    assert of_file("app.yaml", "text: see db:8080 first\n") == ["db:8080"]


def test_the_workloads_own_service_is_no_destination() -> None:
    text = mounted("map", "app.unknown: |\n  connect http://own:80\n  again\n")
    assert guesses(text + service("own", selector="{app: web}")) == {}
    assert guesses(text + service("own", selector="{app: db}")) == {"line 1 in /etc/app/app.unknown": "http://own:80"}


def test_a_guess_has_the_place_of_the_name() -> None:
    (row,) = rows(mounted("map", "app.unknown: |\n  first\n  connect http://db:8080\n"))
    line, column = line_and_column(row)
    manifest = mounted("map", "app.unknown: |\n  first\n  connect http://db:8080\n").splitlines()
    assert manifest[line - 1][column - 1 :] == "db:8080"


def test_variables_and_commands() -> None:
    assert guesses(pod(env("{name: ROUTES, value: 'a=db:5432;b=x:1'}"))) == {"ROUTES db": "db:5432"}
    assert guesses(pod(env("{name: ORDERS_SERVICE, value: db}"))) == {"ORDERS_SERVICE host": "db"}
    assert guesses(pod(env("{name: ORDERS_SERVICE_NAME, value: db}"))) == {"ORDERS_SERVICE_NAME host": "db"}
    assert guesses(pod(env("{name: SERVICE_NAME, value: db}", "{name: DD_SERVICE_NAME, value: db}"))) == {}
    assert guesses(pod(env("{name: APP, value: db}", "{name: OTEL_SERVICE_NAME, value: db}"))) == {}
    assert guesses(pod(env("{name: TEXT, value: server=db}"))) == {}
    words = json.dumps(["node", "-e", "connect('db', 5432)"])
    assert guesses(pod(f"image: x\ncommand: {words}")) == {"command": "db:5432"}


def test_a_secrets_guess_stays_secret() -> None:
    volume = "volumes: [{name: files, secret: {secretName: s}}]"
    container = "image: x\nvolumeMounts: [{name: files, mountPath: /etc/app}]"
    (row,) = rows(pod(container, volume) + secret("s", "a.unknown: |\n  first\n  connect http://db:8080\n"))
    assert row.secret
    assert "8080" not in row.label


def test_a_text_with_many_names_is_bounded() -> None:
    names = [f"db-{number}" for number in range(200)]
    text = "first\n" + "".join(f"http://{name}:80\n" for name in names)
    many = mounted("map", f"a.unknown: {json.dumps(text)}") + "".join(map(service, names))
    assert len(rows(many)) == 64


def test_placeholders_with_defaults_ask_the_environment() -> None:
    text = "datasource:\n  url: jdbc:postgresql://${DB_HOST:db}:${DB_PORT:-5432}/x\n"
    container = "image: x\nenv: [{name: DB_HOST, value: other}]"
    unset = mounted("map", f"a.yml: {json.dumps(text)}")
    told_so = mounted("map", f"a.yml: {json.dumps(text)}", container=container)
    assert guesses(unset) == {"datasource.url in /etc/app/a.yml": "jdbc:postgresql://db:5432/x"}
    assert guesses(told_so) == {"datasource.url in /etc/app/a.yml": "jdbc:postgresql://other:5432/x"}


@pytest.mark.parametrize(
    "value",
    [
        '<%= ENV["DB_HOST"] || "db" %>',
        "<%= ENV.fetch('DB_HOST', 'db') %>",
        '<%= ENV.fetch("DB_HOST") { "db" } %>',
        "${env:DB_HOST:-db}",
    ],
)
def test_more_placeholders(value: str) -> None:
    assert of_file("database.yml", f"production:\n  adapter: postgresql\n  host: {value}\n  pool: 5\n") == ["db"]


def test_a_placeholder_alone_stays() -> None:
    found = told(mounted("map", "a.yml: |\n  url: http://${DB_HOST}/x\n  other: 1\n"))
    assert [reveal(row.value or "") for row in found] == ["http://${DB_HOST}/x", "1"]


def test_json_with_comments() -> None:
    text = '{\n  // local\n  "Redis": {"Host": "db", "Port": 5432},\n  "Api": "http://db:8080",\n}\n'
    found = told(mounted("map", f"appsettings.json: {json.dumps(text)}"))
    assert [reveal(row.value or "") for row in found] == ["db", "5432", "http://db:8080"]
    assert not any(row.guessed for row in found)


@pytest.mark.parametrize(
    ("name", "text", "sure"),
    [
        ("a.php", "<?php\nif (!defined('A')) { define('A', 'no'); }\ndefine('B', 'one');\n", ["one"]),
        ("a.php", "<?php\nif ($q) $z = 'no';\n$d = 'no';\n$d = 'no';\n$e['f'] = ['no'];\n$e['f'][] = g();\n", []),
        ("a.php", "<?php\n$c = array('host' => 'one', 'b' => $p ? 'no' : 'no', 'k' => 'two');\n", ["one", "two"]),
        ("a.php", "<?php\nclass C { public $host = 'one'; function f() { $h = 'no'; } }\n", ["one"]),
        ("a.js", "module.exports = {a: 'one', test: {a: 'no'}, f: (q) => { return {b: 'no'} }};\n", ["one"]),
        ("a.js", "module.exports = {...shared, a: 'no'};\n", []),
        ("a.rb", "a['host'] = 'one'\nif x\n  a['url'] = 'no'\nend\nb = 'no'\n", ["one"]),
        ("a.conf", 'a {\n  if [b] == "c" {\n    d = "no"\n  }\n  e = "one"\n}\n', ["one"]),
    ],
)
def test_what_stands_under_no_condition_is_certain(name: str, text: str, sure: list[str]) -> None:
    found = told(mounted("map", f"{name}: {json.dumps(text)}"))
    assert [reveal(row.value or "") for row in found if not row.guessed] == sure


def test_targets_that_an_exporter_probes() -> None:
    relabel = "relabel_configs: [{target_label: __address__, replacement: 'db:9115'}]"
    job = "scrape_configs:\n- job_name: a\n  static_configs: [{targets: ['http://web:80']}]\n"
    plain = told(mounted("map", f"prometheus.yml: {json.dumps(job)}") + service("web", selector="{app: web2}"))
    probed = told(
        mounted("map", f"prometheus.yml: {json.dumps(job + '  ' + relabel)}") + service("web", selector="{app: web2}")
    )
    assert [reveal(row.value or "") for row in plain if row.role is Role.CALLS] == ["http://web:80"]
    assert [reveal(row.value or "") for row in probed if row.role is Role.CALLS] == []


def test_config_map_of_nobody_is_not_read() -> None:
    assert guesses(pod("image: x") + config_map("map", "a.unknown: http://db:80")) == {}


@pytest.mark.parametrize("value", ["http://${env:POD_IP}:8888", "http://${file:/run/db}/", "${secret:db}"])
def test_placeholders_of_other_sources_stay(value: str) -> None:
    found = told(mounted("map", f"a.yml: {json.dumps(f'url: {value}')}"))
    assert [reveal(row.value or "") for row in found] == [value]
