"""Small hand-made facts and rules: what the later rooms get from the earlier ones."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from mblint.cluster.objects import ObjectId
from mblint.facts.callers.rows import Dependency
from mblint.facts.rows import Related
from mblint.findings.collect import collect
from mblint.findings.finding import Finding, Report, Stats
from mblint.judge.rule import Judged, Judgement, Level, OneOf, Rule
from mblint.manifests.documents import Document, Place
from mblint.manifests.read import read_text

TODAY = date(2026, 7, 1)
SECRET = "hunter2-correct-horse"

WEB = f"""\
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: app
          env:
            - name: TOKEN_URL
              value: http://auth/token
            - name: USER_URL
              value: http://auth/user
            - name: PASSWORD
              value: {SECRET}
"""


def document(text: str = WEB, file: str = "-") -> Document:
    """The one document of a text."""
    manifests = read_text(text, file)
    assert not manifests.errors
    return manifests.documents[0]


def value_place(where: Document, index: int) -> Place:
    """The place of the value of an env entry of WEB."""
    return Place(where, ("spec", "template", "spec", "containers", 0, "env", index, "value"))


def blocked(where: Document, index: int = 0, setting: str = "TOKEN_URL", client: str = "web") -> Dependency:
    """A dependency that egress denies."""
    return Dependency(
        object=ObjectId("default", "Deployment", client),
        container="app",
        place=value_place(where, index),
        client=f"default/Deployment/{client}",
        settings=setting,
        host="auth",
        port=80,
        pod_port=8080,
        server="default/StatefulSet/auth",
        verdict="egress-denied",
        policies=("web-egress",),
        nearest_miss="rule 1 of web-egress allows 80",
        related=(Related("the policy that decides", Place(where, ("metadata", "name")), None),),
    )


def rule(
    rule_id: str = "egress-blocked",
    about: str = "dependency",
    group_by: tuple[str, ...] = ("client", "host", "port"),
    level: Level = Level.ERROR,
) -> Rule:
    """A rule about dependencies that egress denies."""
    return Rule(
        id=rule_id,
        about=about,
        judge=(Judgement(OneOf("verdict", ("egress-denied",)), level),),
        group_by=group_by,
        precision="very-high",
        tags=("network-policy",),
        title="A configured dependency is cut off",
        message="{client} cannot reach {host}:{port} ({settings}).",
        notes=("Nearest: {nearest_miss}.",),
        why="The packet is dropped, and the request times out.",
        fix="Allow port {pod_port}.",
        see=("https://kubernetes.io/docs/concepts/services-networking/network-policies/",),
        fail=(),
        passing=(),
        renders=True,
        steps=False,
        levels={},
        file="rules/egress-blocked.yaml",
    )


def judged(*facts: Dependency, by: Rule | None = None, level: Level = Level.ERROR) -> tuple[Judged, ...]:
    """The facts, held against the user."""
    return tuple(Judged(by or rule(), level, fact) for fact in facts)


def report(*findings: Finding, rules: tuple[Rule, ...] | None = None) -> Report:
    """A report of these findings."""
    counts = {"dependencies": {"allowed": 47, "egress-denied": 8, "unknown": 3}}
    return Report(findings, (), (), Stats(352, 2, counts), rules or (rule(),))


def finding(message: str | None = None) -> Finding:
    """One finding with two settings, a note, a fix and a related place."""
    where = document()
    found = collect(judged(blocked(where), blocked(where, 1, "USER_URL")))[0]
    return found if message is None else replace(found, message=message)
