"""Ways to break a render that is fine, one thing at a time, and the rules of which one has to say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from breaks_of_logins import DATABASES, PASSWORDS, USERS, routes, server_is_told
from breaks_of_policies import no_dns, policy_peers
from mentions import Told, mentions, namespace_of, services_of, template_of
from places import Places, name_of, one, typo
from renders import Change, Step, Tree, containers


@dataclass(frozen=True)
class Break:
    """A way to break things: `rules` of which one has to find it, and where it can be done in a render."""

    kind: str
    rules: tuple[str, ...]
    places: Places


# ---------------------------------------------------------------- what a container is told


def _variables(objects: Sequence[Tree]) -> Iterator[tuple[str, tuple[Step, ...], str, str]]:
    """(what, way, value, host) of the literal variables that name a Service of others as a host."""
    told: dict[tuple[str, str], str] = {}
    for mention in mentions(objects):
        if mention.place.startswith("env "):
            told[f"{mention.workload[0]}/{mention.workload[2]}", mention.place[4:]] = mention.text
    for tree, way, container in containers(objects):
        for index, variable in enumerate(container.get("env") or ()):
            host = told.get((name_of(tree), variable.get("name")))
            if host is not None and isinstance(variable.get("value"), str):
                what = f"{name_of(tree)} {variable['name']}"
                yield what, (*way, "env", index, "value"), variable["value"], host


def _hosts(objects: Sequence[Tree]) -> Iterator[Change]:
    for what, way, value, host in _variables(objects):
        name, dot, rest = host.partition(".")
        if "://" in value or f"{host}:" in value:
            yield one(what, way, value.replace(host, typo(name) + dot + rest))


def _ports(objects: Sequence[Tree]) -> Iterator[Change]:
    for what, way, value, host in _variables(objects):
        if (written := re.search(rf"{re.escape(host)}:(\d+)", value)) is not None:
            yield one(what, way, value.replace(written[0], f"{host}:{int(written[1]) + 17}"))


def _loopback(objects: Sequence[Tree]) -> Iterator[Change]:
    for what, way, value, host in _variables(objects):
        if "://" in value and re.search(rf"{re.escape(host)}:\d", value):
            yield one(what, way, value.replace(host, "localhost"))


def _leftovers(objects: Sequence[Tree]) -> Iterator[Change]:
    for what, way, _, _ in _variables(objects):
        yield one(what, way, "http://{{ .Values.backend.host }}:80")


def _twice(objects: Sequence[Tree]) -> Iterator[Change]:
    for tree, way, container in containers(objects):
        variables = container.get("env") or ()
        if variables and isinstance(variables[0].get("value"), str):
            again = {"name": variables[0]["name"], "value": variables[0]["value"] + "-other"}
            yield one(f"{name_of(tree)} {again['name']}", (*way, "env"), [*variables, again])


# ---------------------------------------------------------------- references


def _of_variables(field: str, part: str) -> Places:
    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        kind = "Secret" if field.startswith("secret") else "ConfigMap"
        there = {tree["metadata"]["name"] for tree in objects if tree["kind"] == kind}
        for tree, way, container in containers(objects):
            for index, variable in enumerate(container.get("env") or ()):
                ref = (variable.get("valueFrom") or {}).get(field) or {}
                if ref.get("name") in there and not ref.get("optional"):
                    inside = (*way, "env", index, "valueFrom", field, part)
                    yield one(f"{name_of(tree)} {variable['name']}", inside, typo(ref[part]))

    return places


def _of_volumes(source: str, field: str) -> Places:
    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        kinds = {"configMap": "ConfigMap", "secret": "Secret", "persistentVolumeClaim": "PersistentVolumeClaim"}
        there = {tree["metadata"]["name"] for tree in objects if tree["kind"] == kinds[source]}
        for number, tree in enumerate(objects):
            spec = ((template_of(tree) or {}).get("spec")) or {}
            for index, volume in enumerate(spec.get("volumes") or () if "template" in (tree.get("spec") or {}) else ()):
                named = (volume.get(source) or {}).get(field)
                if named in there and not volume[source].get("optional"):
                    way = (number, "spec", "template", "spec", "volumes", index, source, field)
                    yield one(f"{name_of(tree)} volume {volume['name']}", way, typo(named))

    return places


def _mounts(objects: Sequence[Tree]) -> Iterator[Change]:
    for tree, way, container in containers(objects):
        for index, mount in enumerate(container.get("volumeMounts") or ()):
            yield one(f"{name_of(tree)} mount", (*way, "volumeMounts", index, "name"), f"{mount['name']}-gone")


def _pod_field(field: str, kind: str) -> Places:
    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        there = {tree["metadata"]["name"] for tree in objects if tree["kind"] == kind}
        for number, tree in enumerate(objects):
            named = (((tree.get("spec") or {}).get("template") or {}).get("spec") or {}).get(field)
            if tree["kind"] in ("Deployment", "StatefulSet", "DaemonSet") and named in there:
                yield one(name_of(tree), (number, "spec", "template", "spec", field), typo(named))

    return places


def _of_kind(kind: str, *way: str, change: Callable[[Any], Any] = typo, named: str = "") -> Places:
    """A value at a way into objects of a kind; `*` stands for all elements of a list.

    `named`: the value names an object of that kind, which the render has.
    """

    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        there = {tree["metadata"].get("name") for tree in objects if tree["kind"] == named}
        for number, tree in enumerate(objects):
            if tree["kind"] == kind:
                for inside, value in _values(tree, way):
                    if not named or value in there:
                        yield one(name_of(tree), (number, *inside), change(value))

    return places


def _values(inside: Any, way: Sequence[str]) -> Iterator[tuple[tuple[Step, ...], Any]]:
    if not way:
        if isinstance(inside, str | int):
            yield (), inside
    elif way[0] == "*":
        for index, element in enumerate(inside if isinstance(inside, list) else ()):
            yield from (((index, *rest), value) for rest, value in _values(element, way[1:]))
    elif isinstance(inside, dict) and way[0] in inside:
        yield from (((way[0], *rest), value) for rest, value in _values(inside[way[0]], way[1:]))


# ---------------------------------------------------------------- Services and probes


def _selectors(objects: Sequence[Tree]) -> Iterator[Change]:
    templates = [t for tree in objects if (t := template_of(tree)) is not None]
    labels = [(template.get("metadata") or {}).get("labels") or {} for template in templates]
    for number, tree in enumerate(objects):
        selector = (tree.get("spec") or {}).get("selector") if tree["kind"] == "Service" else None
        if isinstance(selector, dict) and any(selector.items() <= each.items() for each in labels) and selector:
            key, value = next(iter(selector.items()))
            yield one(name_of(tree), (number, "spec", "selector", key), typo(str(value)))


def _target_ports(objects: Sequence[Tree]) -> Iterator[Change]:
    """Of Services that a route leads to: what nobody calls breaks nothing."""
    paths = ("spec", "rules", "*", "http", "paths", "*", "backend", "service", "name")
    routed = {name for tree in objects if tree["kind"] == "Ingress" for _, name in _values(tree, paths)}
    for number, tree in enumerate(objects):
        used = tree["kind"] == "Service" and tree["metadata"]["name"] in routed
        for index, port in enumerate((tree.get("spec") or {}).get("ports") or () if used else ()):
            if isinstance(port.get("targetPort"), str) and (tree["spec"].get("selector")):
                way = (number, "spec", "ports", index, "targetPort")
                yield one(name_of(tree), way, f"{port['targetPort']}x")


def _monitors(objects: Sequence[Tree]) -> Iterator[Change]:
    """Of monitors that select a Service of the render."""
    services = [(tree["metadata"].get("labels") or {}) for tree in objects if tree["kind"] == "Service"]
    for number, tree in enumerate(objects):
        wanted = ((tree.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
        if tree["kind"] == "ServiceMonitor" and any(wanted.items() <= labels.items() for labels in services):
            for inside, value in _values(tree, ("spec", "endpoints", "*", "port")):
                yield one(name_of(tree), (number, *inside), _more(value))


def _probe_ports(objects: Sequence[Tree]) -> Iterator[Change]:
    for tree, way, container in containers(objects):
        for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
            http = (container.get(probe) or {}).get("httpGet") or {}
            if isinstance(http.get("port"), str):
                yield one(f"{name_of(tree)} {probe}", (*way, probe, "httpGet", "port"), f"{http['port']}x")


def _grace(objects: Sequence[Tree]) -> Iterator[Change]:
    for tree, way, container in containers(objects):
        if not container.get("lifecycle"):
            hook = {"preStop": {"exec": {"command": ["sleep", "900"]}}}
            yield one(name_of(tree), (*way, "lifecycle"), hook)


def _memory(objects: Sequence[Tree]) -> Iterator[Change]:
    for tree, way, container in containers(objects):
        told = " ".join(map(str, (*(container.get("command") or ()), *(container.get("args") or ()))))
        if re.search(r"\b(?:gunicorn|celery\b.*\bworker)\b", told):
            yield one(name_of(tree), (*way, "resources"), {"limits": {"memory": "48Mi"}})


def _requests(objects: Sequence[Tree]) -> Iterator[Change]:
    for tree, way, _ in containers(objects):
        resources = {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}
        yield one(name_of(tree), (*way, "resources"), resources)


def _own_labels(objects: Sequence[Tree]) -> Iterator[Change]:
    for number, tree in enumerate(objects):
        wanted = (((tree.get("spec") or {}).get("selector")) or {}).get("matchLabels") or {}
        if tree["kind"] in ("Deployment", "StatefulSet", "DaemonSet") and wanted:
            key, value = next(iter(wanted.items()))
            yield one(name_of(tree), (number, "spec", "selector", "matchLabels", key), f"{value}-other")


# ---------------------------------------------------------------- files, removed APIs, names


def _files(objects: Sequence[Tree]) -> Iterator[Change]:
    told = Told(objects)
    mounted = {
        text
        for tree in objects
        if (template := template_of(tree)) is not None
        for place, text in told.texts(template, namespace_of(tree))
        if place.startswith("file ") and place.endswith(".json")
    }
    for number, tree in enumerate(objects):
        for key, text in (tree.get("data") or {}).items() if tree["kind"] == "ConfigMap" else ():
            if text in mounted and key.endswith(".json") and str(text).lstrip()[:1] == "{":
                cut = str(text).rstrip()[:-1]
                yield one(f"{name_of(tree)} {key}", (number, "data", key), cut)


def _removed(kind: str, version: str) -> Places:
    def places(objects: Sequence[Tree]) -> Iterator[Change]:
        for number, tree in enumerate(objects):
            if tree["kind"] == kind and tree["apiVersion"] != version:
                yield one(name_of(tree), (number, "apiVersion"), version)

    return places


def _realm_uris(objects: Sequence[Tree]) -> Iterator[Change]:
    for number, tree in enumerate(objects):
        for key, text in (tree.get("data") or {}).items() if tree["kind"] == "ConfigMap" else ():
            uris = re.search(r"(\"?redirectUris\"?:\s*\[?\s*(?:-\s*)?\"?https?://)([\w-]+)", str(text))
            if uris is not None:
                other = text[: uris.end()] + "-elsewhere" + text[uris.end() :]
                yield one(f"{name_of(tree)} {key}", (number, "data", key), other)


def _databases(objects: Sequence[Tree]) -> Iterator[Change]:
    """Of clients: what a server is told to make is right by definition."""
    hosts = {service.name for service in services_of(objects).values()}
    clients = {f"{mention.workload[0]}/{mention.workload[2]}" for mention in mentions(objects)}
    for tree, way, container in containers(objects):
        if name_of(tree) not in clients:
            continue
        for index, variable in enumerate(container.get("env") or ()):
            value = str(variable.get("value") or "")
            url = re.fullmatch(r"postgres(?:ql)?://[^@/]*@([\w-]+)[^/]*/(\w+).*", value)
            if url is not None and url[1] in hosts:
                at = value.rindex(url[2])
                other = f"{value[:at]}{url[2]}_other{value[at + len(url[2]) :]}"
                yield one(f"{name_of(tree)} {variable['name']}", (*way, "env", index, "value"), other)
            elif (
                re.fullmatch(r"(?:DB|DATABASE|POSTGRES|PG)_(?:NAME|DB|DATABASE)", variable["name"]) and value.isalnum()
            ):
                yield one(f"{name_of(tree)} {variable['name']}", (*way, "env", index, "value"), f"{value}other")


def _more(port: int | str) -> int | str:
    return port + 17 if isinstance(port, int) else f"{port}x"


BREAKS = (
    Break("a host that no Service has", ("unknown-service",), _hosts),
    Break(
        "a port that the Service does not have", ("service-port-missing", "port-not-listened", "headless-port"), _ports
    ),
    Break(
        "a database that the server does not make",
        ("store-name-missing", "schema-not-granted"),
        server_is_told(DATABASES, "x"),
    ),
    Break(
        "a user that the server does not make",
        ("store-name-missing", "credential-missing", "credential-mismatch"),
        server_is_told(USERS, "x"),
    ),
    Break(
        "a password that the server is not given",
        ("credential-mismatch", "api-key-differs", "credential-missing"),
        server_is_told(PASSWORDS, "-other"),
    ),
    Break(
        "a route of another host than programs are told",
        (
            *("public-url-wrong", "host-not-allowed", "origin-not-trusted", "oidc-redirect-unregistered"),
            *("oidc-redirect-unrouted", "oidc-issuer-mismatch"),
        ),
        routes,
    ),
    Break("a backend at localhost", ("dependency-loopback",), _loopback),
    Break("a template that nothing renders", ("template-leftover",), _leftovers),
    Break("a variable twice", ("duplicate-key-in-list",), _twice),
    Break("a key that the Secret does not have", ("secret-key-missing",), _of_variables("secretKeyRef", "key")),
    Break("a key that the ConfigMap does not have", ("secret-key-missing",), _of_variables("configMapKeyRef", "key")),
    Break(
        "a Secret of another name", ("reference-missing", "secret-key-missing"), _of_variables("secretKeyRef", "name")
    ),
    Break("a volume of no ConfigMap", ("reference-missing", "secret-key-missing"), _of_volumes("configMap", "name")),
    Break("a volume of no Secret", ("reference-missing", "secret-key-missing"), _of_volumes("secret", "secretName")),
    Break("a volume of no claim", ("reference-missing",), _of_volumes("persistentVolumeClaim", "claimName")),
    Break("a mount of no volume", ("invalid-object", "reference-missing"), _mounts),
    Break("no such service account", ("reference-missing",), _pod_field("serviceAccountName", "ServiceAccount")),
    Break(
        "a role binding of no role",
        ("reference-missing", "permission-missing"),
        _of_kind("RoleBinding", "roleRef", "name"),
    ),
    Break("a Service that selects nothing", ("service-without-pods",), _selectors),
    Break("a target port that no container has", ("target-port-missing",), _target_ports),
    Break("a probe of a port that is not there", ("probe-port-missing",), _probe_ports),
    Break(
        "an Ingress to no Service",
        ("route-backend-missing",),
        _of_kind("Ingress", "spec", "rules", "*", "http", "paths", "*", "backend", "service", "name"),
    ),
    Break(
        "an Ingress to no port",
        ("route-backend-missing", "service-port-missing"),
        _of_kind(
            *("Ingress", "spec", "rules", "*", "http", "paths", "*", "backend", "service", "port", "number"),
            change=_more,
        ),
    ),
    Break(
        "an autoscaler of nothing",
        ("reference-missing", "autoscaler-without-effect"),
        _of_kind("HorizontalPodAutoscaler", "spec", "scaleTargetRef", "name"),
    ),
    Break("a set of no Service", ("reference-missing",), _of_kind("StatefulSet", "spec", "serviceName")),
    Break(
        "a webhook to no Service",
        ("webhook-unreachable",),
        _of_kind("ValidatingWebhookConfiguration", "webhooks", "*", "clientConfig", "service", "name", named="Service"),
    ),
    Break(
        "a monitor of no port",
        ("scrape-unreachable",),
        _monitors,
    ),
    Break("an egress rule for other pods", ("egress-blocked",), policy_peers("egress", "to")),
    Break("an ingress rule for other pods", ("ingress-blocked", "scrape-unreachable"), policy_peers("ingress", "from")),
    Break("no way to the DNS", ("dns-blocked",), no_dns),
    Break("a hook longer than the grace period", ("prestop-exceeds-grace",), _grace),
    Break("less memory than the workers take", ("memory-limit-below-workers",), _memory),
    Break("requests above limits", ("invalid-object",), _requests),
    Break("a selector that the template does not match", ("invalid-object",), _own_labels),
    Break("a file cut off", ("mounted-file-unparsable",), _files),
    Break("an API that is gone: Ingress", ("api-removed",), _removed("Ingress", "extensions/v1beta1")),
    Break("an API that is gone: budgets", ("api-removed",), _removed("PodDisruptionBudget", "policy/v1beta1")),
    Break("an API that is gone: CronJob", ("api-removed",), _removed("CronJob", "batch/v1beta1")),
    Break("a redirect URI that the client has not", ("oidc-redirect-unregistered",), _realm_uris),
    Break("a database that the server does not make", ("store-name-missing",), _databases),
)
