"""Rows about what an upgrade does to the data of pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class DataStep(Fact, frozen=True, kw_only=True):
    """A program that comes in another version over the data of the one before.

    Verdicts: skipped (it leaves out a version that its data need), back (to an older one), moved (its image keeps its
    data in another folder now, and the volume is mounted at the old one), other (it cannot take over the data of the
    program before it), fits, unknown.
    """

    about: ClassVar[str] = "data-step"
    reported: ClassVar[tuple[str, ...]] = ("program", "old_version", "new_version", "path")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("skipped", "back", "moved", "other", "fits", "unknown")
    }

    verdict: str
    program: str  # "PostgreSQL"
    old_version: str
    new_version: str
    goes: str  # "jumps from 28.0.6 to 30.0.2, past 29"
    path: str = ""  # the folder with the data
    kept: str = ""  # where they stay: "on the claim files (/var/www/html)", "in its database"
    otherwise: str = ""  # "the server refuses to start"
    depends_on: str | None = None  # what may make it work all the same: "its feature flags"
    in_database: bool = False  # the data are not on a volume of its own
    remedy: str = ""
    reason: str | None = None


class LeftVolume(Fact, frozen=True, kw_only=True):
    """A folder that lay on a claim, and lies on something else after an upgrade.

    Verdicts: left (on what is empty), elsewhere (on a volume that was there before, and may hold the data), deleted
    (the claim leaves the release, and is mounted all the same), recreated (the claim itself is deleted and made anew),
    moved (the same claim, of which the pods see another folder).
    """

    about: ClassVar[str] = "left-volume"
    reported: ClassVar[tuple[str, ...]] = ("path", "claim", "now")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("left", "elsewhere", "deleted", "recreated", "moved")}

    verdict: str
    path: str
    claim: str  # "claim wiki"
    what: str  # a clause: "Deployment wiki had /data on the claim wiki, and after the upgrade on no volume"
    now: str  # "the claim wiki-data", "an emptyDir", "no volume"
    program: str | None = None  # the known program that keeps its data there
    deleted: bool = False  # the old claim leaves the release with its data
    remedy: str = ""


class CrdStep(Fact, frozen=True, kw_only=True):
    """What an upgrade does to a CustomResourceDefinition.

    Verdicts: leaves (it is deleted, with every resource of its kind); needed (NEW's is not applied, and NEW has
    resources that need it); left-alone (NEW's is not applied).
    """

    about: ClassVar[str] = "crd-step"
    reported: ClassVar[tuple[str, ...]] = ("kind", "how", "folder", "uses")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("leaves", "needed", "left-alone")}

    verdict: str
    kind: str  # of the resources: "Widget"
    by: str  # "helm upgrade"
    how: str  # "NEW does not have it"; "does not change"
    sure: bool = True
    folder: str | None = None  # "widgets/crds", for what is not applied
    uses: tuple[str, ...] = ()  # "Widget blue is written in v2"


class Sealed(Fact, frozen=True, kw_only=True):
    """What a program stores under a key, and the key in OLD and NEW; one row for all workloads that share its change.

    Verdicts: changed (what is stored can no longer be read), kept (the key, or a former one among those that still
    count), unknown. `evidence` that it will be so, as of a rotation; a key that stands in the workload itself, which no
    chart looks up, is as sure as manifests.
    """

    about: ClassVar[str] = "sealed"
    reported: ClassVar[tuple[str, ...]] = ("program", "settings", "workloads")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("changed", "kept", "unknown"),
        "evidence": ("live", "manifests", "renders"),
    }

    verdict: str
    program: str  # "n8n"
    settings: str  # "N8N_ENCRYPTION_KEY (key key of Secret n8n)"
    workloads: tuple[str, ...]  # "default/Deployment/n8n", "default/Deployment/n8n-worker"
    key: str = "key"  # what it is called: "key", "cluster ID"
    held: str  # "encrypted the credentials of its workflows with the old one"
    otherwise: str  # "it refuses to start"
    secret: str | None = None  # the name of the Secret with the new key
    values: str | None = None  # the value of the chart that pins it
    evidence: str
    applied_with: str | None = None  # "helm upgrade", where that may keep the key after all
    reason: str | None = None
