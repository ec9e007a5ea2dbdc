from __future__ import annotations

import base64
import traceback

import pytest

from mblint.cluster.objects import Object, ObjectId
from mblint.cluster.read_configuration import read_secret
from mblint.cluster.secrets import SecretText
from mblint.manifests.documents import Document, Place
from mblint.manifests.locate import locate
from mblint.manifests.nodes import Node, WrongType

from .views import view


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_secrets_are_decoded_and_string_data_wins() -> None:
    cluster = view(
        f"""
        apiVersion: v1
        kind: Secret
        metadata: {{name: s}}
        data: {{user: {_encoded(b"admin")}, both: {_encoded(b"old")}, empty: null, binary: {_encoded(bytes([255]))}}}
        stringData: {{both: new}}
        """
    )
    secret = cluster.secrets["default", "s"]
    assert secret.text("user") == SecretText("admin")
    assert secret.text("both") == SecretText("new")
    assert secret.text("empty") == SecretText("")
    assert secret.text("binary") is None
    assert secret.entries["user"].encoded
    assert not secret.entries["both"].encoded


def test_line_breaks_in_base64_are_ignored() -> None:
    long = _encoded(b"x" * 90)
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  key: |\n" + "".join(
        f"    {long[at : at + 40]}\n" for at in range(0, len(long), 40)
    )
    assert view(text).secrets["default", "s"].text("key") == SecretText("x" * 90)


@pytest.mark.parametrize("value", ["hunter2!", "aHVudGVyMg", "aHVu dGVyMg==", "aHVudGVyMg===", "hunter\u00fc2"])
def test_invalid_base64_is_told_without_the_value(value: str) -> None:
    cluster = view(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  key: '{value}'\n")
    (wrong,) = cluster.invalid
    assert wrong.message == "each value of data must be base64"
    assert locate(wrong.place).line == 5
    assert value not in repr(wrong.message)


def test_no_value_of_a_secret_is_printed() -> None:
    cluster = view(
        f"""
        apiVersion: v1
        kind: Secret
        metadata: {{name: s}}
        data: {{a: {_encoded(b"hunter2")}}}
        stringData: {{b: hunter3}}
        """
    )
    for entry in cluster.secrets["default", "s"].entries.values():
        assert "hunter" not in f"{entry.text} {entry.text!r}"


def test_the_error_of_a_broken_secret_carries_no_value_in_its_causes() -> None:
    document = Document("-", "", 1, {"data": {"key": "hunter2!"}}, None, True)
    base = Object(ObjectId("", "Secret", "s"), "v1", Place(document), {}, {}, True)
    with pytest.raises(WrongType) as caught:
        read_secret(base, Node(document, (), document.value))
    assert "hunter" not in "".join(traceback.format_exception(caught.value, limit=0))


def test_config_maps_have_data_and_decoded_binary_data() -> None:
    cluster = view(
        f"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {{name: c}}
        immutable: true
        data: {{a: text, none: null}}
        binaryData: {{b: {_encoded("ü".encode())}, c: {_encoded(bytes([255, 254]))}}}
        """
    )
    config_map = cluster.config_maps["default", "c"]
    assert {key: entry.text for key, entry in config_map.entries.items()} == {
        "a": "text",
        "none": "",
        "b": "ü",
        "c": None,
    }
    assert config_map.immutable
