"""Mounted files: where they land, what they say, and where that stands."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mblint.settings.formats.by_name import LARGEST, read_leaves
from mblint.settings.formats.structured import read_structured
from mblint.settings.rows import Setting

from .told import config_map, line_and_column, mounted, pod, secret, told, values


def leaves(path: str, text: str) -> dict[str, str]:
    return {leaf.key: leaf.value for leaf in read_leaves(path, text)}


def test_items_sub_paths_and_projections_decide_the_path() -> None:
    container = """
        volumeMounts:
        - {name: all, mountPath: /all}
        - {name: some, mountPath: /some}
        - {name: all, mountPath: /one/renamed.env, subPath: a.env}
        - {name: all, mountPath: /none, subPath: missing}
        - {name: mixed, mountPath: /mixed}
        - {name: some, mountPath: /below, subPath: sub}
    """
    spec = """
        volumes:
        - {name: all, configMap: {name: map}}
        - {name: some, configMap: {name: map, items: [{key: b.env, path: sub/b.env}]}}
        - name: mixed
          projected: {sources: [{configMap: {name: map, items: [{key: a.env, path: m.env}]}}, {secret: {name: keys}}]}
    """
    objects = config_map("map", "a.env: A=1\nb.env: B=2") + secret("keys", "k.env: K=3")
    assert {row.label for row in told(pod(container, spec) + objects)} == {
        "A in /all/a.env",
        "B in /all/b.env",
        "B in /some/sub/b.env",
        "A in /one/renamed.env",
        "A in /mixed/m.env",
        "K in /mixed/k.env",
        "B in /below/b.env",
    }


def test_haproxy_says_what_it_binds_and_what_servers_it_calls() -> None:
    text = """global
      log stdout format raw local0
    frontend web
      bind :8080
      default_backend shop
    backend shop
      timeout server 60s
      server one shop:80 check inter 1s
      server-template many 1-3 shop-headless:8080 resolvers dns
    """
    assert [(leaf.key, leaf.value, text[leaf.offset :][:4]) for leaf in read_leaves("/etc/haproxy.cfg", text)] == [
        ("haproxy.frontend web.bind", ":8080", ":808"),
        ("haproxy.backend shop.server", "shop:80", "shop"),
        ("haproxy.backend shop.server", "shop-headless:8080", "shop"),
    ]


def test_a_site_of_nginx_needs_no_extension() -> None:
    text = "upstream shop {\n  server shop:3000;\n}\nserver {\n  location / { proxy_pass http://shop; }\n}\n"
    assert leaves("/etc/nginx/sites-enabled/default", text) == {
        "upstream shop.server": "shop:3000",
        "server.location /.passes": "upstream shop",
    }


def test_a_file_is_told_to_each_container_that_mounts_it() -> None:
    text = mounted("map", "app.env: A=1") + pod("image: x", name="other")
    assert [row.workload.id.name for row in told(text)] == ["web"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.json", '{"db": {"hosts": ["x:1", "y:2"], "none": null}}', {"db.hosts[0]": "x:1", "db.hosts[1]": "y:2"}),
        ("a.yaml", "a:\n- b: {c: x}\n- y\nd: ~\n", {"a[0].b.c": "x", "a[1]": "y"}),
        ("a.yml", "---\na: 1\n---\nb: 'null'\n", {"a": "1", "b": "null"}),
        ("a.toml", 'x = "0"\n[db]\nports = [1, 2]', {"x": "0", "db.ports[0]": "1", "db.ports[1]": "2"}),
        ("a.ini", "[db]\nhost = h ; x\n; c\n[b]\nurl: 'u'", {"db.host": "h ; x", "b.url": "u"}),
        ("a.properties", "db.url=jdbc:x\n# c\n! c\na: b", {"db.url": "jdbc:x", "a": "b"}),
        (".env", 'export A="x y"\nB=', {"A": "x y", "B": ""}),
        ("redis.conf", "bind 0.0.0.0\nreplicaof host 6379", {"bind": "0.0.0.0", "replicaof": "host 6379"}),
        ("fluent-bit.conf", "[OUTPUT]\nHost a\n[OUTPUT]\nHost b", {"OUTPUT[0].Host": "a", "OUTPUT[1].Host": "b"}),
        (
            "fluent.conf",
            "<match a>\nhost x\n<server>\nhost y\n</server>\n</match>\n<match b>\nhost z\n</match>",
            {"match[0].host": "x", "match[0].server[0].host": "y", "match[1].host": "z"},
        ),
        ("pgbouncer.ini", "[databases]\n* = host=db", {"databases.*": "host=db"}),
        (
            "logstash.conf",
            'output {\n  http {\n    url => "http://a"\n  }\n}\n',
            {"output.http.url": "http://a"},
        ),
        ("telegraf.conf", '[[outputs.influxdb]]\nurls = ["http://i:1"]', {"outputs.influxdb[0].urls[0]": "http://i:1"}),
        (
            "squid.conf",
            "http_port 3128\ncache_peer origin parent 8080 0 no-query originserver\n# cache_peer x parent 1 0\n",
            {"cache_peer[0]": "origin:8080"},
        ),
        ("tabs.json", '{\n\t"a": {"b": "\\ud83d\\ude00", "no": false}}', {"a.b": "\U0001f600", "a.no": "false"}),
        ("a.xml", "<c><host v='1'>h</host></c>", {"c.host@v": "1", "c.host": "h"}),
        ("password", "hunter2\n", {"password": "hunter2"}),
        ("config", "a: b\nc: d\n", {"a": "b", "c": "d"}),
        ("x.yaml.tpl", "a: b\n", {"a": "b"}),
    ],
)  # fmt: skip
def test_formats(path: str, text: str, expected: dict[str, str]) -> None:
    assert leaves(f"/etc/{path}", text) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "fetch('http://api')"),
        ("a.html", "<a href='http://x'>"),
        ("a.json", "{broken"),
        ("a.yaml", "a: [b"),
        ("a.toml", "= x"),
        ("a.xml", "<a><b></a>"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        ("ca.crt", "-----BEGIN CERTIFICATE-----\nx: y\n"),
        ("dashboard.json", '{"panels": [], "schemaVersion": 1, "url": "http://x"}'),
        ("large.json", json.dumps({"a": "x" * LARGEST})),
        ("a.yaml", "a: " + "[" * 5000),
    ],
)
def test_what_has_no_values(path: str, text: str) -> None:
    assert leaves(f"/etc/{path}", text) == {}


def test_nginx() -> None:
    found = leaves(
        "/etc/nginx/conf.d/default.conf",
        """
        upstream app { server app-1:80 weight=5; server "app-2:80"; keepalive 3; }  # two
        server {
          listen 8080;
          set $backend http://files:9000;
          location /media/ { set $path bucket; proxy_pass $backend/$path/; }
          location ~ \\.php$ { fastcgi_pass php:9000; }
          location /app { proxy_pass http://app/x; }
          location /grpc { grpc_pass grpc://${host}:80; proxy_set_header Host $host; }
        }
        """,
    )
    assert found["server.location /media/.proxy_pass"] == "http://files:9000/bucket/"
    assert found["server.location ~ \\.php$.fastcgi_pass"] == "php:9000"
    assert found["server.location /grpc.grpc_pass"] == "grpc://${host}:80"
    assert found["server.listen"] == "8080"
    assert found["upstream app.server"] == "app-2:80"
    assert "server.location /app.proxy_pass" not in found


def test_nginx_variables_end_with_their_block() -> None:
    text = "server { location /a { set $b x; }\nlocation /c { proxy_pass http://$b; } }"
    assert leaves("/etc/nginx.conf", text)["server.location /c.proxy_pass"] == "http://$b"


def stands(text: str, row: Setting) -> str:
    line, column = line_and_column(row)
    return text.splitlines()[line - 1][column - 1 :]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("a.yaml", ["db:", "  host: target", "  other: 1"]),
        ("a.yaml", ["db:", "  - 'target'"]),
        ("a.json", ["{", '  "x": ["target"]', "}"]),
        ("a.toml", ["[target]", 'target = "target"']),
        ("a.toml", ["[[a]]", 'hosts = ["first",', '  "target"]', "[[a]]", "hosts = []"]),
        ("a.ini", ["[x]", "key =   target"]),
        ("a.env", ['A="target"']),
        ("nginx.conf", ["server {", "  proxy_pass 'target';", "}"]),
        ("redis.conf", ["# target", "replicaof target"]),
    ],
)
def test_values_are_placed_to_the_character(name: str, lines: list[str]) -> None:
    data = f"{name}: |\n" + "".join(f"  {line}\n" for line in lines)
    text = mounted("map", data)
    (row,) = [row for row in told(text) if row.value == "target"]
    assert stands(text, row).startswith("target")
    assert stands(text, row).rstrip("';\"]") == "target"


def test_in_base64_the_place_is_the_key() -> None:
    text = pod("volumeMounts: [{name: s, mountPath: /s}]", "volumes: [{name: s, secret: {secretName: s}}]")
    text += "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  a.env: QT10YXJnZXQ=\n"
    (row,) = told(text)
    assert row.place.offset is None
    assert text.splitlines()[line_and_column(row)[0] - 1].strip().startswith("a.env")


def test_one_line_secrets_are_told_by_their_file() -> None:
    text = pod("volumeMounts: [{name: s, mountPath: /s}]", "volumes: [{name: s, secret: {secretName: s}}]")
    assert values(text + secret("s", "password: hunter2")) == {"password in /s/password": "hunter2"}


scalars = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs", "Zl", "Zp")), max_size=12)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3), max_leaves=12
)


def flat(value: object, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in flat(part, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [leaf for index, part in enumerate(value) for leaf in flat(part, f"{path}[{index}]")]
    return [(path, str(value))]


@given(st.dictionaries(scalars, trees, min_size=1, max_size=4))
def test_json_and_yaml_give_every_scalar(tree: dict[str, object]) -> None:
    expected = flat(tree)
    for text in (
        json.dumps(tree),
        json.dumps(tree, indent=1, ensure_ascii=False),
        yaml.safe_dump(tree, sort_keys=False),
        yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=20),
    ):
        assert [(leaf.key, leaf.value) for leaf in read_structured(text)] == expected
        for leaf in read_structured(text):
            assert leaf.offset is None or leaf.value == "" or text[leaf.offset] == leaf.value[0]


@given(
    st.text(max_size=200),
    st.sampled_from(["a.conf", "a.json", "a.yaml", "a.toml", "a.ini", "a.xml", "x", "nginx.conf"]),
)
def test_no_text_breaks_a_reader(text: str, name: str) -> None:
    for leaf in read_leaves(f"/etc/{name}", text):
        assert leaf.offset is None or 0 <= leaf.offset <= len(text)


@pytest.mark.parametrize(
    ("path", "text", "key", "value"),
    [
        (
            "a.js",
            "const HOST = 'api';\nconst PORT = 8080;\nconst u = `http://${HOST}:${PORT}/x`;",
            "u",
            "http://api:8080/x",
        ),
        ("a.js", "const u = 'http://' + 'api' + ':' + 8080;", "u", "http://api:8080"),
        ("a.rb", 'host = "api"\nurl = "http://#{host}:8080"', "url", "http://api:8080"),
        ("a.php", "<?php $host = 'api'; $url = 'http://' . $host . ':8080';", "url", "http://api:8080"),
        ("a.rb", "gitlab_rails['db_host'] = 'db'", "gitlab_rails.db_host", "db"),
        ("a.py", "with connect(host='db'):\n    pass", "connect.host", "db"),
        ("a.py", "r = redis.Redis(host='cache')", "r.Redis.host", "cache"),
        ("a.py", "s = smtplib.SMTP('mail', 25)", "s", "mail:25"),
        ("a.py", "URL = 'http://{host}:80'.format(host='api')", "URL", "http://api:80"),
        ("a.py", "URL = 'http://%(host)s:80' % {'host': 'api'}", "URL", "http://api:80"),
        ("a.properties", r"url=jdbc\:postgresql\://db\:5432/x", "url", "jdbc:postgresql://db:5432/x"),
        ("core-site.xml", "<c><property><name>fs</name><value>hdfs://a</value></property></c>", "fs", "hdfs://a"),
        ("persistence.xml", '<p><property name="url" value="jdbc:x"/></p>', "url", "jdbc:x"),
        (
            "Web.config",
            '<configuration><add name="x" y="Server=db"/></configuration>',
            "configuration.add@y",
            "Server=db",
        ),
        ("app", "# defaults\nDB_HOST=db\nexport DB_PORT=5432\n", "DB_HOST", "db"),
    ],
)
def test_what_languages_put_together(path: str, text: str, key: str, value: str) -> None:
    assert leaves(path, text)[key] == value


@pytest.mark.parametrize(
    ("path", "text", "key", "value", "default"),
    [
        ("a.js", "const u = `http://${process.env.API_HOST || 'api'}:80`;", "u", "http://$(API_HOST):80", "api"),
        ("a.rb", "url = \"http://#{ENV.fetch('API_HOST', 'api')}:80\"", "url", "http://$(API_HOST):80", "api"),
        ("a.py", "HOST = os.environ.get('DB_HOST') or 'db'", "HOST", "$(DB_HOST)", "db"),
        ("a.yml", 'port: <%= ENV.fetch("DB_PORT") { 5432 } %>', "port", "$(DB_PORT)", "5432"),
        ("fluent.conf", "<match **>\nhost \"#{ENV['ES'] || 'es'}\"\n</match>", "match[0].host", "$(ES)", "es"),
    ],
)
def test_a_variable_in_a_text_is_asked_for(path: str, text: str, key: str, value: str, default: str) -> None:
    found = next(leaf for leaf in read_leaves(path, text) if leaf.key == key)
    assert (found.value, list(found.asks.values())) == (value, [default])


def test_a_variable_without_a_default_is_filled_where_the_format_says_so() -> None:
    text = "login.url=${LOGIN_URL}/realms/${REALM:office}\n"
    (spring,) = read_leaves("config/application-prod.properties", text)
    assert (spring.value, spring.asks) == ("$(LOGIN_URL)/realms/$(REALM)", {"LOGIN_URL": None, "REALM": "office"})
    (other,) = read_leaves("config/other.properties", text)
    assert other.asks == {"REALM": "office"}


def test_what_only_the_running_program_knows_stays_open() -> None:
    assert leaves("a.js", "const u = `http://${pick()}:80`;") == {"u": "http://$():80"}
    assert leaves("a.py", "URL = 'http://' + pick() + ':80'") == {"URL": "http://$():80"}


def test_a_script_without_a_name_is_no_list_of_assignments() -> None:
    assert leaves("run", "A=1\nB=2\nexec app\n") == {}


@pytest.mark.parametrize(
    "text",
    [
        "<?php\n$CONFIG = array ('hosts' => array(0 => 'a.example', 1 => 'b.example'));",
        "<?php\n$CONFIG = ['hosts' => ['a.example', 'b.example']];",
        "<?php\n$CONFIG['hosts'] = array('a.example', 'b.example');",
    ],
)
def test_lists_of_php_are_written_in_many_ways(text: str) -> None:
    found = leaves("/srv/config.php", text)
    assert (found["CONFIG.hosts[0]"], found["CONFIG.hosts[1]"]) == ("a.example", "b.example")


def test_an_ini_file_may_hide_behind_php() -> None:
    text = '; <?php exit; ?>\n[General]\nhosts[] = "a.example"\nhosts[] = "b.example"\nforce = 1\n'
    found = [(leaf.key, leaf.value) for leaf in read_leaves("/srv/config.ini.php", text)]
    assert found == [("General.hosts[]", "a.example"), ("General.hosts[]", "b.example"), ("General.force", "1")]
