"""What the API server refuses of amounts: resources of containers, sizes of claims, ports of nodes."""

from __future__ import annotations

import pytest

from mblint.cluster.build import build_cluster
from mblint.manifests.read import read_text

CONTAINER = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: web, image: registry.example/web:1.0, %s}
"""
CLAIM = (
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [%s], resources: %s}\n"
)
VOLUME = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: data}\nspec: {capacity: {storage: 1Gi}, %s}\n"


def said(text: str) -> list[tuple[bool, str]]:
    return [(item.refused, item.message) for item in build_cluster(read_text(text).documents).invalid]


@pytest.mark.parametrize(
    ("resources", "refused", "words"),
    [
        ("requests: {example.org/gpu: 1}", True, "needs a limit"),
        ("requests: {example.org/gpu: 1}, limits: {example.org/gpu: 2}", True, "must be the limit, 2"),
        ("limits: {example.org/gpu: 500m}", True, "must be a whole number"),
        ("limits: {hugepages-2Mi: 4Mi}", True, "needs an amount of cpu or memory"),
        ("limits: {memory: 256}", False, "256 bytes"),
        ("limits: {memory: 400m}", False, "less than one byte"),
        ("requests: {cpu: 250}", False, "was 250m meant?"),
    ],
)
def test_amounts_of_a_container_that_are_refused_or_not_meant(resources: str, refused: bool, words: str) -> None:
    ((taken, message),) = said(CONTAINER % f"resources: {{{resources}}}")
    assert (taken, words in message) == (refused, True)


@pytest.mark.parametrize(
    "resources",
    [
        "limits: {example.org/gpu: 1}",
        "requests: {example.org/gpu: 1}, limits: {example.org/gpu: 1}",
        "requests: {cpu: 192, memory: 1Mi}, limits: {memory: 1Mi}",
        "requests: {cpu: 250m}, limits: {hugepages-2Mi: 4Mi}",
        "limits: {memory: 0}",
    ],
)
def test_amounts_of_a_container_that_are_taken(resources: str) -> None:
    assert said(CONTAINER % f"resources: {{{resources}}}") == []


def test_claims_have_a_size_and_modes_that_go_together() -> None:
    assert said(CLAIM % ("ReadWriteOnce", "{requests: {storage: 8Gi}}")) == []
    assert said(CLAIM % ("ReadWriteOncePod", "{requests: {storage: 8Gi}}")) == []
    assert said(CLAIM % ("ReadWriteOncePod, ReadWriteOnce", "{requests: {storage: 8Gi}}")) == [
        (True, "spec.accessModes has ReadWriteOncePod, which stands alone")
    ]
    assert said(CLAIM % ("ReadWriteOnce", "{requests: {storage: 0}}")) == [
        (True, "spec.resources.requests.storage is 0, and must be above zero")
    ]
    ((refused, message),) = said(CLAIM % ("ReadWriteOnce", "{requests: {storage: 10}}"))
    assert (refused, "10 bytes" in message) == (False, True)


def test_a_local_volume_is_on_a_node() -> None:
    modes = "accessModes: [ReadWriteOnce], local: {path: /data}"
    assert [refused for refused, _ in said(VOLUME % modes)] == [True]
    node = "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}"
    assert said(VOLUME % f"{modes}, {node}") == []


def test_a_node_port_lies_in_the_range_unless_the_cluster_says_otherwise() -> None:
    head = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
    service = head + "spec: {type: NodePort, ports: [{port: 80, nodePort: %d}]}\n"
    assert said(service % 30080) == []
    assert [refused for refused, _ in said(service % 8080)] == [False]


def test_security_that_denies_itself() -> None:
    assert said(CONTAINER % "securityContext: {privileged: true, allowPrivilegeEscalation: true}") == []
    for security, words in (
        ("privileged: true, allowPrivilegeEscalation: false", "privileged is true"),
        ("capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false", "CAP_SYS_ADMIN"),
        ("seccompProfile: {type: Localhost}", "localhostProfile is required"),
        ("seccompProfile: {type: RuntimeDefault, localhostProfile: a.json}", "must not be there"),
    ):
        ((refused, message),) = said(CONTAINER % f"securityContext: {{{security}}}")
        assert (refused, words in message) == (True, True)


def test_an_amount_is_that_of_a_container_of_the_pod() -> None:
    variable = "env: [{name: A, valueFrom: {resourceFieldRef: {containerName: %s, resource: %s}}}]"
    assert said(CONTAINER % (variable % ("web", "limits.memory"))) == []
    assert len(said(CONTAINER % (variable % ("app", "limits.memory")))) == 1
    assert len(said(CONTAINER % (variable % ("web", "limit.memory")))) == 1
