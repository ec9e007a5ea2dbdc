"""Rows about the API versions and fields that objects are written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class RemovedApi(Fact, frozen=True, kw_only=True):
    """An object in a version of an API that Kubernetes has removed, or the program whose kind it is.

    Verdicts: removed (the cluster's version does not serve it, or the program's of the view); unsupported (no version
    that is supported does, and which one runs is not said); later (newer versions of the program do not); served.
    """

    about: ClassVar[str] = "removed-api"
    reported: ClassVar[tuple[str, ...]] = ("api_version", "removed", "instead")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("removed", "unsupported", "later", "served")}

    api_version: str
    by: str  # who serves it: "Kubernetes", "cert-manager"
    removed: str  # "1.22"
    instead: str | None = None  # "networking.k8s.io/v1"
    same: bool = False  # nothing else need change
    cluster: str | None = None  # the version that the configuration says
    runs: str | None = None  # the program of the view: "cert-manager 1.14.4"
    effect: str = "it cannot be applied"
    verdict: str


class ServedVersion(Fact, frozen=True, kw_only=True):
    """A custom resource, and what the CustomResourceDefinition of the view says of its version and its fields.

    Verdicts: served; not-served (the definition does not have the version, or does not serve it); other-group (the view
    defines the kind in a group of another domain only); unknown-fields (the API server drops them, and strict clients
    refuse the object).
    """

    about: ClassVar[str] = "served-version"
    reported: ClassVar[tuple[str, ...]] = ("definition", "version", "served", "fields")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("served", "not-served", "other-group", "unknown-fields")
    }

    definition: str  # "widgets.example.org"
    version: str  # "v1alpha1"
    served: tuple[str, ...]
    problem: str = ""  # a clause: "which it does not serve"
    fields: tuple[str, ...] = ()  # that the schema does not know: "spec.replica"
    nearest: str | None = None  # what the only one of them must mean: "spec.replicas"
    verdict: str


class JudgedResource(Fact, frozen=True, kw_only=True):
    """A custom resource, or one value of it, and what the schema of its CustomResourceDefinition says.

    Verdicts: taken; refused (the API server refuses the resource for this value).
    """

    about: ClassVar[str] = "judged-resource"
    reported: ClassVar[tuple[str, ...]] = ("definition", "version", "field")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("taken", "refused")}

    definition: str  # "widgets.example.org"
    version: str  # "v1alpha1"
    field: str  # "spec.mode"; empty: the object as a whole
    problem: str  # a clause: "its spec.size is 20, and has to be at most 9"
    verdict: str
