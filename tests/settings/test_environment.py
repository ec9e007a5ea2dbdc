"""The environment as the kubelet builds it."""

from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.secrets import SecretText
from mblint.settings.names import Origin

from .told import config_map, env, line_and_column, pod, secret, service, told, values

names = st.sampled_from(["A", "B", "C", "D"])
literals = st.text("abc", min_size=1, max_size=3)


def test_env_wins_over_env_from_and_the_later_of_each_over_the_earlier() -> None:
    container = """
        envFrom: [{configMapRef: {name: first}}, {configMapRef: {name: second}, prefix: P_}, {secretRef: {name: third}}]
        env: [{name: C, value: literal}, {name: D, value: one}, {name: D, value: two}]
    """
    objects = (
        config_map("first", "A: first\nB: first\nC: first")
        + config_map("second", "A: second")
        + secret("third", "B: third")
    )
    assert values(pod(container) + objects) == {
        "A": "first",
        "P_A": "second",
        "B": "third",
        "C": "literal",
        "D": "two",
    }


@given(st.lists(st.tuples(names, literals)), st.lists(st.tuples(names, literals)))
def test_the_last_definition_wins(first: list[tuple[str, str]], then: list[tuple[str, str]]) -> None:
    from_map = dict(first)
    entries = [f"{{name: {name}, value: {value}}}" for name, value in then]
    container = f"envFrom: [{{configMapRef: {{name: map}}}}]\nenv: [{', '.join(entries)}]"
    data = "\n".join(f"{name}: {value}" for name, value in from_map.items()) or "unused.1: x"
    found = {key: value for key, value in values(pod(container) + config_map("map", data)).items() if len(key) == 1}
    assert found == from_map | dict(then)


def test_names_that_are_no_variables_are_left_out() -> None:
    container = "envFrom: [{configMapRef: {name: map}}]"
    assert values(pod(container) + config_map("map", '"1A": x\n2.b: x\nlog.level: info')) == {"log.level": "info"}


def test_only_what_comes_before_is_expanded() -> None:
    container = env(
        '{name: LATE, value: "$(HOST):$(PORT)"}',
        "{name: HOST, value: db}",
        "{name: PORT, value: '5432'}",
        '{name: URL, value: "postgres://$(HOST):$(PORT)"}',
    )
    found = values(pod(container))
    assert found["LATE"] == "$(HOST):$(PORT)"
    assert found["URL"] == "postgres://db:5432"


def test_values_of_keys_are_not_expanded() -> None:
    container = env("{name: A, value: a}", "{name: B, valueFrom: {configMapKeyRef: {name: map, key: b}}}")
    assert values(pod(container) + config_map("map", 'b: "$(A)"'))["B"] == "$(A)"


def test_a_missing_key_is_unsaid_and_an_optional_one_defines_nothing() -> None:
    container = env(
        "{name: A, value: before}",
        "{name: A, valueFrom: {configMapKeyRef: {name: map, key: nothing, optional: true}}}",
        "{name: B, valueFrom: {configMapKeyRef: {name: map, key: nothing}}}",
        "{name: C, valueFrom: {secretKeyRef: {name: elsewhere, key: c}}}",
    )
    assert values(pod(container) + config_map("map", "a: x")) == {"A": "before", "B": None, "C": None}


def test_of_the_downward_api_only_what_the_manifest_fixes_is_said() -> None:
    container = env(
        "{name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}",
        "{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}",
        '{name: PEER, value: "http://$(IP).$(NS):80"}',
    )
    assert values(pod(container)) == {"NS": "default", "IP": None, "PEER": "http://$(IP).default:80"}


def test_services_of_the_namespace_are_variables_below_the_containers_own() -> None:
    container = env('{name: URL, value: "redis://$(MY_CACHE_SERVICE_HOST):$(MY_CACHE_SERVICE_PORT)"}')
    assert values(pod(container) + service("my-cache", 6379))["URL"] == "redis://my-cache:6379"
    headless = service("my-cache", 6379).replace("{selector", "{clusterIP: None, selector")
    assert values(pod(container) + headless)["URL"].startswith("redis://$(MY_CACHE")  # type: ignore[union-attr]


def test_command_and_args_see_the_whole_environment() -> None:
    container = """
        command: [app, "--url=$(URL)"]
        args: ["--name=$(NOTHING)", "--price=$$(URL)"]
        env: [{name: URL, value: "http://api:80"}]
    """
    found = values(pod(container))
    assert (found["--url"], found["--name"], found["--price"]) == ("http://api:80", "$(NOTHING)", "$(URL)")


def test_text_from_a_secret_stays_secret_on_every_way() -> None:
    container = """
        command: [app, "--dsn=$(DSN)"]
        env:
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: keys, key: password}}}
        - {name: DSN, value: "postgres://app:$(PASSWORD)@db/app"}
        volumeMounts: [{name: keys, mountPath: /keys}]
    """
    spec = "volumes: [{name: keys, secret: {secretName: keys}}]"
    rows = told(pod(container, spec) + secret("keys", 'password: hunter2\nconf.json: \'{"db": "hunter2"}\''))
    from_secret = [row for row in rows if row.key in ("PASSWORD", "DSN", "--dsn", "password", "db")]
    assert len(from_secret) == 5
    for row in from_secret:
        assert isinstance(row.value, SecretText), row.key
        assert "hunter2" not in f"{row.value!r} {row.value} {row.label} {row.key_ref!r}"


def test_a_value_is_placed_where_it_stands() -> None:
    text = pod(
        "env:\n- name: A\n  value: here\n- name: B\n  valueFrom: {configMapKeyRef: {name: map, key: b}}"
    ) + config_map("map", "b: there")
    lines = text.splitlines()
    rows = {row.key: row for row in told(text)}
    line, column = line_and_column(rows["A"])
    assert lines[line - 1][column - 1 :] == "here"
    line, column = line_and_column(rows["B"])
    assert lines[line - 1][column - 1 :] == "there"
    assert rows["B"].key_ref is not None
    assert rows["B"].key_ref.key == "b"
    assert rows["B"].reference is not None
    assert rows["A"].reference is None


def test_documents_inside_a_variable_are_read() -> None:
    container = "env:\n- name: CONFIG\n  value: |\n    port: 7880\n    redis:\n      address: cache:6379\n"
    text = pod(container)
    rows = {row.key: row for row in told(text)}
    inner = rows["CONFIG.redis.address"]
    assert (inner.value, inner.origin) == ("cache:6379", Origin.ENV)
    line, column = line_and_column(inner)
    assert text.splitlines()[line - 1][column - 1 :] == "cache:6379"


def test_options_inside_a_variable_are_read() -> None:
    found = values(pod(env('{name: JAVA_OPTS, value: "-Xmx512m -Ddb.host=db.data.svc --add-opens=x"}')))
    assert found["JAVA_OPTS -Ddb.host"] == "db.data.svc"
