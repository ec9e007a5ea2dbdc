"""Which mounted files are open to root alone, and to whom that matters."""

from __future__ import annotations

import pytest

from mblint.facts.references.unreadable import unreadable_files
from tests.facts.worlds import world

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {%s}
  volumes: [{name: tls, secret: {secretName: tls, %s}}]
  containers:
    - {name: web, image: "registry.example/web:1", volumeMounts: [{name: tls, mountPath: /tls}]}
"""


def found(security: str, volume: str) -> list[tuple[str, str]]:
    rows_of = world(POD % (security, volume))
    return [(row.mode, row.path) for row in unreadable_files(rows_of)]


@pytest.mark.parametrize("mode", ["0400", "256", "0600", "448"])
def test_a_mode_for_root_alone(mode: str) -> None:
    assert [path for _, path in found("runAsUser: 1000", f"defaultMode: {mode}")] == ["/tls"]
    assert found("runAsUser: 1000, fsGroup: 0", f"defaultMode: {mode}") == []
    assert found("runAsUser: 0", f"defaultMode: {mode}") == []
    assert found("", f"defaultMode: {mode}") == []


@pytest.mark.parametrize("mode", ["0444", "0440", "0644", "420"])
def test_a_mode_that_lets_a_group_or_everybody_read(mode: str) -> None:
    assert found("runAsUser: 1000", f"defaultMode: {mode}") == []


def test_the_mode_of_an_item_counts_more() -> None:
    items = "items: [{key: a, path: a}, {key: b, path: b, mode: %s}]"
    assert found("runAsUser: 1000", items % "0400") == [("0400", "/tls/b")]
    assert found("runAsUser: 1000", items % "0400" + ", defaultMode: 0400") == [("0400", "/tls/b")]
    assert found("runAsUser: 1000", "items: [{key: b, path: b, mode: 0444}], defaultMode: 0400") == []
