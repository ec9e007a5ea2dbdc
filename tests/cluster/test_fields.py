"""Objects beside the table of fields: what is right is silent, whatever is drawn; a slip is one answer at its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mblint.cluster.fields import Beside, beside_table, field_types
from mblint.cluster.objects import Object, ObjectId
from mblint.manifests.documents import Document, Place, Value

_SCALARS: dict[str, st.SearchStrategy[Value]] = {
    "string": st.text(max_size=5),
    "integer": st.integers(0, 99) | st.just(3.0),
    "boolean": st.booleans(),
    "number": st.floats(0, 9) | st.integers(0, 9),
    "quantity": st.sampled_from(["500m", "1Gi", "0.5", 2, 1.5, "1e3"]),
    "int-or-string": st.integers(0, 99) | st.text(max_size=5),
    "any": st.none() | st.just({"what": ["ever", 1]}),
}
_DEPTH = 6


def _values(written: str, depth: int = 0) -> st.SearchStrategy[Value]:
    if written in _SCALARS:
        return _SCALARS[written]
    if written[0] in "[{":
        inner = _values(written[1:-1], depth)
        keys = st.text(max_size=3)
        return st.lists(inner, max_size=2) if written[0] == "[" else st.dictionaries(keys, inner, max_size=2)
    if depth == _DEPTH:
        return st.just({})
    fields = field_types().types[written]
    return st.deferred(
        lambda: st.fixed_dictionaries(
            {}, optional={key: st.none() | _values(of, depth + 1) for key, of in fields.items()}
        )
    )


def _beside(value: Value, api_version: str = "apps/v1", kind: str = "Deployment") -> Beside:
    place = Place(Document("a.yaml", "", 1, value, None, linted=True))
    return beside_table(Object(ObjectId("shop", kind, "web"), api_version, place, {}, {}, linted=True))


@pytest.mark.parametrize("kind", sorted(field_types().kinds))
def test_an_object_without_anything_has_no_slip(kind: str) -> None:
    api_version, _, name = kind.rpartition("/")
    assert (
        _beside({"apiVersion": api_version, "kind": name, "metadata": {"name": "web"}}, api_version, name) == Beside()
    )


@given(_values("PodSpec", 3))
def test_what_the_table_describes_is_right(spec: Value) -> None:
    assert _beside({"spec": {"template": {"spec": spec}}}) == Beside()


@given(st.sampled_from(["replicas", "paused", "minReadySeconds"]), st.sampled_from(["3", [], {}, 1.5]))
def test_a_value_of_another_type_is_refused_at_its_place(key: str, value: Value) -> None:
    found = _beside({"spec": {key: value, "template": {}}})
    assert [flaw.place.path for flaw in found.wrong] == [("spec", key)]
    assert f"spec.{key} must be a" in found.wrong[0].message
    assert found.unknown == ()


def test_a_quantity_says_what_stands_there() -> None:
    container: Value = {"name": "web", "resources": {"limits": {"memory": "5Gib", "cpu": 2}}}
    (flaw,) = _beside({"spec": {"template": {"spec": {"containers": [container]}}}}).wrong
    assert flaw.place.value == "5Gib"
    assert "memory is '5Gib', and must be a quantity" in flaw.message


@pytest.mark.parametrize(
    "text", ["${REPLICAS}", "{{ .Values.replicas }}", "<number of pods>", "ENC[AES256_GCM,data:x]"]
)
def test_what_something_fills_later_is_not_judged(text: str) -> None:
    assert _beside({"spec": {"replicas": text}}) == Beside()


def test_an_unknown_key_tells_what_holds_it() -> None:
    spec: Value = {"containers": [{"name": "web", "securityContext": {"fsGroup": 1, "runAsUser": 1}}]}
    (unknown,) = _beside({"spec": {"template": {"spec": spec}}}).unknown
    assert unknown.key == "fsGroup"
    assert unknown.types == (
        "Deployment",
        "DeploymentSpec",
        "PodTemplateSpec",
        "PodSpec",
        "Container",
        "SecurityContext",
    )


def test_keys_that_are_null_are_absent() -> None:
    assert _beside({"spec": {"colour": None, "template": {"spec": {"containers": [None]}}}}) == Beside()


def test_kinds_that_are_not_listed_are_not_judged() -> None:
    assert _beside({"spec": {"colour": "blue"}}, "shop.example.org/v1", "Shop") == Beside()
    assert _beside({"spec": {"colour": "blue"}}, "apps/v1beta1") == Beside()
