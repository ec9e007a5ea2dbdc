"""What ends at once, and what never ends."""

from __future__ import annotations

import pytest

from mblint.facts.order.endings import endings
from tests.facts.worlds import world

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [%s]
      containers: [%s]
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: load}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: load, image: "registry.example/load:1"}, %s]}}}
"""
WEB = '{name: web, image: "registry.example/web:1"}'


def verdicts(text: str) -> list[str]:
    return [row.verdict for row in endings(world(text))]


def shell(script: str) -> str:
    return f"{{name: one, image: 'registry.example/shell:1', command: [sh, -c, \"{script}\"]}}"


@pytest.mark.parametrize(
    "script",
    [
        "tail -f /dev/null",
        "touch /a && exec tail -F /a",
        "echo a; sleep infinity",
        "while true; do date; sleep 1; done",
        "while :\\ndo date; sleep 1; done",
    ],
)
def test_an_init_container_that_never_ends(script: str) -> None:
    assert verdicts(DEPLOYMENT % (shell(script), WEB)) == ["init-lasts"]
    assert verdicts(JOB % shell(script)) == ["job-lasts"]
    assert verdicts(DEPLOYMENT % ("", shell(script))) == []


@pytest.mark.parametrize(
    "script",
    [
        "tail -f /a & sleep 1",
        "while true; do nc -z db 1 && break; done",
        "until nc -z db 1; do sleep 1; done",
        "timeout 5 tail -f /a",
        "sleep infinity & wait $!",
        "if [ -f /a ]; then sleep infinity; fi",
        "while true; do date; done & sleep 1",
    ],
)
def test_an_init_container_that_may_end(script: str) -> None:
    assert verdicts(DEPLOYMENT % (shell(script), WEB)) == []


@pytest.mark.parametrize(
    "script", ["echo hello", "mkdir -p /a; date; sleep 5", "chown 1 /a && true", "web & echo", "web &"]
)
def test_a_container_that_ends_at_once(script: str) -> None:
    assert verdicts(DEPLOYMENT % ("", shell(script))) == ["ends"]
    assert verdicts(DEPLOYMENT % (shell(script), WEB)) == []


@pytest.mark.parametrize(
    "script",
    [
        "echo hello; exec web",
        "date | web",
        "web & wait",
        "web & exec web",
        "web 2>&1",
        "web &> log",
        "sleep 3600",
        "sleep 20m",
    ],
)
def test_a_container_that_may_go_on(script: str) -> None:
    assert verdicts(DEPLOYMENT % ("", shell(script))) == []


@pytest.mark.parametrize(
    ("container", "ends"),
    [
        ("image: 'ubuntu:24.04'", True),
        ("image: 'docker.io/library/python:3.13'", True),
        ("image: 'public.ecr.aws/docker/library/node:22'", True),
        ("image: 'ubuntu:24.04', tty: true", False),
        ("image: 'alpine:3.22', stdin: true", False),
        ("image: 'registry.example/ubuntu:24.04'", False),
        ("image: 'acme/python:3'", False),
        ("image: 'node:22', args: [server.js]", False),
        ("image: 'acme/tools:3', command: [/bin/bash]", True),
        ("image: 'acme/tools:3', command: [bash, -l]", True),
        ("image: 'acme/tools:3', command: [python3]", True),
        ("image: 'acme/tools:3', command: [/bin/bash], tty: true, stdin: true", False),
        ("image: 'acme/tools:3', command: [bash, /run.sh]", False),
        ("image: 'acme/tools:3', command: [python3, -m, tools]", False),
    ],
)
def test_images_that_start_a_shell(container: str, ends: bool) -> None:
    assert bool(verdicts(DEPLOYMENT % ("", f"{{name: web, {container}}}"))) is ends


def test_a_proxy_that_another_container_ends() -> None:
    proxy = "{name: proxy, image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0', args: [%s]}"
    assert verdicts(JOB % (proxy % "--port=5432")) == ["job-lasts"]
    assert verdicts(JOB % (proxy % "--quitquitquit")) == []
