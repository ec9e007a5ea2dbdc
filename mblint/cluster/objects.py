"""What a render consists of, typed: workloads with their pod templates, services, configuration, routes.

Every object knows the place it was read from; parts that findings point at have a place of their own.
Field names are those of the Kubernetes API. Absent and null are the same (None, or an empty collection).
Long because it is the vocabulary of everything behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct, field

from mblint.cluster.remembered import Memory
from mblint.cluster.secrets import SecretText, Text
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, node_at


class ObjectId(Struct, frozen=True, order=True):
    """Identifies an object. `str()` gives `namespace/Kind/name` (the namespace is empty for cluster-wide kinds)."""

    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


class Object(Struct, frozen=True, eq=False):
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
    def node(self) -> Node:
        """All of it as it was written, for readers of fields that its class does not have."""
        return node_at(self.place)

    @property
    def release(self) -> str | None:
        """The Helm release it belongs to, where its metadata say so."""
        return (
            self.annotations.get("meta.helm.sh/release-name")
            or self.labels.get("app.kubernetes.io/instance")
            or self.labels.get("release")
        )


def names_once(objects: Iterable[Object]) -> tuple[str, ...]:
    """The names of objects, each once: one that is met by several of its rules is told once."""
    return tuple(dict.fromkeys(each.id.name for each in objects))


# ---------------------------------------------------------------- pods


class TextAt(Struct, frozen=True):
    """A text and where it stands."""

    text: str
    place: Place


class KeyRef(Struct, frozen=True):
    """A reference to one key of a ConfigMap or Secret in the pod's namespace."""

    kind: str  # "ConfigMap" or "Secret"
    name: str
    key: str
    optional: bool
    place: Place


class EnvVar(Struct, frozen=True):
    """One entry of `env`, in the order written. Exactly one of value, key_ref, field is set, or none (empty)."""

    name: str
    value: str | None
    key_ref: KeyRef | None
    field: str | None  # fieldRef or resourceFieldRef: "metadata.namespace", "limits.memory"
    place: Place  # of the value where there is one, else of the entry


class EnvFrom(Struct, frozen=True):
    """One entry of `envFrom`."""

    kind: str  # "ConfigMap" or "Secret"
    name: str
    prefix: str
    optional: bool
    place: Place


class ContainerPort(Struct, frozen=True):
    """One entry of a container's `ports`."""

    name: str | None
    number: int
    protocol: str
    host_port: int | None
    place: Place


class Probe(Struct, frozen=True):
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


class Mount(Struct, frozen=True):
    """One entry of `volumeMounts`."""

    volume: str
    mount_path: str
    sub_path: str | None
    place: Place

    @property
    def is_whole(self) -> bool:
        """Whether it shows its whole volume, and no part of it by `subPath` or `subPathExpr`."""
        written = self.place.value
        return self.sub_path is None and not (isinstance(written, dict) and written.get("subPathExpr"))


class ContainerRole(Enum):
    """When a container runs: before the others, beside them from the start, or as the pod's work."""

    INIT = "init"
    SIDECAR = "sidecar"  # an init container with restartPolicy Always
    MAIN = "main"


class Container(Struct, frozen=True, eq=False):
    """A container of a pod template. Two containers are the same only if they are the same object."""

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
    memory: Memory = field(default_factory=dict)  # see `mblint.cluster.remembered`

    @property
    def words(self) -> tuple[TextAt, ...]:
        """The words of its command and arguments, as far as the manifest says them."""
        return (*(self.command or ()), *(self.args or ()))


class KeyPathItem(Struct, frozen=True):
    """One entry of a volume's `items`: a key and the file it becomes."""

    key: str
    path: str
    place: Place

    @property
    def mode(self) -> int | None:
        """The mode that its file has of its own."""
        written = self.place.value
        found = written.get("mode") if isinstance(written, dict) else None
        return found if isinstance(found, int) and not isinstance(found, bool) else None


class ObjectFiles(Struct, frozen=True):
    """A ConfigMap or Secret whose keys become files."""

    kind: str  # "ConfigMap" or "Secret"
    name: str
    items: tuple[KeyPathItem, ...] | None  # None: every key, named after itself
    optional: bool
    place: Place


class Volume(Struct, frozen=True):
    """A volume of a pod template. `files` holds what it takes from ConfigMaps and Secrets (projected: several)."""

    name: str
    kind: str  # the key of its source: "emptyDir", "configMap", "secret", "projected", "persistentVolumeClaim", …
    files: tuple[ObjectFiles, ...]
    claim: str | None  # persistentVolumeClaim.claimName
    place: Place


class HostAlias(Struct, frozen=True):
    """One entry of `hostAliases`."""

    ip: str
    hostnames: tuple[str, ...]


class PodTemplate(Struct, frozen=True):
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
    labels_unread: bool = False  # some of its labels cannot be read


class VolumeClaimTemplate(Struct, frozen=True):
    """One entry of a StatefulSet's `volumeClaimTemplates`."""

    name: str
    labels: Mapping[str, str]
    place: Place


class Workload(Object, frozen=True, eq=False):
    """A Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob or Pod."""

    pod: PodTemplate
    replicas: int | None  # as written
    service_name: str | None  # StatefulSet: the governing service
    claims: tuple[VolumeClaimTemplate, ...]  # StatefulSet
    memory: Memory = field(default_factory=dict)  # of what is written of it: see `mblint.cluster.remembered`

    @property
    def lasting(self) -> bool:
        """True for what runs until it is deleted: everything but Jobs, CronJobs, and Pods that do not restart."""
        if self.id.kind == "Pod":
            return self.pod.restart_policy in (None, "Always")
        return self.id.kind not in ("Job", "CronJob")


def account_of(workload: Workload) -> tuple[str, str]:
    """Namespace and name of the service account that its pods run under; "default" where the template names none."""
    return workload.id.namespace, workload.pod.service_account or "default"


# ---------------------------------------------------------------- services and routes


class ServicePort(Struct, frozen=True):
    """One entry of a Service's `ports`. An absent target port is the port itself (Kubernetes' default)."""

    name: str | None
    port: int
    target: int | str
    protocol: str
    node_port: int | None
    place: Place


class Service(Object, frozen=True, eq=False):
    """A Service. `selector` None or empty: its endpoints are made by something else."""

    type: str  # "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
    headless: bool  # clusterIP: None (the string)
    selector: Mapping[str, str]
    ports: tuple[ServicePort, ...]
    external_name: str | None
    cluster_ips: tuple[str, ...]
    publish_not_ready: bool


class Backend(Struct, frozen=True):
    """A Service port that a route leads to.

    `hosts` and `path`: of the requests that it gets, where the kind writes them at the backend; empty: the route's.
    `port_of_pods`: a number is the port of the pods, not the Service's.
    """

    service: str
    namespace: str
    port: int | str | None
    place: Place
    named_at: Place  # where the Service is named
    port_at: Place
    protocol: str = "TCP"
    hosts: tuple[str, ...] = ()
    path: str | None = None
    port_of_pods: bool = False


class Route(Object, frozen=True, eq=False):
    """What brings requests from outside in: see `read_routes` for the kinds.

    `hosts` empty: every host. `web`: requests of browsers may come by it, and not only other TCP or UDP.
    """

    hosts: tuple[TextAt, ...]
    backends: tuple[Backend, ...]
    web: bool = True


# ---------------------------------------------------------------- configuration


class Entry(Struct, frozen=True):
    """A key of a ConfigMap or Secret: its decoded text and the place of the value as written.

    `encoded`: the text was base64 in the manifest, so an offset into it has no place of its own.
    `text` is None where the bytes are no UTF-8 text.
    """

    text: Text | None
    place: Place
    encoded: bool


class ConfigMap(Object, frozen=True, eq=False):
    """A ConfigMap: data and binaryData."""

    entries: Mapping[str, Entry]
    immutable: bool


class Secret(Object, frozen=True, eq=False):
    """A Secret: data and stringData (which wins); every text is a `SecretText`."""

    entries: Mapping[str, Entry]
    immutable: bool
    type: str | None

    def text(self, key: str) -> SecretText | None:
        """The value under a key."""
        entry = self.entries.get(key)
        return entry.text if entry is not None and isinstance(entry.text, SecretText) else None


NAMESPACE_NAME = "kubernetes.io/metadata.name"


class Namespace(Object, frozen=True, eq=False):
    """A Namespace; its labels always carry its name."""


class ServiceAccount(Object, frozen=True, eq=False):
    """A ServiceAccount: policies of plugins select pods by its labels."""


class Other(Object, frozen=True, eq=False):
    """An object of a kind that has no class of its own: only that it exists, and where."""


class Unread(Object, frozen=True, eq=False):
    """An object that is there, and of which nothing but its header can be read."""


class PluginObject(Object, frozen=True, eq=False):
    """An object of a network plugin or a mesh that policies consist of, to be read when all objects are known."""


class InvalidObject(Struct, frozen=True):
    """An object that is not what its kind requires.

    `left_out`: something of it could not be read (see `Cluster.unread`), or not even who it is. `refused` False: the
    API server takes it all the same, with a warning.
    """

    id: ObjectId
    api_version: str
    message: str
    place: Place  # of the value at fault
    object_place: Place
    left_out: bool = True
    refused: bool = True
