"""Folders that are mounted where a file is meant."""

from __future__ import annotations

import pytest

from mblint.facts.references.mounted_paths import mounted_paths
from mblint.remedies.edits import Change
from tests.facts.worlds import world

TEXT = """
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a.yaml: "", plain: "", conf.d: ""}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "IMAGE", OWN volumeMounts: [MOUNT]}]
  volumes: [{name: v, VOLUME}]
"""


def found(mount: str, own: str = "", volume: str = "configMap: {name: a}", image: str = "a:1") -> list[str]:
    text = TEXT.replace("OWN", own).replace("MOUNT", mount).replace("VOLUME", volume).replace("IMAGE", image)
    rows = [row for row in mounted_paths(world(text)) if row.verdict == "folder"]
    return [f"{'!' if row.needed else '?'} {row.settings} {'subPath' if row.edits else '-'}" for row in rows]


@pytest.mark.parametrize(
    ("mount", "own", "expected"),
    [
        ("{name: v, mountPath: /c/a.yaml}", "", ["? its own mount path subPath"]),
        ("{name: v, mountPath: /c/a.yaml/}", "", ["? its own mount path subPath"]),
        ("{name: v, mountPath: /c/a.yaml, subPath: a.yaml}", "", []),
        ("{name: v, mountPath: /c/a.yaml, subPathExpr: $(A)}", "", []),
        ("{name: v, mountPath: /c/b.yaml}", "", []),  # nobody says that it is a file
        ("{name: v, mountPath: /c/b.yaml}", "env: [{name: A, value: /c/b.yaml}],", ["! A -"]),
        ("{name: v, mountPath: /c/b.yaml}", "args: [-c, /c/b.yaml],", ["! -c -"]),
        ("{name: v, mountPath: /c/plain}", "", []),
        ("{name: v, mountPath: /c/plain}", "env: [{name: A_FILE, value: /c/plain}],", ["! A_FILE subPath"]),
        ("{name: v, mountPath: /c/plain}", "command: [/c/plain],", ["! its command subPath"]),
        ("{name: v, mountPath: /c/other}", "env: [{name: A_FILE, value: /c/other}],", []),
        ("{name: v, mountPath: /c/other}", "env: [{name: A, value: /c/other}],", []),
        ("{name: v, mountPath: /c/conf.d}", "args: [--config=/c/conf.d],", []),
        ("{name: v, mountPath: /c/a.yaml}", "env: [{name: A_FILE, value: /c/a.yaml/a.yaml}],", []),
        ("{name: v, mountPath: /c/a.yaml}, {name: v, mountPath: /c/a.yaml/b, subPath: plain}", "", []),
    ],
)
def test_what_is_meant_as_a_file(mount: str, own: str, expected: list[str]) -> None:
    assert found(mount, own) == expected


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("configMap: {name: a, items: [{key: plain, path: a.yaml}]}", ["? its own mount path subPath"]),
        ("configMap: {name: a, items: [{key: a.yaml, path: b}]}", []),
        ("projected: {sources: [{configMap: {name: a}}]}", ["? its own mount path subPath"]),
        ("secret: {secretName: elsewhere}", []),
        ("hostPath: {path: /a}", []),
    ],
)
def test_of_which_volume(volume: str, expected: list[str]) -> None:
    assert found("{name: v, mountPath: /c/a.yaml}", volume=volume) == expected


def test_a_known_program_reads_the_file() -> None:
    mount = "{name: v, mountPath: /etc/nginx/nginx.conf}"
    assert found(mount, image="nginx:1.27") == ["! nginx -"]


def test_the_key_becomes_the_sub_path() -> None:
    text = TEXT.replace("OWN", "").replace("MOUNT", "{name: v, mountPath: /c/a.yaml}").replace("IMAGE", "a:1")
    (row,) = mounted_paths(world(text.replace("VOLUME", "configMap: {name: a}")))
    (edit,) = row.edits
    assert isinstance(edit, Change)
    assert edit.patch[-1].path == ("spec", "containers", 0, "volumeMounts", 0, "subPath")
    assert edit.patch[-1].value == "a.yaml"
