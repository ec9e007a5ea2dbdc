"""Which object is which."""

import pytest

from mblint.facts.upgrade.pairs import pair_up
from tests.facts.worlds import world

CONTAINERS = "containers: [{name: a, image: b}]"
SPECS = {
    "Job": f", spec: {{template: {{spec: {{{CONTAINERS}, restartPolicy: Never}}}}}}",
    "Deployment": ", spec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, "
    f"spec: {{{CONTAINERS}}}}}}}",
}


def objects(*names: str, group: str = "v1") -> str:
    """Objects by `[namespace/]Kind/name`."""
    written = []
    for name in names:
        *namespace, kind, own = name.split("/")
        where = f", namespace: {namespace[0]}" if namespace else ""
        spec = SPECS.get(kind, "")
        api = {"Job": "batch/v1", "Deployment": "apps/v1"}.get(kind, group)
        written.append(f"{{apiVersion: {api}, kind: {kind}, metadata: {{name: {own}{where}}}{spec}}}")
    return "\n---\n".join(written)


def matched(old: str, new: str) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    pairs = pair_up(world(old).cluster, world(new).cluster)
    return (
        [(pair.old.id.name, pair.new.id.name) for pair in pairs.kept],
        [obj.id.name for obj in pairs.added],
        [obj.id.name for obj in pairs.removed],
    )


def test_by_identity() -> None:
    old, new = objects("a/Secret/x", "a/ConfigMap/x", "b/Secret/x"), objects("b/Secret/x", "a/Secret/x", "a/Secret/z")
    pairs = pair_up(world(old).cluster, world(new).cluster)
    assert [str(pair.old.id) for pair in pairs.kept] == ["b/Secret/x", "a/Secret/x"]
    assert [str(obj.id) for obj in pairs.added] == ["a/Secret/z"]
    assert [str(obj.id) for obj in pairs.removed] == ["a/ConfigMap/x"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Job/migrate-1795488667", "Job/migrate-1795488694"),
        ("Job/migrate-20260727-101112", "Job/migrate-20260728-091500"),
        ("Job/migrate", "Job/migrate-1795488694"),
        ("ConfigMap/web-7f9c2ba4", "ConfigMap/web-0c2d9a11"),
        ("ConfigMap/web-9mk2b6kf8t", "ConfigMap/web-tg55h7fb2m"),
        ("Secret/web-9mk2b6kf8t", "Secret/web-tg55h7fb2m"),
    ],
)
def test_by_the_name_without_its_changing_end(old: str, new: str) -> None:
    (before, after) = (name.partition("/")[2] for name in (old, new))
    assert matched(objects(old), objects(new)) == ([(before, after)], [], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Deployment/web-1795488667", "Deployment/web-1795488694"),
        ("ConfigMap/build-dashboards", "ConfigMap/build-datasource"),
        ("ConfigMap/web-facade", "ConfigMap/web-decade"),
        ("Secret/a", "ConfigMap/a"),
    ],
)
def test_other_names_are_other_objects(old: str, new: str) -> None:
    kept, added, removed = matched(objects(old), objects(new))
    assert (kept, len(added), len(removed)) == ([], 1, 1)


def test_identity_comes_first() -> None:
    old = objects("Job/migrate-1795488667", "Job/migrate-1795488694")
    new = objects("Job/migrate-1795488694", "Job/migrate-1795488700")
    assert matched(old, new)[0] == [
        ("migrate-1795488694", "migrate-1795488694"),
        ("migrate-1795488667", "migrate-1795488700"),
    ]


def test_several_of_one_name_are_not_guessed() -> None:
    old = objects("Job/migrate-1795488667", "Job/migrate-1795488668")
    assert matched(old, objects("Job/migrate-1795488694"))[0] == []


def test_what_names_no_namespace_is_its_only_namesake() -> None:
    assert matched(objects("shop/Secret/x"), objects("Secret/x"))[0] == [("x", "x")]
    assert matched(objects("shop/Secret/x", "blog/Secret/x"), objects("Secret/x"))[0] == []
    assert matched(objects("shop/Secret/x"), objects("blog/Secret/x"))[0] == []


def test_another_api_group_is_another_kind() -> None:
    old, new = objects("Thing/x", group="a.example/v1"), objects("Thing/x", group="b.example/v1")
    assert matched(old, new) == ([], ["x"], ["x"])
    old, new = objects("Ingress/x", group="extensions/v1beta1"), objects("Ingress/x", group="networking.k8s.io/v1")
    assert matched(old, new) == ([("x", "x")], [], [])


def test_what_the_api_server_names_is_left_out() -> None:
    text = "{apiVersion: v1, kind: Pod, metadata: {generateName: a-}, spec: {containers: [{name: a, image: b}]}}"
    assert matched(text, text) == ([], [], [])
