"""Rows about what admission says of pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class PodSecurity(Fact, frozen=True, kw_only=True):
    """A workload in a namespace that enforces a Pod Security Standard.

    Verdicts: allowed, refused.
    """

    about: ClassVar[str] = "pod-security"
    reported: ClassVar[tuple[str, ...]] = ("standard", "violations")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("allowed", "refused"),
        "standard": ("baseline", "restricted"),
    }

    verdict: str
    standard: str
    violations: tuple[str, ...] = ()  # clauses: "container shop: allowPrivilegeEscalation must be false"


class Sysctl(Fact, frozen=True, kw_only=True):
    """A setting of the kernel that a pod asks for and is refused.

    Verdicts: never (no pod can have it), unsafe (none can unless its node allows it).
    """

    about: ClassVar[str] = "sysctl"
    reported: ClassVar[tuple[str, ...]] = ("name", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("never", "unsafe")}

    name: str  # "vm.max_map_count"
    because: str  # a clause
    verdict: str


class NginxIngress(Fact, frozen=True, kw_only=True):
    """A path or annotation of an Ingress that ingress-nginx serves.

    Verdicts: taken; path-refused, snippet-refused (by its admission webhook, as it is by default); empty-group (its
    rewrite target names a group that the path does not have); value-ignored (of an annotation, which it cannot read);
    letter-by-letter (a pattern that it does not take for one); other-controller (an annotation of an Ingress that
    another one serves).
    """

    about: ClassVar[str] = "nginx-ingress"
    reported: ClassVar[tuple[str, ...]] = ("what", "says")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": (
            *("taken", "path-refused", "snippet-refused", "empty-group", "value-ignored", "letter-by-letter"),
            "other-controller",
        )
    }

    what: str  # the path, or the annotation
    verdict: str
    says: str | None = (
        None  # a clause: "the path /a(.*) has letters of a regular expression, and its pathType is Prefix"
    )
    remedy: str | None = None
    known: bool = False  # the controller's configuration is in the view


class Quota(Fact, frozen=True, kw_only=True):
    """What a ResourceQuota or LimitRange refuses.

    Verdicts: unspecified (the quota counts what a container says nothing about), above (a container asks for more than
    the LimitRange lets it), below (for less), too-large (one pod asks for more than the whole quota), too-much (all
    objects of the namespace do).
    """

    about: ClassVar[str] = "quota"
    reported: ClassVar[tuple[str, ...]] = ("by", "resource", "containers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("unspecified", "above", "below", "too-large", "too-much")
    }

    verdict: str
    refused: str  # "No pod of Deployment shop is created"
    by: str  # "ResourceQuota team"
    resource: str  # "limits.cpu", "memory"; of a container that says nothing, all: "limits.cpu, limits.memory"
    containers: tuple[str, ...]
    problem: str  # a clause: "the quota counts limits.cpu, and wait-for-db says none"


class PermittedApplication(Fact, frozen=True, kw_only=True):
    """An Application of Argo CD × its AppProject.

    Verdicts: permitted; refused (the project lists neither that repository, destination nor namespace).
    """

    about: ClassVar[str] = "permitted-application"
    reported: ClassVar[tuple[str, ...]] = ("project", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("permitted", "refused")}

    project: str
    because: str  # a clause
    verdict: str
