"""Fields of pods that only some rules ask for, read when they ask: security, places to run, hooks, volumes, roll-outs.

Names are the API's. What is absent is None or empty; what cannot be read is absent too, and `invalid-object` tells it.
Long because the API has so many fields.
A pod's security holds for its containers where these say nothing of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct

from mblint.cluster.objects import Container, Object, Volume, VolumeClaimTemplate, Workload
from mblint.cluster.read_pods import template_node
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import Place
from mblint.manifests.nodes import Node, WrongType, node_at
from mblint.manifests.partial import read_parts

Fields = TypeVar("Fields")


class Security(Struct, frozen=True):
    """A securityContext, of a pod or of a container; fields of the other are None."""

    run_as_user: int | None
    run_as_group: int | None
    run_as_non_root: bool | None
    seccomp: str | None  # seccompProfile.type
    fs_group: int | None  # pods only
    supplemental_groups: tuple[int, ...]  # pods only
    fs_group_change_policy: str | None  # pods only
    privileged: bool | None  # containers only, as what follows
    allow_privilege_escalation: bool | None
    read_only_root_filesystem: bool | None
    capabilities_added: tuple[str, ...]
    capabilities_dropped: tuple[str, ...]
    proc_mount: str | None
    node: Node


class PodFields(Struct, frozen=True):
    """What a pod spec says beside its containers and volumes."""

    security: Security
    node_selector: Mapping[str, str]
    affinity: Node
    tolerations: tuple[Node, ...]
    topology_spread: tuple[Node, ...]  # topologySpreadConstraints
    priority_class: str | None
    runtime_class: str | None
    scheduler: str | None
    image_pull_secrets: tuple[tuple[str, Place], ...]  # names and where they stand
    automount_service_account_token: bool | None
    host_pid: bool
    host_ipc: bool
    share_process_namespace: bool
    active_deadline_seconds: int | None
    node: Node


class Hook(Struct, frozen=True):
    """A lifecycle hook. `handler`: "exec", "httpGet", "tcpSocket", "sleep" or "none"."""

    handler: str
    command: tuple[str, ...]
    sleep_seconds: int | None
    node: Node


class ContainerFields(Struct, frozen=True):
    """What a container says that `Container` does not hold."""

    security: Security
    post_start: Hook | None
    pre_stop: Hook | None
    image_pull_policy: str | None
    stdin: bool
    tty: bool
    devices: tuple[Node, ...]  # volumeDevices
    read_only_mounts: frozenset[str]  # mount paths
    node: Node


class RollOut(Struct, frozen=True):
    """How a workload replaces its pods, and when a Job gives up. Percentages are texts ("25%")."""

    strategy: str | None  # strategy.type or updateStrategy.type, as written
    max_unavailable: int | str | None
    max_surge: int | str | None
    partition: int | None
    min_ready_seconds: int
    progress_deadline_seconds: int | None
    pod_management_policy: str | None
    backoff_limit: int | None
    ttl_seconds_after_finished: int | None
    completions: int | None
    parallelism: int | None
    suspend: bool
    concurrency_policy: str | None  # CronJobs
    schedule: str | None
    node: Node


class VolumeSource(Struct, frozen=True):
    """Where a volume's data are. One of the sources is set, or none that is listed here (`Volume.kind` names it)."""

    host_path: str | None
    host_path_type: str | None
    empty_dir_medium: str | None
    empty_dir_size: str | None
    csi_driver: str | None
    claim: str | None
    ephemeral: Claim | None
    read_only: bool
    default_mode: int | None
    node: Node


class Claim(Struct, frozen=True):
    """The spec of a PersistentVolumeClaim, of a claim template or of an ephemeral volume. `class_name` "": none."""

    access_modes: tuple[str, ...]
    class_name: str | None
    size: str | None
    volume_name: str | None
    volume_mode: str | None
    node: Node


@remembered
def pod_fields(workload: Workload) -> PodFields:
    """What its pod spec says; of a workload without a pod template, nothing."""
    try:
        spec = template_node(workload.id.kind, workload.node).get("spec")
    except WrongType:  # told as an invalid object
        spec = Node(workload.node.document, workload.node.path, None)
    return _read(spec, _pod_fields)


def user_of(workload: Workload, container: Container) -> int | None:
    """runAsUser: a container's own word counts more than its pod's; None where neither says it."""
    own = container_fields(container).security.run_as_user
    return own if own is not None else pod_fields(workload).security.run_as_user


@remembered
def container_fields(container: Container) -> ContainerFields:
    """What a container says."""
    return _read(node_at(container.place), _container_fields)


def roll_out(workload: Workload) -> RollOut:
    """How its pods are replaced."""
    return _read(workload.node.get("spec"), _roll_out)


def volume_source(volume: Volume) -> VolumeSource:
    """Where its data are."""
    return _read(node_at(volume.place), _volume_source)


def claim_of(held: Object | VolumeClaimTemplate) -> Claim:
    """What a PersistentVolumeClaim, or a StatefulSet's template of one, asks for."""
    return _read(node_at(held.place).get("spec"), _claim)


def _read(node: Node, read: Callable[[Node], Fields]) -> Fields:
    fields, _ = read_parts(node, read)
    return fields if fields is not None else read(Node(node.document, node.path, None))


def _pod_fields(spec: Node) -> PodFields:
    return PodFields(
        security=_security(spec.get("securityContext")),
        node_selector=spec.get("nodeSelector").text_map(),
        affinity=spec.get("affinity"),
        tolerations=tuple(spec.get("tolerations").items()),
        topology_spread=tuple(
            each for each in spec.get("topologySpreadConstraints").items() if isinstance(each.value, dict)
        ),
        priority_class=spec.get("priorityClassName").text() or None,
        runtime_class=spec.get("runtimeClassName").text() or None,
        scheduler=spec.get("schedulerName").text() or None,
        image_pull_secrets=tuple(
            (entry.get("name").text() or "", entry.get("name").place) for entry in spec.get("imagePullSecrets").items()
        ),
        automount_service_account_token=spec.get("automountServiceAccountToken").boolean(),
        host_pid=spec.get("hostPID").boolean() or False,
        host_ipc=spec.get("hostIPC").boolean() or False,
        share_process_namespace=spec.get("shareProcessNamespace").boolean() or False,
        active_deadline_seconds=spec.get("activeDeadlineSeconds").integer(),
        node=spec,
    )


def _security(context: Node) -> Security:
    capabilities = context.get("capabilities")
    groups = (entry.integer() for entry in context.get("supplementalGroups").items())
    return Security(
        run_as_user=context.get("runAsUser").integer(),
        run_as_group=context.get("runAsGroup").integer(),
        run_as_non_root=context.get("runAsNonRoot").boolean(),
        seccomp=context.get("seccompProfile").get("type").text(),
        fs_group=context.get("fsGroup").integer(),
        supplemental_groups=tuple(group for group in groups if group is not None),
        fs_group_change_policy=context.get("fsGroupChangePolicy").text(),
        privileged=context.get("privileged").boolean(),
        allow_privilege_escalation=context.get("allowPrivilegeEscalation").boolean(),
        read_only_root_filesystem=context.get("readOnlyRootFilesystem").boolean(),
        capabilities_added=capabilities.get("add").texts(),
        capabilities_dropped=capabilities.get("drop").texts(),
        proc_mount=context.get("procMount").text(),
        node=context,
    )


def _container_fields(node: Node) -> ContainerFields:
    lifecycle = node.get("lifecycle")
    mounts = tuple(node.get("volumeMounts").items())
    return ContainerFields(
        security=_security(node.get("securityContext")),
        post_start=_hook(lifecycle.get("postStart")),
        pre_stop=_hook(lifecycle.get("preStop")),
        image_pull_policy=node.get("imagePullPolicy").text() or None,
        stdin=node.get("stdin").boolean() or False,
        tty=node.get("tty").boolean() or False,
        devices=tuple(node.get("volumeDevices").items()),
        read_only_mounts=frozenset(
            mount.get("mountPath").text() or "" for mount in mounts if mount.get("readOnly").boolean()
        ),
        node=node,
    )


def _hook(node: Node) -> Hook | None:
    if node.absent:
        return None
    handlers = ("exec", "httpGet", "tcpSocket", "sleep")
    return Hook(
        handler=next((handler for handler in handlers if not node.get(handler).absent), "none"),
        command=node.get("exec").get("command").texts(),
        sleep_seconds=node.get("sleep").get("seconds").integer(),
        node=node,
    )


def _roll_out(spec: Node) -> RollOut:
    strategy = spec.get("updateStrategy") if spec.get("strategy").absent else spec.get("strategy")
    rolling = strategy.get("rollingUpdate")
    job = spec if spec.get("jobTemplate").absent else spec.get("jobTemplate").get("spec")
    return RollOut(
        strategy=strategy.get("type").text() or None,
        max_unavailable=rolling.get("maxUnavailable").integer_or_text(),
        max_surge=rolling.get("maxSurge").integer_or_text(),
        partition=rolling.get("partition").integer(),
        min_ready_seconds=spec.get("minReadySeconds").integer() or 0,
        progress_deadline_seconds=spec.get("progressDeadlineSeconds").integer(),
        pod_management_policy=spec.get("podManagementPolicy").text() or None,
        backoff_limit=job.get("backoffLimit").integer(),
        ttl_seconds_after_finished=job.get("ttlSecondsAfterFinished").integer(),
        completions=job.get("completions").integer(),
        parallelism=job.get("parallelism").integer(),
        suspend=spec.get("suspend").boolean() or False,
        concurrency_policy=spec.get("concurrencyPolicy").text() or None,
        schedule=spec.get("schedule").text() or None,
        node=spec,
    )


def _volume_source(node: Node) -> VolumeSource:
    host_path, empty_dir, csi = node.get("hostPath"), node.get("emptyDir"), node.get("csi")
    claim, template = node.get("persistentVolumeClaim"), node.get("ephemeral").get("volumeClaimTemplate")
    readers = (claim, csi, node.get("nfs"), node.get("secret"))
    sources = (node.get("secret"), node.get("configMap"), node.get("projected"))
    return VolumeSource(
        host_path=host_path.get("path").text(),
        host_path_type=host_path.get("type").text() or None,
        empty_dir_medium=empty_dir.get("medium").text() or None,
        empty_dir_size=_quantity(empty_dir.get("sizeLimit")),
        csi_driver=csi.get("driver").text(),
        claim=claim.get("claimName").text(),
        ephemeral=None if template.absent else _claim(template.get("spec")),
        read_only=any(reader.get("readOnly").boolean() for reader in readers),
        default_mode=next((source.get("defaultMode").integer() for source in sources if not source.absent), None),
        node=node,
    )


def _claim(spec: Node) -> Claim:
    return Claim(
        access_modes=spec.get("accessModes").texts(),
        class_name=spec.get("storageClassName").text(),
        size=_quantity(spec.get("resources").get("requests").get("storage")),
        volume_name=spec.get("volumeName").text() or None,
        volume_mode=spec.get("volumeMode").text() or None,
        node=spec,
    )


def _quantity(node: Node) -> str | None:
    """A quantity as written; a plain number counts bytes."""
    return None if node.absent else str(node.integer_or_text())
