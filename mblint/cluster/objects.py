"""What a render consists of, typed: workloads with their pod templates, services, configuration, routes.

Every object knows the place it was read from; parts that findings point at have a place of their own.
Field names are those of the Kubernetes API. Absent and null are the same (None, or an empty collection).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mblint.cluster.secrets import SecretText, Text
from mblint.manifests.documents import Place


@dataclass(frozen=True, slots=True, order=True)
class ObjectId:
    """Identifies an object. `str()` gives `namespace/Kind/name` (the namespace is empty for cluster-wide kinds)."""

    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """What every object has. Two objects are the same only if they are the same object."""

    id: ObjectId
    api_version: str
    place: Place  # of the object as a whole
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    linted: bool  # False: from --context

    @property
    def header(self) -> tuple[ObjectId, str, Place, Mapping[str, str], Mapping[str, str], bool]:
        """The fields of every object, in order: what the object of a kind is built upon."""
        return (self.id, self.api_version, self.place, self.labels, self.annotations, self.linted)

    @property
    def release(self) -> str | None:
        """The Helm release it belongs to, where its metadata say so."""
        return (
            self.annotations.get("meta.helm.sh/release-name")
            or self.labels.get("app.kubernetes.io/instance")
            or self.labels.get("release")
        )


# ---------------------------------------------------------------- pods


@dataclass(frozen=True, slots=True)
class TextAt:
    """A text and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class KeyRef:
    """A reference to one key of a ConfigMap or Secret in the pod's namespace."""

    kind: str  # "ConfigMap" or "Secret"
    name: str
    key: str
    optional: bool
    place: Place


@dataclass(frozen=True, slots=True)
class EnvVar:
    """One entry of `env`, in the order written. Exactly one of value, key_ref, field is set, or none (empty)."""

    name: str
    value: str | None
    key_ref: KeyRef | None
    field: str | None  # fieldRef or resourceFieldRef: "metadata.namespace", "limits.memory"
    place: Place  # of the value where there is one, else of the entry


@dataclass(frozen=True, slots=True)
class EnvFrom:
    """One entry of `envFrom`."""

    kind: str  # "ConfigMap" or "Secret"
    name: str
    prefix: str
    optional: bool
    place: Place


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """One entry of a container's `ports`."""

    name: str | None
    number: int
    protocol: str
    host_port: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe with the API server's defaults filled in (0, 10, 1, 1, 3). Times are seconds."""

    handler: str  # "httpGet", "tcpSocket", "grpc", "exec", or "none" where no handler is given
    port: int | str | None
    path: str | None
    command: tuple[str, ...]
    initial_delay: int
    period: int
    timeout: int
    success_threshold: int
    failure_threshold: int
    place: Place


@dataclass(frozen=True, slots=True)
class Mount:
    """One entry of `volumeMounts`."""

    volume: str
    mount_path: str
    sub_path: str | None
    place: Place


class ContainerRole(Enum):
    """When a container runs: before the others, beside them from the start, or as the pod's work."""

    INIT = "init"
    SIDECAR = "sidecar"  # an init container with restartPolicy Always
    MAIN = "main"


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod template."""

    name: str
    role: ContainerRole
    image: str | None
    command: tuple[TextAt, ...] | None  # None: the image's own
    args: tuple[TextAt, ...] | None
    env: tuple[EnvVar, ...]
    env_from: tuple[EnvFrom, ...]
    mounts: tuple[Mount, ...]
    ports: tuple[ContainerPort, ...]
    requests: Mapping[str, TextAt]  # quantities as written: "500m", "1Gi"
    limits: Mapping[str, TextAt]
    liveness: Probe | None
    readiness: Probe | None
    startup: Probe | None
    working_dir: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class KeyPathItem:
    """One entry of a volume's `items`: a key and the file it becomes."""

    key: str
    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class ObjectFiles:
    """A ConfigMap or Secret whose keys become files."""

    kind: str  # "ConfigMap" or "Secret"
    name: str
    items: tuple[KeyPathItem, ...] | None  # None: every key, named after itself
    optional: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume of a pod template. `files` holds what it takes from ConfigMaps and Secrets (projected: several)."""

    name: str
    kind: str  # the key of its source: "emptyDir", "configMap", "secret", "projected", "persistentVolumeClaim", …
    files: tuple[ObjectFiles, ...]
    claim: str | None  # persistentVolumeClaim.claimName
    place: Place


@dataclass(frozen=True, slots=True)
class HostAlias:
    """One entry of `hostAliases`."""

    ip: str
    hostnames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """What a workload's pods are made from. Policies and services select pods by `labels`."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    containers: tuple[Container, ...]  # init containers first, as written
    volumes: Mapping[str, Volume]
    host_network: bool
    host_aliases: tuple[HostAlias, ...]
    hostname: str | None
    subdomain: str | None
    dns_policy: str | None
    service_account: str | None
    restart_policy: str | None
    termination_grace_period: int | None
    place: Place  # of the pod spec


@dataclass(frozen=True, slots=True)
class VolumeClaimTemplate:
    """One entry of a StatefulSet's `volumeClaimTemplates`."""

    name: str
    labels: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Workload(Object):
    """A Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob or Pod."""

    pod: PodTemplate
    replicas: int | None  # as written
    service_name: str | None  # StatefulSet: the governing service
    claims: tuple[VolumeClaimTemplate, ...]  # StatefulSet

    @property
    def lasting(self) -> bool:
        """True for what runs until it is deleted: everything but Jobs, CronJobs, and Pods that do not restart."""
        if self.id.kind == "Pod":
            return self.pod.restart_policy in (None, "Always")
        return self.id.kind not in ("Job", "CronJob")


# ---------------------------------------------------------------- services and routes


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One entry of a Service's `ports`. An absent target port is the port itself (Kubernetes' default)."""

    name: str | None
    port: int
    target: int | str
    protocol: str
    node_port: int | None
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Service(Object):
    """A Service. `selector` None or empty: its endpoints are made by something else."""

    type: str  # "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
    headless: bool  # clusterIP: None (the string)
    selector: Mapping[str, str]
    ports: tuple[ServicePort, ...]
    external_name: str | None
    cluster_ips: tuple[str, ...]
    publish_not_ready: bool


@dataclass(frozen=True, slots=True)
class Backend:
    """A Service port that a route leads to."""

    service: str
    namespace: str
    port: int | str | None
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Route(Object):
    """What brings requests from outside in: Ingress, HTTPRoute, IngressRoute, Route, VirtualService.

    `hosts` empty: every host.
    """

    hosts: tuple[TextAt, ...]
    backends: tuple[Backend, ...]


# ---------------------------------------------------------------- configuration


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a ConfigMap or Secret: its decoded text and the place of the value as written.

    `encoded`: the text was base64 in the manifest, so an offset into it has no place of its own.
    `text` is None where the bytes are no UTF-8 text.
    """

    text: Text | None
    place: Place
    encoded: bool


@dataclass(frozen=True, slots=True, eq=False)
class ConfigMap(Object):
    """A ConfigMap: data and binaryData."""

    entries: Mapping[str, Entry]
    immutable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Secret(Object):
    """A Secret: data and stringData (which wins); every text is a `SecretText`."""

    entries: Mapping[str, Entry]
    immutable: bool
    type: str | None

    def text(self, key: str) -> SecretText | None:
        """The value under a key."""
        entry = self.entries.get(key)
        return entry.text if entry is not None and isinstance(entry.text, SecretText) else None


@dataclass(frozen=True, slots=True, eq=False)
class Namespace(Object):
    """A Namespace; its labels always carry kubernetes.io/metadata.name."""


@dataclass(frozen=True, slots=True, eq=False)
class Other(Object):
    """An object of a kind that has no class of its own: only that it exists, and where."""


@dataclass(frozen=True, slots=True)
class InvalidObject:
    """An object that is not what its kind requires, and was left out."""

    id: ObjectId
    api_version: str
    message: str
    place: Place  # of the value at fault
    object_place: Place
