"""Claims beside the volume that they name, and beside each other's pods."""

from __future__ import annotations

import pytest

from mblint.facts.rollouts.claimed_volumes import claimed_volumes
from mblint.facts.rollouts.shared_claims import shared_claims
from tests.facts.worlds import world

BOUND = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {storageClassName: manual, capacity: {storage: 5Gi}, accessModes: [ReadWriteOnce, ReadOnlyMany], %s}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {volumeName: data, %s}
"""
USUAL = "storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}"


@pytest.mark.parametrize(
    ("volume", "claim", "verdict"),
    [
        ("hostPath: {path: /a}", USUAL, "fits"),
        ("claimRef: {namespace: default, name: data}", USUAL, "fits"),
        ("claimRef: {namespace: other, name: data}", USUAL, "taken"),
        ("hostPath: {path: /a}", USUAL.replace("manual", "standard"), "differs"),
        ("hostPath: {path: /a}", USUAL.replace("manual", '""'), "differs"),
        ("hostPath: {path: /a}", USUAL.replace("storageClassName: manual, ", ""), "default"),
        ("hostPath: {path: /a}", USUAL.replace("5Gi", "6Gi"), "differs"),
        ("hostPath: {path: /a}", USUAL.replace("ReadWriteOnce", "ReadWriteMany"), "differs"),
        ("volumeMode: Block", USUAL, "differs"),
        ("volumeMode: Block", USUAL + ", volumeMode: Block", "fits"),
    ],
)
def test_a_claim_beside_its_volume(volume: str, claim: str, verdict: str) -> None:
    assert [row.verdict for row in claimed_volumes(world(BOUND % (volume, claim)))] == [verdict]


def test_the_second_claim_of_a_volume() -> None:
    second = BOUND.split("---")[1].replace("{name: data}", "{name: second}")
    rows = claimed_volumes(world(BOUND % ("hostPath: {path: /a}", USUAL) + "---" + second % USUAL))
    assert [(row.object.name, row.verdict) for row in rows] == [("data", "fits"), ("second", "taken")]


CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [%s], resources: {requests: {storage: 1Gi}}}
"""
POD = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      %s
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
      containers: [{name: web, image: "registry.example/web:1"}]
"""


def shared(mode: str, *pods: str) -> list[str]:
    return [row.verdict for row in shared_claims(world(CLAIM % mode + "".join(pods)))]


def test_two_workloads_over_one_claim() -> None:
    one, two = POD % ("one", 1, ""), POD % ("two", 1, "")
    assert shared("ReadWriteOnce", one, two) == ["nodes"]
    assert shared("ReadWriteOncePod", one, two) == ["one-pod"]
    assert shared("ReadWriteMany", one, two) == ["fits"]
    assert shared("ReadWriteOnce, ReadWriteMany", one, two) == ["fits"]
    assert shared("ReadWriteOnce", one) == []


def test_two_workloads_that_are_brought_together_or_of_which_one_is_off() -> None:
    one = POD % ("one", 1, "")
    assert shared("ReadWriteOnce", one, POD % ("two", 0, "")) == []
    assert shared("ReadWriteOnce", one, POD % ("two", 1, "nodeSelector: {kubernetes.io/hostname: a}")) == ["fits"]
    beside = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: []}}"
    assert shared("ReadWriteOnce", one, POD % ("two", 1, beside)) == ["fits"]


def test_one_workload_that_mounts_a_claim_by_two_volumes_shares_it_with_nobody() -> None:
    twice = (POD % ("one", 1, "")).replace(
        "volumes: [", "volumes: [{name: more, persistentVolumeClaim: {claimName: data}}, "
    )
    assert shared("ReadWriteOncePod", twice) == []
    assert shared("ReadWriteOnce", twice, POD % ("two", 1, "")) == ["nodes"]
