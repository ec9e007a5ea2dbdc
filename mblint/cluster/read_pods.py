"""Reads workloads and their pod templates."""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.objects import (
    HostAlias,
    KeyPathItem,
    Object,
    ObjectFiles,
    PodTemplate,
    Volume,
    VolumeClaimTemplate,
    Workload,
)
from mblint.cluster.policies.labels import read_label_map
from mblint.cluster.read_containers import read_containers
from mblint.manifests.nodes import Node, WrongType


def read_workload(base: Object, node: Node) -> Workload:
    """A Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob or Pod."""
    spec = node.get("spec")
    return Workload(
        *base.header,
        pod=_pod_template(template_node(base.id.kind, node)),
        replicas=spec.get("replicas").integer() if base.id.kind not in ("Pod", "DaemonSet") else None,
        service_name=spec.get("serviceName").text() if base.id.kind == "StatefulSet" else None,
        claims=tuple(_claims(spec)) if base.id.kind == "StatefulSet" else (),
    )


def template_node(kind: str, node: Node) -> Node:
    """The pod template of a workload; a Pod is its own. Raises WrongType where there is none."""
    if kind == "Pod":
        return node
    owner = node.get("spec").get("jobTemplate").get("spec") if kind == "CronJob" else node.get("spec")
    template = owner.get("template")
    if template.absent and not template.unread:
        raise WrongType(owner.place if not owner.absent else node.place, "the pod template is required")
    return template


def _pod_template(node: Node) -> PodTemplate:
    metadata = node.get("metadata")
    spec = node.get("spec")
    if spec.absent and not spec.unread:
        raise WrongType(node.place, "spec is required: a pod has at least one container")
    return PodTemplate(
        labels=read_label_map(metadata.get("labels")),
        annotations=metadata.get("annotations").text_map(),
        containers=read_containers(spec),
        volumes={volume.name: volume for volume in map(_volume, spec.get("volumes").items())},
        host_network=spec.get("hostNetwork").boolean() or False,
        host_aliases=tuple(
            HostAlias(alias.get("ip").text() or "", alias.get("hostnames").texts())
            for alias in spec.get("hostAliases").items()
        ),
        hostname=spec.get("hostname").text() or None,
        subdomain=spec.get("subdomain").text() or None,
        dns_policy=spec.get("dnsPolicy").text() or None,
        service_account=spec.get("serviceAccountName").text() or spec.get("serviceAccount").text() or None,
        restart_policy=spec.get("restartPolicy").text() or None,
        termination_grace_period=spec.get("terminationGracePeriodSeconds").integer(),
        place=spec.place,
        labels_unread=metadata.get("labels").unread,
    )


def _claims(spec: Node) -> Iterator[VolumeClaimTemplate]:
    for claim in spec.get("volumeClaimTemplates").items():
        metadata = claim.get("metadata")
        yield VolumeClaimTemplate(metadata.get("name").required_text(), metadata.get("labels").text_map(), claim.place)


def _volume(node: Node) -> Volume:
    kind = next((key for key, source in node.entries() if key != "name" and not source.absent), "emptyDir")
    return Volume(
        name=node.get("name").required_text(),
        kind=kind,
        files=tuple(_files(kind, node.get(kind))),
        claim=node.get("persistentVolumeClaim").get("claimName").text(),
        place=node.place,
    )


def _files(kind: str, source: Node) -> Iterator[ObjectFiles]:
    if kind == "configMap":
        yield _object_files("ConfigMap", source, "name")
    elif kind == "secret":
        yield _object_files("Secret", source, "secretName")
    elif kind == "projected":
        for entry in source.get("sources").items():
            for key, object_kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
                if not entry.get(key).absent:
                    yield _object_files(object_kind, entry.get(key), "name")


def _object_files(kind: str, node: Node, name_key: str) -> ObjectFiles:
    items = tuple(
        KeyPathItem(item.get("key").required_text(), item.get("path").required_text(), item.place)
        for item in node.get("items").items()
    )
    return ObjectFiles(
        kind=kind,
        name=node.get(name_key).text() or "",
        items=items or None,
        optional=node.get("optional").boolean() or False,
        place=node.place,
    )
