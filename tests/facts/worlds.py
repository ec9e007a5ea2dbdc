"""Small worlds for tests, from YAML text to facts."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent, indent

from mblint.cluster.build import build_cluster
from mblint.cluster.engine.engine import PolicyEngine
from mblint.config import ClusterSettings, Config
from mblint.facts.callers.dependencies import dependencies
from mblint.facts.callers.rows import Dependency
from mblint.facts.world import World
from mblint.manifests.read import read_text
from mblint.settings.read import read_settings
from mblint.software.programs import shipped_programs


def world(text: str, settings: ClusterSettings | None = None) -> World:
    """Everything that facts are derived from, of one YAML stream."""
    manifests = read_text(dedent(text))
    assert not manifests.errors
    cluster = build_cluster(manifests.documents)
    assert not cluster.invalid, cluster.invalid
    return World(
        cluster,
        read_settings(cluster, shipped_programs()),
        PolicyEngine(cluster),
        Config(cluster=settings or ClusterSettings()),
        shipped_programs(),
    )


def rows(text: str, settings: ClusterSettings | None = None) -> tuple[Dependency, ...]:
    """The dependencies of one YAML stream."""
    return dependencies(world(text, settings))


def verdicts(text: str, settings: ClusterSettings | None = None) -> dict[str, str]:
    """The verdict of each setting."""
    return {row.settings: row.verdict for row in rows(text, settings)}


def pods(
    kind: str = "Deployment",
    name: str = "web",
    *,
    env: Mapping[str, str] | None = None,
    port: int | None = 8080,
    spec: str = "",
    namespace: str = "default",
    annotations: str = "{}",
    replaces: str = "",
) -> str:
    """A workload labelled `app: NAME` with one container; `spec` is added to the pod spec, `replaces` the labels."""
    labels = replaces or f"{{app: {name}}}"
    variables = ", ".join(f"{{name: {key}, value: '{value}'}}" for key, value in (env or {}).items())
    ports = f"[{{name: http, containerPort: {port}}}]" if port else "[]"
    group = "batch/v1" if kind == "Job" else "v1" if kind == "Pod" else "apps/v1"
    metadata = f"{{name: {name}, namespace: {namespace}, labels: {labels}, annotations: {annotations}}}"
    pod = f"containers: [{{name: main, image: registry/shop:1, env: [{variables}], ports: {ports}}}]\n{dedent(spec)}"
    head = f"---\napiVersion: {group}\nkind: {kind}\nmetadata: {metadata}\nspec:\n"
    if kind == "Pod":
        return head + indent(pod, "  ")
    selector = "" if kind == "Job" else f"  selector: {{matchLabels: {labels}}}\n"
    restart = "restartPolicy: Never\n" if kind == "Job" else ""
    governing = f"  serviceName: {name}\n" if kind == "StatefulSet" else ""
    template = f"  template:\n    metadata: {{labels: {labels}}}\n    spec:\n"
    return head + selector + governing + template + indent(pod + restart, "      ")


def service(name: str, spec: str, namespace: str = "default") -> str:
    """A Service; `spec` is a YAML flow mapping."""
    return f"\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"


def policy(name: str, spec: str, namespace: str = "default") -> str:
    """A NetworkPolicy; `spec` is a YAML flow mapping."""
    return (
        f"\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )
