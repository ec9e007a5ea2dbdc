"""Whether mounted files can be executed."""

from __future__ import annotations

import pytest

from mblint.facts.references.executed import executed_files
from mblint.remedies.edits import Change
from tests.facts.worlds import world

TEXT = """
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {run.sh: "FIRST\\nexec a\\n"}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  SECURITY
  containers: [{name: a, image: "a:1", CONTAINER, volumeMounts: [{name: v, mountPath: /c}]}]
  volumes: [{name: v, VOLUME}]
"""
RUN = "command: [/c/run.sh]"


def verdicts(
    container: str = RUN, volume: str = "configMap: {name: a}", first: str = "#!/bin/sh", security: str = ""
) -> list[str]:
    text = TEXT.replace("CONTAINER", container).replace("VOLUME", volume).replace("FIRST", first)
    rows = executed_files(world(text.replace("SECURITY", security)))
    return [f"{row.verdict}{'' if row.ends_it else '?'} {row.settings}" for row in rows]


@pytest.mark.parametrize(
    ("container", "found"),
    [
        (RUN, ["not-allowed its command"]),
        ("command: [tini, -g, --, /c/run.sh]", ["not-allowed its command"]),
        ("command: [./run.sh], workingDir: /c", ["not-allowed its command"]),
        ("command: [./run.sh]", []),
        ("command: [sh, -c, /c/run.sh]", ["not-allowed its command"]),
        ("command: [sh, -c, 'exec /c/run.sh']", ["not-allowed its command"]),
        ("command: [sh, -c, '/c/run.sh; a']", ["not-allowed? its command"]),
        ("command: [sh, -c, 'if a; then /c/run.sh; fi']", []),
        ("command: [sh, -c, 'sh /c/run.sh']", []),
        ("command: [sh, -c, 'cat /c/run.sh']", []),
        ("command: [sh, /c/run.sh]", ["runs its command"]),
        ("command: [sh, -o, pipefail, /c/run.sh]", []),
        ("args: [/c/run.sh]", []),  # the image's entry point may read it
        ("command: [/c/other.sh]", []),  # it is not there at all
        ("livenessProbe: {exec: {command: [/c/run.sh]}}", ["not-allowed its liveness probe"]),
        ("lifecycle: {postStart: {exec: {command: [/c/run.sh]}}}", ["not-allowed its postStart hook"]),
    ],
)
def test_who_executes_it(container: str, found: list[str]) -> None:
    assert verdicts(container) == found


@pytest.mark.parametrize(
    ("volume", "security", "allowed"),
    [
        ("configMap: {name: a, defaultMode: 0755}", "", True),
        ("configMap: {name: a, defaultMode: 0644}", "", False),
        ("configMap: {name: a, defaultMode: 0644}", "securityContext: {fsGroup: 1}", False),
        ("configMap: {name: a, defaultMode: 0700}", "", True),
        ("configMap: {name: a, defaultMode: 0700}", "securityContext: {runAsUser: 0}", True),
        ("configMap: {name: a, defaultMode: 0700}", "securityContext: {runAsUser: 1}", False),
        ("configMap: {name: a, defaultMode: 0750}", "securityContext: {runAsUser: 1}", True),
        ("configMap: {name: a, items: [{key: run.sh, path: run.sh, mode: 0755}]}", "", True),
        ("configMap: {name: a, defaultMode: 0755, items: [{key: run.sh, path: run.sh, mode: 0644}]}", "", False),
        ("configMap: {name: a, defaultMode: 0755, items: [{key: run.sh, path: run.sh}]}", "", True),
        ("configMap: {name: elsewhere}", "", False),
        ("projected: {sources: [{configMap: {name: a}}], defaultMode: 0755}", "", True),
        ("projected: {sources: [{configMap: {name: a}}]}", "", False),
        ("configMap: {name: a}", "os: {name: windows}", None),
        ("emptyDir: {}", "", None),
    ],
)
def test_modes(volume: str, security: str, allowed: bool | None) -> None:
    expected = [] if allowed is None else ["runs its command" if allowed else "not-allowed its command"]
    assert verdicts(volume=volume, security=security) == expected


@pytest.mark.parametrize(
    ("container", "first", "found"),
    [
        (RUN, "#!/bin/sh\\r", "line-ends"),
        (RUN, "#!/usr/bin/env bash\\r", "line-ends"),
        (RUN, "#! /usr/bin/awk -f\\r", "runs"),  # what the interpreter makes of its option is not known
        (RUN, "#!/bin/sh", "runs"),
        (RUN, "set -e", "no-interpreter"),
        (RUN, "\ufeff#!/bin/sh", "no-interpreter"),
        ("command: [dumb-init, /c/run.sh]", "set -e", "runs"),
        ("command: [sh, -c, /c/run.sh]", "set -e", "runs"),
        ("command: [sh, /c/run.sh]", "#!/bin/sh\\r\\nset -e\\r", "line-ends"),
        ("command: [sh, /c/run.sh]", "if a; then\\r", "line-ends"),
        ("command: [sh, /c/run.sh]", "#!/bin/sh\\r\\necho fi\\r", "runs"),
    ],
)
def test_first_lines_and_line_ends(container: str, first: str, found: str) -> None:
    volume = "configMap: {name: a, defaultMode: 0755}"
    assert verdicts(container, volume=volume, first=first) == [f"{found} its command"]


@pytest.mark.parametrize(
    ("volume", "path", "value"),
    [
        ("configMap: {name: a}", ("spec", "volumes", 0, "configMap", "defaultMode"), 0o755),
        ("secret: {secretName: a, defaultMode: 0400}", ("spec", "volumes", 0, "secret", "defaultMode"), 0o555),
        (
            "projected: {sources: [{configMap: {name: a, items: [{key: run.sh, path: run.sh, mode: 0600}]}}]}",
            ("spec", "volumes", 0, "projected", "sources", 0, "configMap", "items", 0, "mode"),
            0o755,
        ),
    ],
)
def test_the_mode_is_corrected_where_it_is_written(volume: str, path: tuple[str | int, ...], value: int) -> None:
    text = TEXT.replace("CONTAINER", RUN).replace("VOLUME", volume).replace("FIRST", "#!/bin/sh")
    (row,) = executed_files(world(text.replace("SECURITY", "")))
    (edit,) = row.edits
    assert isinstance(edit, Change)
    assert (edit.patch[-1].path, edit.patch[-1].value) == (path, value)
