"""Settings that software reads only where something else chooses so."""

import pytest

from mblint.settings.by_container import by_container
from mblint.settings.choices import is_read

from .told import env, mounted, pod, told


def read(text: str, key: str) -> bool:
    (group,) = by_container(told(text))
    return is_read(group, next(row for row in group.settings if row.key == key))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("{name: KC_DB, value: postgres}", True),
        ("{name: KC_DB, value: ' Dev-File '}", False),
        ("{name: KC_DB, valueFrom: {secretKeyRef: {name: elsewhere, key: db}}}", True),
        ("{name: OTHER, value: postgres}", False),
    ],
)
def test_a_host_counts_where_its_kind_of_database_is_chosen(chosen: str, expected: bool) -> None:
    host = "{name: KC_DB_URL_HOST, value: db}"
    assert read(pod(env(host, chosen, image="quay.io/keycloak/keycloak:26")), "KC_DB_URL_HOST") is expected
    assert read(pod(env(host, chosen, image="registry.example/keycloak:26")), "KC_DB_URL_HOST")


def loki(args: str, image: str = "grafana/loki:3") -> str:
    told_by = f"args: [{args}]\nimage: {image}"
    return mounted("map", "loki.yaml: 'ruler: {alertmanager_url: http://am:9093}'", container=told_by)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("", True),
        ("-target=all", True),
        ("-target=ruler", True),
        ("-target=read", False),
        ("'-target=read,ruler'", True),
    ],
)
def test_a_section_counts_for_the_roles_that_read_it(args: str, expected: bool) -> None:
    assert read(loki(args), "ruler.alertmanager_url") is expected


def test_a_program_that_has_the_file_and_does_not_read_it() -> None:
    def storage(image: str) -> str:
        return mounted("map", "tempo.yaml: 'storage: {host: files}'", container=f"image: {image}")

    assert not read(storage("grafana/tempo-vulture:2"), "storage.host")
    assert read(storage("registry.example/other:2"), "storage.host")
