"""Conditions of software files, held against the settings of a container."""

import pytest
from msgspec import convert

from mblint.settings.by_container import by_container
from mblint.settings.programs import ProgramSettings, program_settings
from mblint.settings.read import read_settings
from mblint.software.conditions import Condition
from mblint.software.network import Listens
from mblint.software.programs import shipped_programs
from tests.settings.told import cluster, config_map, env, mounted, pod


def asked(text: str) -> ProgramSettings:
    built = cluster(text)
    workload = built.workloads[0]
    told = next(iter(by_container(read_settings(built, shipped_programs()))), None)
    return program_settings(built, workload, workload.pod.containers[0], () if told is None else told.settings)


def condition(**asks: object) -> Condition:
    return convert({name.rstrip("_"): value for name, value in asks.items()}, Condition)


ONE = env("{name: MODE, value: Fast}", "{name: TLS, value: 'yes'}", "{name: EMPTY, value: ''}")


@pytest.mark.parametrize(
    ("asks", "answer"),
    [
        ({"setting": "MODE", "is_": ["fast", "slow"]}, True),
        ({"setting": "MODE", "is_": "slow"}, False),
        ({"setting": ["OTHER", "MODE"], "is_": "fast"}, True),
        ({"setting": "OTHER", "is_": "fast"}, False),
        ({"setting": "OTHER", "default": "fast", "is_": "fast"}, True),
        ({"setting": "OTHER", "default": "slow", "is_": "fast"}, False),
        ({"setting": "TLS", "is_": True}, True),
        ({"setting": "TLS", "is_": False}, False),
        ({"setting": "OTHER", "default": False, "is_": False}, True),
        ({"setting": "MODE", "set": True}, True),
        ({"setting": "EMPTY", "set": True}, False),
        ({"setting": "OTHER", "set": False}, True),
        ({"setting": "MODE", "matches": "^F"}, True),
        ({"setting": "MODE", "matches": "^f"}, False),
        ({"all": [{"setting": "MODE", "is": "fast"}, {"setting": "TLS", "is": True}]}, True),
        ({"all": [{"setting": "MODE", "is": "fast"}, {"setting": "TLS", "is": False}]}, False),
        ({"any": [{"setting": "MODE", "is": "slow"}, {"setting": "TLS", "is": True}]}, True),
        ({"not_": {"setting": "MODE", "is": "fast"}}, False),
    ],
)
def test_a_condition_holds_or_does_not(asks: dict[str, object], answer: bool) -> None:
    assert asked(pod(ONE)).holds(condition(**asks)) is answer


def test_a_value_that_the_manifests_do_not_say_is_set_and_not_known() -> None:
    told = asked(pod(env("{name: MODE, valueFrom: {secretKeyRef: {name: elsewhere, key: mode}}}")))
    assert told.holds(condition(setting="MODE", set=True)) is True
    assert told.holds(condition(setting="MODE", is_="fast")) is None
    assert told.holds(condition(any=[{"setting": "MODE", "is": "fast"}, {"setting": "MODE", "set": True}])) is True
    assert told.holds(condition(all=[{"setting": "MODE", "is": "fast"}, {"setting": "MODE", "set": True}])) is None
    assert told.holds(condition(not_={"setting": "MODE", "is": "fast"})) is None


def test_what_an_object_outside_the_render_may_set_is_not_known() -> None:
    text = pod("image: example/app:1\nenvFrom: [{configMapRef: {name: settings}}]")
    assert asked(text).holds(condition(setting="MODE", set=True)) is None
    assert asked(text).holds(condition(setting="MODE", default="fast", is_="fast")) is None
    assert asked(text + config_map("settings", "OTHER: a")).holds(condition(setting="MODE", set=True)) is False


def test_a_password_from_a_file_is_set() -> None:
    assert asked(pod(env("{name: MODE_FILE, value: /run/mode}"))).is_set("MODE") is True


def test_options_and_keys_of_files_are_settings() -> None:
    told = asked(pod("image: example/app:1\nargs: [--mode=fast, --optimized]"))
    assert told.holds(condition(setting="--mode", is_="fast")) is True
    assert told.holds(condition(setting="--optimized", is_=True)) is True
    assert told.holds(condition(setting="--optimized", set=True)) is True
    text = mounted("files", "app.ini: |\n  [server]\n  http_port = 4000")
    assert asked(text).holds(condition(setting="app.ini:server.http_port", is_=4000)) is True
    assert asked(text).holds(condition(setting="app/app.ini:server.http_port", is_=4000)) is True
    assert asked(text).holds(condition(setting="server.http_port", is_=4000)) is True
    assert asked(text).holds(condition(setting="other.ini:server.http_port", is_=4000)) is False


def test_an_entry_applies_while_when_holds_and_unless_does_not() -> None:
    entry = convert(
        {"port": 1, "when": {"setting": "TLS", "is": True}, "unless": {"setting": "PLAIN", "set": True}}, Listens
    )
    assert asked(pod(env("{name: TLS, value: 'on'}"))).applies(entry) is True
    assert asked(pod(env("{name: TLS, value: 'on'}", "{name: PLAIN, value: a}"))).applies(entry) is False
    assert asked(pod(env("{name: MODE, value: a}"))).applies(entry) is False


MADE = """
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  volumes: [{{name: made, emptyDir: {{}}}}]
  initContainers: [{{name: first, image: tools:1, volumeMounts: [{{name: made, mountPath: /out}}]}}]
  containers: [{{name: web, image: web:1, args: [serve, {args}], volumeMounts: [{{name: made, mountPath: {mount}}}]}}]
"""


def made(args: str, mount: str) -> ProgramSettings:
    """The settings of a container that has a volume which another one fills."""
    built = cluster(MADE.format(args=args, mount=mount))
    web = next(each for each in built.workloads[0].pod.containers if each.name == "web")
    settings = (each for each in read_settings(built, shipped_programs()) if each.container is web)
    return program_settings(built, built.workloads[0], web, tuple(settings))


@pytest.mark.parametrize(
    ("args", "mount"),
    [
        ("--config=/conf/web.yaml", "/conf"),
        ("--config, /conf/web.yaml", "/conf"),
        ("now", "/conf/web.yaml, subPath: web.yaml"),
    ],
)
def test_a_file_that_is_made_at_run_time_may_say_it(args: str, mount: str) -> None:
    told = made(args, mount)
    assert told.is_set("http.base") is None
    assert told.holds(condition(setting="http.base", default="x", is_="x")) is None
    assert told.is_set("web.yaml:http.base") is None
    assert told.is_set("other.yaml:http.base") is False
    assert told.is_set("HTTP_BASE") is False, "no such file says a variable"


def test_a_volume_without_a_told_file_says_nothing() -> None:
    assert made("now", "/cache").is_set("http.base") is False
    assert made("--config=/conf/web.yaml", "/cache").is_set("http.base") is False
