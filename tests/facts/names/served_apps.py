"""A program behind an Ingress, as YAML text."""

from __future__ import annotations

from collections.abc import Mapping

from tests.facts.worlds import pods, service


def ingress(*hosts: str, name: str = "web", path: str = "/", tls: bool = True, annotations: str = "{}") -> str:
    """An Ingress that leads from the hosts to a Service."""
    backend = f"{{service: {{name: {name}, port: {{number: 80}}}}}}"
    rules = "".join(
        f"    - host: '{host}'\n      http: {{paths: [{{path: {path}, pathType: Prefix, backend: {backend}}}]}}\n"
        for host in hosts
    )
    secret = f"  tls: [{{hosts: {list(hosts)}, secretName: tls}}]\n" if tls else ""
    head = "\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n"
    return f"{head}metadata: {{name: {name}, annotations: {annotations}}}\nspec:\n{secret}  rules:\n{rules}"


def served(image: str, env: Mapping[str, str], routes: str, spec: str = "") -> str:
    """A Deployment `web` of an image, its Service, and its routes."""
    deployment = pods("Deployment", "web", env=env, spec=spec).replace("registry/shop:1", image)
    return deployment + service("web", "{selector: {app: web}, ports: [{port: 80, targetPort: http}]}") + routes
