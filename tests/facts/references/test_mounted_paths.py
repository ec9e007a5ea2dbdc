"""Files below mounts of ConfigMaps and Secrets."""

from __future__ import annotations

import pytest

from mblint.facts.references.mounted_paths import mounted_paths
from tests.facts.worlds import world

TEXT = """
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a.yaml: "", b.sh: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: x}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "a:1", CONTAINER, volumeMounts: [MOUNT]}]
  volumes: [{name: v, VOLUME}]
"""
CONFIG = "configMap: {name: a}"


def verdicts(container: str, volume: str = CONFIG, mount: str = "{name: v, mountPath: /c}") -> list[str]:
    text = TEXT.replace("CONTAINER", container).replace("VOLUME", volume).replace("MOUNT", mount)
    return [f"{row.verdict}{'!' if row.needed else ''} {row.path}" for row in mounted_paths(world(text))]


@pytest.mark.parametrize(
    ("container", "found"),
    [
        ("env: [{name: A_FILE, value: /c/a.yaml}]", ["exists! /c/a.yaml"]),
        ("env: [{name: A_FILE, value: /c/x}]", ["missing! /c/x"]),
        ("env: [{name: A, value: /c/x.yaml}]", ["missing /c/x.yaml"]),
        ("env: [{name: A, value: /c/x}]", []),  # most likely a folder
        ("env: [{name: A_FILE, value: /c}]", []),
        ("env: [{name: A_FILE, value: /elsewhere/x}]", []),
        ("env: [{name: A_FILE, value: '/c/$(X)'}]", []),
        ("args: [--config.file=/c/x.yaml]", ["missing! /c/x.yaml"]),
        ("args: [--config, /c/x.yaml]", ["missing! /c/x.yaml"]),
        ("command: [serve, /c/x.yaml]", ["missing /c/x.yaml"]),
        ("command: [/c/x.sh]", ["missing! /c/x.sh"]),
        ("command: [bash, -e, /c/b.sh]", ["exists! /c/b.sh"]),
        ("command: [sh, -ec, 'source /c/x.sh; serve']", ["missing! /c/x.sh"]),
        ("command: [sh, -c, 'test -f /c/x.sh && /c/x.sh']", []),
        ("command: [sh, -c, '/c/x.sh || true']", []),
        ("readinessProbe: {exec: {command: [/c/x.sh]}}", ["missing! /c/x.sh"]),
        ("lifecycle: {preStop: {exec: {command: [sh, -c, /c/x.sh]}}}", ["missing! /c/x.sh"]),
    ],
)
def test_who_names_a_file(container: str, found: list[str]) -> None:
    assert verdicts(container) == found


@pytest.mark.parametrize(
    ("volume", "mount", "verdict"),
    [
        ("configMap: {name: other}", "{name: v, mountPath: /c}", "unknown"),
        ("configMap: {name: a, items: [{key: a.yaml, path: in/x}]}", "{name: v, mountPath: /c}", "missing"),
        ("configMap: {name: a, items: [{key: a.yaml, path: x}]}", "{name: v, mountPath: /c}", "exists"),
        ("projected: {sources: [{configMap: {name: a}}, {secret: {name: s}}]}", "{name: v, mountPath: /c}", "missing"),
        ("projected: {sources: [{serviceAccountToken: {path: x}}]}", "{name: v, mountPath: /c}", "exists"),
        (
            "projected: {sources: [{downwardAPI: {items: [{path: x, fieldRef: {fieldPath: metadata.name}}]}}]}",
            "{name: v, mountPath: /c}",
            "exists",
        ),
        (CONFIG, "{name: v, mountPath: /c, subPathExpr: $(A)}", "unknown"),
    ],
)
def test_what_a_mount_shows(volume: str, mount: str, verdict: str) -> None:
    assert verdicts("env: [{name: A_FILE, value: /c/x}]", volume, mount) == [f"{verdict}! /c/x"]


HIDDEN = """
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  initContainers: [INIT]
  containers: [{name: a, image: "a:1", CONTAINER, volumeMounts: [{name: v, mountPath: /app}]}]
  volumes: [{name: v, VOLUME}]
"""
COPIES = "{name: i, image: 'a:1', volumeMounts: [{name: v, mountPath: /copy}]}"


@pytest.mark.parametrize(
    ("container", "volume", "init", "found"),
    [
        ("command: [/app/run]", "emptyDir: {}", "", ["missing! /app/run"]),
        ("command: [tini, --, /app/run]", "emptyDir: {}", "", ["missing! /app/run"]),
        ("command: [sh, /app/run]", "emptyDir: {}", "", ["missing! /app/run"]),
        ("command: [bin/run], workingDir: /app", "emptyDir: {}", "", ["missing! /app/bin/run"]),
        ("command: [sh, -c, /app/run]", "emptyDir: {}", "", []),  # the script may have put it there
        ("livenessProbe: {exec: {command: [/app/run]}}", "emptyDir: {}", "", []),
        ("command: [/bin/run]", "emptyDir: {}", "", []),
        ("command: [/app/run]", "emptyDir: {}", COPIES, []),
        ("command: [/app/run]", "persistentVolumeClaim: {claimName: a}", "", []),
        ("command: [/app/run]", "image: {reference: 'a:1'}", "", []),
    ],
)
def test_what_an_empty_volume_hides(container: str, volume: str, init: str, found: list[str]) -> None:
    text = HIDDEN.replace("CONTAINER", container).replace("VOLUME", volume).replace("INIT", init)
    assert [f"{row.verdict}{'!' if row.needed else ''} {row.path}" for row in mounted_paths(world(text))] == found


NGINX = """
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {KEYS}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "nginx:1.27", OWN volumeMounts: [MOUNT]}]
  volumes: [{name: v, configMap: {name: a}}]
"""
WHOLE = "{name: v, mountPath: /etc/nginx}"
INCLUDES = 'nginx.conf: "http {\\n include /etc/nginx/mime.types;\\n}"'


@pytest.mark.parametrize(
    ("keys", "mount", "own", "found"),
    [
        ('a.conf: ""', WHOLE, "", ["missing /etc/nginx/nginx.conf"]),
        ('nginx.conf: ""', WHOLE, "", ["exists /etc/nginx/nginx.conf"]),
        (INCLUDES, WHOLE, "", ["exists /etc/nginx/nginx.conf", "missing /etc/nginx/mime.types"]),
        (
            f'{INCLUDES}, mime.types: ""',
            WHOLE,
            "",
            ["exists /etc/nginx/nginx.conf", "exists /etc/nginx/mime.types"],
        ),
        ('a.conf: ""', "{name: v, mountPath: /etc/nginx/conf.d}", "", []),
        ('nginx.conf: ""', "{name: v, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf}", "", []),
        ('a.conf: ""', WHOLE, "args: [nginx, -c, a],", []),
    ],
)
def test_what_a_mount_hides_of_a_known_image(keys: str, mount: str, own: str, found: list[str]) -> None:
    text = NGINX.replace("KEYS", keys).replace("MOUNT", mount).replace("OWN", own)
    assert [f"{row.verdict} {row.path}" for row in mounted_paths(world(text))] == found
