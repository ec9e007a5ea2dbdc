"""Names of variables in mounted files: who fills them in, and who takes them as they are written."""

from __future__ import annotations

from base64 import b64encode
from textwrap import indent

import pytest

from mblint.facts.words.literal_files import literal_files
from mblint.facts.words.rows import UnfilledVariable
from tests.facts.worlds import world

REDIS = "args: [/conf/redis.conf]"
LOKI = "image: 'grafana/loki:3.4', args: [-config.file=/conf/loki.yaml]"
PASSWORD = "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]"


def pod(file: str, text: str, container: str, name: str = "app", kind: str = "ConfigMap") -> str:
    """A ConfigMap or Secret with one file, and a Pod with one container that mounts it; `container` in flow style."""
    volume = "configMap: {name: conf}" if kind == "ConfigMap" else "secret: {secretName: conf}"
    return (
        f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: conf}}\n{'data' if kind == 'ConfigMap' else 'stringData'}:\n"
        f"  {file}: |\n{indent(text, '    ')}\n---\n" + only_pod(container, name, volume)
    )


def only_pod(container: str, name: str = "app", volume: str = "configMap: {name: conf}") -> str:
    """The Pod alone."""
    mounts = "" if "volumeMounts" in container else "volumeMounts: [{name: conf, mountPath: /conf}], "
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  volumes: [{{name: conf, {volume}}}]\n"
        f"  containers: [{{name: app, {mounts}{container}}}]\n"
    )


def rows(text: str) -> list[UnfilledVariable]:
    """What is found in a stream."""
    return list(literal_files(world(text)))


def redis(text: str, container: str = f"{REDIS}, {PASSWORD}") -> list[str]:
    """What is found in a redis.conf."""
    return [row.text for row in rows(pod("redis.conf", text, f"image: 'redis:7.4', {container}"))]


def loki(text: str, container: str = f"{LOKI}, {PASSWORD}") -> list[str]:
    """What is found in a configuration of Loki."""
    return [row.text for row in rows(pod("loki.yaml", text, container))]


def nginx(text: str, name: str = "API_URL") -> list[str]:
    """What is found in a file of conf.d, with one variable."""
    mount = "volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]"
    return [
        row.text
        for row in rows(pod("default.conf", text, f"image: 'nginx:1.27', {mount}, env: [{{name: {name}, value: x}}]"))
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("requirepass ${DB_PASSWORD}", ["`${DB_PASSWORD}`"]),
        ("requirepass $DB_PASSWORD", ["`$DB_PASSWORD`"]),
        ('requirepass "$(DB_PASSWORD)"', ["`$(DB_PASSWORD)`"]),
        ("requirepass ${DB_PASSWORD:-none}", ["`${DB_PASSWORD}`"]),
        ("user shop on >${DB_PASSWORD} ~*", ["`${DB_PASSWORD}`"]),
        ("requirepass ${OTHER}", []),
        ("requirepass $DB_PASSWORDS", []),
        ("requirepass $${DB_PASSWORD}", []),
        (r"requirepass \${DB_PASSWORD}", []),
        ("# requirepass ${DB_PASSWORD}", []),
        ("port 6379 # not ${DB_PASSWORD}", []),
    ],
)
def test_a_name_of_the_containers_own_stays_in_a_file_of_lines(line: str, found: list[str]) -> None:
    assert redis(line) == found


@pytest.mark.parametrize(
    "container",
    [
        f"args: [/conf/other.conf], {PASSWORD}",
        f"args: [/conf/redis.conf, --requirepass, x], {PASSWORD}",
        f"args: [/conf/redis.conf, '--requirepass $(DB_PASSWORD)'], {PASSWORD}",
        f"command: [sh, -c, 'exec redis-server /conf/redis.conf'], {PASSWORD}",
        f"command: [envsubst-run, /conf/redis.conf], {PASSWORD}",
        f"args: [sh, -c, 'sed s/a/b/ /conf/redis.conf > /tmp/r; exec redis-server /tmp/r'], {PASSWORD}",
        f"{REDIS}, env: [{{name: DB_PASSWORD, value: '${{DB_PASSWORD}}'}}]",
        f"{REDIS}, envFrom: [{{secretRef: {{name: elsewhere}}}}]",
        REDIS,
    ],
    ids=["another-file", "option", "one-word", "shell", "wrapper", "copy", "filled-before", "not-in-view", "no-name"],
)
def test_what_is_said_otherwise_or_may_be_filled_in_is_fine(container: str) -> None:
    assert redis("requirepass ${DB_PASSWORD}", container) == []


def test_what_somebody_fills_in_before_is_no_fault() -> None:
    def found(also: str) -> int:
        container = (
            f"image: 'redis:7.4', {REDIS}, env: [{{name: KEY, valueFrom: {{secretKeyRef: {{name: a, key: b}}}}}}]"
        )
        return len(rows(f"{pod('redis.conf', 'requirepass ${KEY}', container)}---\n{also}\n"))

    other = "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: b, image: b, env: [%s]}]}"
    assert found(other % "{name: URL, value: 'https://${KEY}'}") == 0
    assert found(other % "{name: KEY, value: x}, {name: URL, value: 'https://${KEY}'}") == 1
    route = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: '%s.test'}]}"
    assert found(route % "${KEY}") == 0
    assert found(route % "key") == 1
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: "
    assert found(flux + "{postBuild: {substitute: {KEY: x}}}") == 0
    assert found(flux + "{postBuild: {substitute: {OTHER: x}}}") == 1


def test_a_file_of_an_image_that_somebody_built_is_not_judged() -> None:
    assert rows(pod("redis.conf", "requirepass ${DB_PASSWORD}", f"image: 'acme/redis:7', {REDIS}, {PASSWORD}")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('a: {b: "${DB_PASSWORD}"}', ["`${DB_PASSWORD}`"]),
        ("a: [x, $DB_PASSWORD]", ["`$DB_PASSWORD`"]),
        ("a: |\n  one\n  two ${DB_PASSWORD}\n# ${DB_PASSWORD}", ["`${DB_PASSWORD}`"]),
        ("a: ${DB_PASSWORD}\nb: $DB_PASSWORD", ["`${DB_PASSWORD}` (and 1 more)"]),
        ("a: 1  # ${DB_PASSWORD}", []),
        ("${DB_PASSWORD}: 1", []),
        ("a: [${DB_PASSWORD}", []),
        ("a: {regex: '(?P<DB_PASSWORD>x)', replacement: '${DB_PASSWORD}'}", []),
    ],
)
def test_in_yaml_only_values_count(text: str, found: list[str]) -> None:
    assert loki(text) == found


def test_a_program_that_is_told_to_fill_them_in_does() -> None:
    for word in ("-config.expand-env=true", "-config.expand-env", "--config.expand-env=true"):
        told = LOKI.replace("loki.yaml]", f"loki.yaml, {word}]")
        assert loki("a: ${DB_PASSWORD}", f"{told}, {PASSWORD}") == []


def test_an_anchor_is_said_once() -> None:
    (row,) = rows(pod("loki.yaml", "a: &x {b: '${DB_PASSWORD}'}\nc: *x", f"{LOKI}, {PASSWORD}"))
    assert row.related == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("location / { proxy_pass $API_URL; }", ["`$API_URL`"]),
        ("upstream a { server ${API_URL}; }", ["`${API_URL}`"]),
        ("location / { return 200; } # $API_URL", []),
        ("set $api_url http://a; location / { proxy_pass $API_URL; }", []),
        ("map $host $API_URL { default a; }\nserver { location / { proxy_pass $API_URL; } }", []),
        ("location ~ ^/(?<API_URL>.*) { proxy_pass http://a/$API_URL; }", []),
        ("set_by_lua_block $x { return 1 } location / { proxy_pass $API_URL; }", []),
    ],
)
def test_nginx_has_variables_of_its_own(text: str, found: list[str]) -> None:
    assert nginx(text) == found


@pytest.mark.parametrize("name", ["HOST", "SERVER_NAME", "HTTP_PROXY", "REQUEST_URI", "HOSTNAME"])
def test_names_that_nginx_knows_are_its_own_whatever_their_case(name: str) -> None:
    assert nginx(f"add_header X-A ${name};", name) == []
    assert nginx(f"add_header X-A ${name}_X;", name) == []


def test_templates_are_filled_by_the_image() -> None:
    mount = "volumeMounts: [{name: conf, mountPath: /etc/nginx/templates}], env: [{name: API_URL, value: x}]"
    assert rows(pod("default.conf.template", "proxy_pass $API_URL;", f"image: 'nginx:1.27', {mount}")) == []


def test_a_variable_that_the_program_reads_itself_counts_before_the_file() -> None:
    def found(name: str) -> list[str]:
        mount = "volumeMounts: [{name: conf, mountPath: /etc/docker/registry}]"
        container = f"image: 'registry:2.8', {mount}, env: [{{name: {name}, value: x}}]"
        return [row.name for row in rows(pod("config.yml", f"http: {{secret: '${{{name}}}'}}", container))]

    assert found("HTTP_SECRET") == ["HTTP_SECRET"]
    assert found("REGISTRY_HTTP_SECRET") == []
    assert found("REGISTRY_AUTH_SECRET") == ["REGISTRY_AUTH_SECRET"]


def test_a_file_at_its_usual_place_is_not_read_where_another_is_named() -> None:
    mount = "volumeMounts: [{name: conf, mountPath: /etc/docker/registry}], env: [{name: KEY, value: x}]"
    text = "http: {secret: '${KEY}'}"
    assert len(rows(pod("config.yml", text, f"image: 'registry:2.8', {mount}"))) == 1
    assert rows(pod("config.yml", text, f"image: 'registry:2.8', args: [serve, /other/config.yml], {mount}")) == []


def test_a_script_of_sql_is_run_whatever_other_files_are_named() -> None:
    def found(text: str) -> int:
        mount = "volumeMounts: [{name: conf, mountPath: /docker-entrypoint-initdb.d}]"
        container = f"image: 'postgres:17', args: [-c, config_file=/etc/own.conf], {mount}, {PASSWORD}"
        return len(rows(pod("shop.sql", text, container)))

    assert found("CREATE USER shop PASSWORD '${DB_PASSWORD}';") == 1
    assert found("SELECT 1; -- ${DB_PASSWORD}\n/* '${DB_PASSWORD}' */") == 0
    assert found("DO $DB_PASSWORD$ BEGIN END $DB_PASSWORD$;") == 0
    assert found('\\set password `echo "${DB_PASSWORD}"`') == 0


def test_keys_below_which_it_fills_them_in_are_fine() -> None:
    text = "connectors: [{config: {clientSecret: $KEY}}]\nstorage: {config: {password: $KEY}}\n"
    text += "staticClients: [{secret: %s}]"
    container = "image: 'dexidp/dex:v2.42.0', args: [dex, serve, /conf/dex.yaml], env: [{name: KEY, value: x}]"
    assert rows(pod("dex.yaml", text % "x", container)) == []
    assert [row.text for row in rows(pod("dex.yaml", text % "$KEY", container))] == ["`$KEY`"]


def test_one_file_of_several_workloads_is_said_once() -> None:
    first = pod("loki.yaml", "a: ${DB_PASSWORD}", f"{LOKI}, {PASSWORD}", "read")
    (row,) = rows(f"{first}---\n{only_pod(f'{LOKI}, {PASSWORD}', 'write')}")
    assert (row.object.name, row.shared_by) == ("read", ("Pod/write",))


def test_a_file_of_a_secret_shows_the_name_alone() -> None:
    container = f"image: 'redis:7.4', {REDIS}, {PASSWORD}"
    (row,) = rows(pod("redis.conf", "requirepass a${DB_PASSWORD}hunter", container, kind="Secret"))
    assert (row.text, row.where) == ("`${DB_PASSWORD}`", "/conf/redis.conf")
    assert "hunter" not in repr([getattr(row, field) for field in ("text", "meaning", "instead", "where", "name")])


def test_an_encoded_file_is_found_at_its_key() -> None:
    encoded = b64encode(b"requirepass ${DB_PASSWORD}\n").decode()
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: conf}}\ndata: {{redis.conf: {encoded}}}\n---\n"
    stream = secret + only_pod(f"image: 'redis:7.4', {REDIS}, {PASSWORD}", volume="secret: {secretName: conf}")
    (row,) = rows(stream)
    assert row.place.path[-1] == "redis.conf"


def test_what_an_init_container_fills_in_is_another_file() -> None:
    text = pod("redis.conf", "requirepass ${DB_PASSWORD}", f"image: 'redis:7.4', args: [/run/redis.conf], {PASSWORD}")
    fills = "initContainers: [{name: fill, image: busybox, command: [envsubst]}]"
    assert rows(text.replace("spec:\n", f"spec:\n  {fills}\n")) == []


def test_variables_of_objects_are_the_containers_own() -> None:
    secret = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {PASSWORD: x}\n"
    container = f"image: 'redis:7.4', {REDIS}, envFrom: [{{prefix: DB_, secretRef: {{name: db}}}}]"
    (row,) = rows(pod("redis.conf", "requirepass ${DB_PASSWORD}", container) + secret)
    assert row.name == "DB_PASSWORD"
    assert rows(pod("redis.conf", "requirepass ${PASSWORD}", container) + secret) == []
