"""The environment of a container, as the kubelet makes it.

Source: `makeEnvironmentVariables` in k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go. `envFrom` comes first, in order;
then `env`, in order, whose values may use `$(NAME)` of everything before them and of the namespace's Services.
Of two definitions of one name the last wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, EnvFrom, EnvVar, KeyRef, Workload
from mblint.cluster.secrets import Text
from mblint.cluster.templated import held_entries
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.bounded import Room
from mblint.settings.expansion import expand

_NAME = regex(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


class Variable(Struct, frozen=True):
    """One environment variable. `value` is None where the manifests do not say it.

    `place`: where the value stands; `reference`: where the container refers to it, for a key of another object.
    `exact`: the value stands there as it is, neither base64 nor expanded, so that a part of it has a place too.
    """

    name: str
    value: Text | None
    place: Place
    key_ref: KeyRef | None = None
    reference: Place | None = None
    exact: bool = True


class Environment(Struct, frozen=True):
    """The variables of a container, in the order of their (last) definition, and what `$(NAME)` resolves to."""

    variables: tuple[Variable, ...]
    known: Mapping[str, Text | None]  # the variables, and below them those of the namespace's Services


def read_environment(
    cluster: Cluster, workload: Workload, container: Container, services: Mapping[str, Text | None]
) -> Environment:
    """The effective environment of a container. `services`: those of `service_variables` for its namespace."""
    variables: dict[str, Variable] = {}
    known = dict(services)

    def define(variable: Variable) -> None:
        variables.pop(variable.name, None)
        variables[variable.name] = variable
        known[variable.name] = variable.value

    for source in container.env_from:
        for variable in _from_object(cluster, workload, source):
            define(variable)
    room = Room()
    for entry in container.env:
        if (defined := _from_entry(cluster, workload, entry, known, room)) is not None:
            define(defined)
    return Environment(tuple(variables.values()), known)


def service_variables(cluster: Cluster) -> Mapping[str, Mapping[str, Text | None]]:
    """`NAME_SERVICE_HOST` and `NAME_SERVICE_PORT` of every Service, by namespace.

    The kubelet gives the cluster address, which a render does not know: the Service's name stands for it.
    Headless Services have none (Kubernetes documentation, "Discovering services").
    """
    known: defaultdict[str, dict[str, Text | None]] = defaultdict(dict)
    for (namespace, name), service in cluster.services.items():
        if service.ports and not service.headless and service.type != "ExternalName":
            prefix = name.upper().replace("-", "_")
            known[namespace][f"{prefix}_SERVICE_HOST"] = name
            known[namespace][f"{prefix}_SERVICE_PORT"] = str(service.ports[0].port)
    return known


def _from_object(cluster: Cluster, workload: Workload, source: EnvFrom) -> Iterator[Variable]:
    for key, entry in sorted((held_entries(cluster, source.kind, workload.id.namespace, source.name) or {}).items()):
        name = source.prefix + key
        if _NAME.fullmatch(name):
            ref = KeyRef(source.kind, source.name, key, source.optional, source.place)
            yield Variable(name, entry.text, entry.place, ref, source.place, not entry.encoded)


def _from_entry(
    cluster: Cluster, workload: Workload, entry: EnvVar, known: Mapping[str, Text | None], room: Room
) -> Variable | None:
    """The variable that an entry of `env` defines; None where it defines nothing (an optional key that is missing)."""
    if entry.key_ref is None:
        if entry.field is not None:
            return Variable(entry.name, _field(workload, entry.field), entry.place)
        value = expand(entry.value or "", known, room)
        return Variable(entry.name, value, entry.place, exact=value == entry.value)
    ref = entry.key_ref
    entries = held_entries(cluster, ref.kind, workload.id.namespace, ref.name)
    if entries is None:
        return Variable(entry.name, None, entry.place, ref, ref.place)
    if ref.key in entries:
        found = entries[ref.key]
        return Variable(entry.name, found.text, found.place, ref, ref.place, not found.encoded)
    return None if ref.optional else Variable(entry.name, None, entry.place, ref, ref.place)


def _field(workload: Workload, field: str) -> str | None:
    """A downward API field, where the manifests fix it; addresses, nodes and pod names are decided later."""
    if field == "metadata.namespace":
        return workload.id.namespace
    if field == "spec.serviceAccountName":
        return workload.pod.service_account
    if field.startswith("metadata.labels['"):
        return workload.pod.labels.get(field[len("metadata.labels['") : -2])
    if field == "metadata.name" and workload.id.kind == "Pod":
        return workload.id.name
    return None
