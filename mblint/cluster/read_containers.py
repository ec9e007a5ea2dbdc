"""Reads the containers of a pod spec: env, ports, probes, resources, mounts."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import (
    Container,
    ContainerPort,
    ContainerRole,
    EnvFrom,
    EnvVar,
    KeyRef,
    Mount,
    Probe,
    TextAt,
)
from mblint.manifests.nodes import Node, WrongType

_UNREAD = "what cannot be read"  # in place of a field: the variable is set, and nobody knows to what
_HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")


def read_containers(spec: Node) -> tuple[Container, ...]:
    """The containers of a pod spec, init containers first, as written. At least one must be a main container."""
    containers = spec.get("containers")
    main = tuple(_container(node, ContainerRole.MAIN) for node in containers.items())
    if not main and not containers.unread:
        raise WrongType(spec.place, "spec.containers is required: a pod has at least one container")
    return (*_init_containers(spec), *main)


def _init_containers(spec: Node) -> Iterator[Container]:
    for node in spec.get("initContainers").items():
        always = node.get("restartPolicy").text() == "Always"
        yield _container(node, ContainerRole.SIDECAR if always else ContainerRole.INIT)


def _container(node: Node, role: ContainerRole) -> Container:
    resources = node.get("resources")
    return Container(
        name=node.get("name").text() or "",
        role=role,
        image=node.get("image").text(),
        command=_words(node.get("command")),
        args=_words(node.get("args")),
        env=tuple(_env_var(entry) for entry in node.get("env").items()),
        env_from=tuple(source for entry in node.get("envFrom").items() for source in _env_from(entry)),
        mounts=tuple(_mount(entry) for entry in node.get("volumeMounts").items()),
        ports=tuple(_ports(node.get("ports"))),
        requests=_quantities(resources.get("requests")),
        limits=_quantities(resources.get("limits")),
        liveness=_probe(node.get("livenessProbe")),
        readiness=_probe(node.get("readinessProbe")),
        startup=_probe(node.get("startupProbe")),
        working_dir=node.get("workingDir").text(),
        place=node.place,
    )


def _words(node: Node) -> tuple[TextAt, ...] | None:
    words = tuple(TextAt(word.text() or "", word.place) for word in node.items())
    return words or None  # an empty list leaves the image's own, as for the kubelet


def _env_var(node: Node) -> EnvVar:
    name = node.get("name").required_text()
    value = node.get("value")
    origin = node.get("valueFrom")
    text = value.text()
    place = value.place if text is not None else node.place
    unread = _UNREAD if value.unread or origin.unread else None
    if origin.absent:
        return EnvVar(name, text, None, unread, place)
    key_ref = _key_ref(origin.get("configMapKeyRef"), "ConfigMap") or _key_ref(origin.get("secretKeyRef"), "Secret")
    field = (
        unread
        or origin.get("fieldRef").get("fieldPath").text()
        or origin.get("resourceFieldRef").get("resource").text()
    )
    return EnvVar(name, text, key_ref, field, place)


def _key_ref(node: Node, kind: str) -> KeyRef | None:
    if node.absent:
        return None
    optional = node.get("optional").boolean() or False
    return KeyRef(kind, node.get("name").text() or "", node.get("key").required_text(), optional, node.place)


def _env_from(node: Node) -> Iterator[EnvFrom]:
    prefix = node.get("prefix").text() or ""
    for kind, key in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
        ref = node.get(key)
        if not ref.absent:
            yield EnvFrom(
                kind, ref.get("name").text() or "", prefix, ref.get("optional").boolean() or False, node.place
            )


def _mount(node: Node) -> Mount:
    """A mount; the kubelet makes its path absolute (kubernetes/pkg/kubelet/kubelet_pods.go, makeMounts)."""
    path = node.get("mountPath").required_text()
    return Mount(
        volume=node.get("name").required_text(),
        mount_path=path if path.startswith("/") or ":" in path else f"/{path}",
        sub_path=node.get("subPath").text() or None,
        place=node.place,
    )


def _ports(nodes: Node) -> Iterator[ContainerPort]:
    """The ports that have a number. `flaws.containers` tells of the others."""
    for node in nodes.items():
        number = node.get("containerPort").integer()
        if number is not None:
            yield ContainerPort(
                name=node.get("name").text() or None,
                number=number,
                protocol=node.get("protocol").text() or "TCP",
                host_port=node.get("hostPort").integer(),
                place=node.place,
            )


def _quantities(node: Node) -> dict[str, TextAt]:
    found: dict[str, TextAt] = {}
    for name, entry in node.entries():
        value = entry.value
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            raise entry.wrong("a quantity")
        if value is not None:
            found[name] = TextAt(str(value), entry.place)
    return found


def _probe(node: Node) -> Probe | None:
    if node.absent:
        return None
    kind = next((handler for handler in _HANDLERS if not node.get(handler).absent), "none")
    handler = node.get(kind)
    return Probe(
        handler=kind,
        port=handler.get("port").integer_or_text(),
        path=handler.get("path").text() if kind == "httpGet" else None,
        command=handler.get("command").texts() if kind == "exec" else (),
        initial_delay=node.get("initialDelaySeconds").integer() or 0,
        period=node.get("periodSeconds").integer() or 10,
        timeout=node.get("timeoutSeconds").integer() or 1,
        success_threshold=node.get("successThreshold").integer() or 1,
        failure_threshold=node.get("failureThreshold").integer() or 3,
        place=node.place,
    )
