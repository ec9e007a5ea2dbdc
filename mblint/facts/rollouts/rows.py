"""Rows about pods that replace each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class SharedVolume(Fact, frozen=True, kw_only=True):
    """A claim that several pods of a workload mount at once: always, or while one replaces another.

    Verdicts: one-pod (its mode lets one pod in, and there are to be two), replicas (one node, several pods), surge (one
    pod, and its successor starts before it ends), fits, unknown.
    """

    about: ClassVar[str] = "shared-volume"
    reported: ClassVar[tuple[str, ...]] = ("claim", "mode", "replicas", "strategy")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("one-pod", "replicas", "surge", "fits", "unknown")}

    verdict: str
    claim: str  # the name of the PersistentVolumeClaim
    mode: str | None  # "ReadWriteOnce"; None: the claim is not in the view
    replicas: int
    pods: str  # the same for people: "1 replica"
    strategy: str  # "RollingUpdate", "Recreate", "OnDelete"
    locks: str | None = None  # the program that locks its data folder: "PostgreSQL"
    changes: bool = False  # a step of an upgrade changes the pod template, so that pods are replaced
    reason: str | None = None


class ClaimClass(Fact, frozen=True, kw_only=True):
    """A claim that names its storage class with no text.

    Verdicts: unprovisioned (the empty text, and no volume is chosen or in the view); chosen; null (the API server fills
    in a class, which the next upgrade takes away).
    """

    about: ClassVar[str] = "claim-class"
    reported: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("unprovisioned", "chosen", "null")}

    who: str  # "PersistentVolumeClaim shop", "The claim data of StatefulSet shop"
    verdict: str


class ClaimMode(Fact, frozen=True, kw_only=True):
    """A claim whose storage is known, and the access mode that it does not give. Verdicts: given refused.

    `known`: a StorageClass of the view says what makes its volumes; else the name of the class does.
    """

    about: ClassVar[str] = "claim-mode"
    reported: ClassVar[tuple[str, ...]] = ("storage_class", "mode")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("given", "refused")}

    who: str  # "PersistentVolumeClaim shared", "The claim data of StatefulSet shop"
    storage_class: str
    storage: str  # "Amazon EBS"
    mode: str | None = None  # "ReadWriteMany"
    known: bool
    verdict: str


class ClaimedVolume(Fact, frozen=True, kw_only=True):
    """A claim that names its volume, which is in the view.

    Verdicts: fits; differs (the volume is not what the claim asks for), taken (it is meant for another claim), default
    (the claim names no class, and gets the cluster's default one, while the volume has another).
    """

    about: ClassVar[str] = "claimed-volume"
    reported: ClassVar[tuple[str, ...]] = ("volume", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("fits", "differs", "taken", "default")}

    volume: str  # the name of the PersistentVolume
    because: str = ""  # a clause: "the volume has 5Gi, and 10Gi are asked for"
    verdict: str


class SharedClaim(Fact, frozen=True, kw_only=True):
    """A claim that pods of several workloads mount.

    Verdicts: one-pod (its mode lets one pod in), nodes (it lets in those of one node, and nothing brings them
    together), job (the same, and the second is a Job), fits.
    """

    about: ClassVar[str] = "shared-claim"
    reported: ClassVar[tuple[str, ...]] = ("claim", "mode", "other")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("one-pod", "nodes", "job", "fits")}

    claim: str
    mode: str  # "ReadWriteOnce"
    other: str  # "Deployment shop"
    because: str  # a clause: "nothing brings their pods to one node"
    verdict: str


class VersionedLabel(Fact, frozen=True, kw_only=True):
    """A label with a version where nothing can be changed.

    Verdicts: selector, claim (a template of claims), job (the pod template of a Job).
    """

    about: ClassVar[str] = "versioned-label"
    reported: ClassVar[tuple[str, ...]] = ("label",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("selector", "claim", "job")}

    verdict: str
    label: str  # "helm.sh/chart: shop-1.2.3"
    where: str  # "its selector"
    of: str  # "the chart", "the application"
    unless: str | None = None  # a clause: what no render shows


class TakenPort(Fact, frozen=True, kw_only=True):
    """A port that two want, of which one can have it.

    Verdicts: node-port (two Services), host-port (two DaemonSets, which both run on every node), replicas (pods of one
    workload, on one node), surge (a pod and its successor, on one node), daemon-surge (the same of a DaemonSet, on each
    node), containers (of one pod).
    """

    about: ClassVar[str] = "taken-port"
    reported: ClassVar[tuple[str, ...]] = ("port", "protocol", "other")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("node-port", "host-port", "replicas", "surge", "daemon-surge", "containers"),
    }

    verdict: str
    port: int
    protocol: str
    wanted: str  # both: "port 9234/TCP"
    other: str  # who has it: "Service shop", "the pod that it replaces, while that still runs"
    replicas: int | None = None
    host_network: bool = False


class Budget(Fact, frozen=True, kw_only=True):
    """A PodDisruptionBudget and the pods that it is about.

    Verdicts: never (it allows no eviction at all), allows, unknown.
    """

    about: ClassVar[str] = "budget"
    reported: ClassVar[tuple[str, ...]] = ("asks", "workloads", "replicas")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("never", "allows", "unknown")}

    verdict: str
    asks: str  # "minAvailable: 1"
    workloads: tuple[str, ...] = ()  # "Deployment shop"
    replicas: int = 0
    pods: str = ""  # the same for people: "the one pod", "none of the 3 pods"
    reason: str | None = None


class Selection(Fact, frozen=True, kw_only=True):
    """What selects pods for another end than traffic: a budget, a constraint or a term of anti-affinity of pods.

    Verdicts: selects; near (it selects no pod, and pods of the view must be meant); nothing (it has no selector, and
    thereby selects no pod); unknown (pods that are not in the view may be meant).
    """

    about: ClassVar[str] = "selection"
    reported: ClassVar[tuple[str, ...]] = ("selector", "nearest_workload")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("selects", "near", "nothing", "unknown")}

    verdict: str
    who: str  # "PodDisruptionBudget shop", "A spread constraint of Deployment shop"
    says: str = ""  # what comes of it: "PodDisruptionBudget shop protects no pod"
    because: str = ""  # a clause: "it asks for app: shop, and the pods of Deployment web have app: web"
    selector: str | None = None  # "{app: shop}"
    nearest_workload: str | None = None  # "Deployment web"
    hard: bool = True  # the scheduler keeps to it, or leaves the pod Pending
    replicas: int = 0  # of the workload that must be meant
    reason: str | None = None


class Placement(Fact, frozen=True, kw_only=True):
    """A pod template for which there is no node, or there are too few.

    Verdicts: contradiction (no node fulfils what is asked of it), value (no node has such a value), apart (more pods
    than places, of which each wants one), surge (the same while they are replaced), beside-and-apart (from the same
    pods), elsewhere (the pods it must stand beside are in another namespace), near (they have another label).
    """

    about: ClassVar[str] = "placement"
    reported: ClassVar[tuple[str, ...]] = ("because",)
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("contradiction", "value", "apart", "surge", "beside-and-apart", "elsewhere", "near")
    }

    says: str  # "The pods of Deployment shop get no node"
    because: str  # a clause: "nodeSelector asks for disk: ssd, and its node affinity asks for disk In hdd"
    verdict: str


class StopHook(Fact, frozen=True, kw_only=True):
    """A preStop hook that sleeps, beside the time that a pod has to end."""

    about: ClassVar[str] = "stop-hook"
    reported: ClassVar[tuple[str, ...]] = ("sleeps_seconds", "grace_seconds")

    sleeps_seconds: int
    grace_seconds: int
    left_seconds: int  # for the program itself, after the hook
    default_grace: bool  # the pod does not say the grace period


class RepeatedStep(Fact, frozen=True, kw_only=True):
    """A command of an init container that fails when it runs a second time over the same volume."""

    about: ClassVar[str] = "repeated-step"
    reported: ClassVar[tuple[str, ...]] = ("command", "path", "volume")

    command: str  # "mkdir /tmp/tmp-dir"
    path: str
    volume: str
    keeps: bool  # the volume outlives the pod
    says: str  # "File exists"
    better: str  # "mkdir -p"


class DoubledKey(Fact, frozen=True, kw_only=True):
    """A key that stands twice in a list of a container that is merged by it."""

    about: ClassVar[str] = "doubled-key"
    reported: ClassVar[tuple[str, ...]] = ("list_name", "key")

    list_name: str  # "env"
    key: str  # "MODE", "8080/TCP"
    changes: bool = False  # a step of an upgrade changes the elements of that key


class LeftPods(Fact, frozen=True, kw_only=True):
    """A Service or policy whose new selector asks for labels that running pods get only when they are replaced."""

    about: ClassVar[str] = "left-pods"
    reported: ClassVar[tuple[str, ...]] = ("labels", "workload")

    labels: tuple[str, ...]  # "chart: search-7.3.2"
    keys: tuple[str, ...]
    workload: str  # "StatefulSet search"
    effect: str  # a clause: "it has no endpoint until new ones are ready"
    remedy: str  # a sentence without its full stop
