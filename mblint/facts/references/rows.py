"""Rows about names that lead to other objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class NamedObject(Fact, frozen=True, kw_only=True):
    """An object that another one names: a ServiceAccount, a claim, a class, a role, an issuer.

    Verdicts: exists; missing (nothing has that name, and nothing else can make it); near (nothing has it, and another
    one must be meant: of nearly that name, in another namespace, or the only one there is); unknown (something outside
    the view may have it).
    """

    about: ClassVar[str] = "named-object"
    reported: ClassVar[tuple[str, ...]] = ("kind", "name", "field", "nearest")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("exists", "missing", "near", "unknown")}

    kind: str
    name: str
    namespace: str
    shown: str  # its name, with the namespace where that is another one: "team/shop"
    field: str  # "spec.serviceName"
    fails: str  # a clause: what happens without it
    verdict: str
    reason: str | None = None
    nearest: str | None = None
    hint: str | None = None  # how it is known which one is meant, as a clause


class ScaleTarget(Fact, frozen=True, kw_only=True):
    """What an autoscaler scales, or a metric that it scales by.

    Verdicts: works; no-target (the view has no such workload); no-request (a metric is a share of what containers
    request, and one requests nothing); unknown.
    """

    about: ClassVar[str] = "scale-target"
    reported: ClassVar[tuple[str, ...]] = ("target", "metric", "containers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("works", "no-target", "no-request", "unknown")}

    target: str  # "Deployment shop"
    metric: str | None = None  # "cpu"
    containers: tuple[str, ...] = ()  # that request nothing of it
    nearest: str | None = None  # a workload of nearly that name: "Deployment shop"
    problem: str = ""  # a clause: "there is no Deployment shop"
    effect: str = "scales nothing"  # "never scales down", where it has other metrics that can be worked out
    verdict: str
    reason: str | None = None


class MountedPath(Fact, frozen=True, kw_only=True):
    """A file that a container is told to read, below a mount of ConfigMaps and Secrets.

    Verdicts: exists; missing (everything that the mount shows is in the view, and the file is not); folder (a volume is
    mounted at the path of one of its own files, which makes a folder of it); unknown.
    """

    about: ClassVar[str] = "mounted-path"
    reported: ClassVar[tuple[str, ...]] = ("path", "settings", "files")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("exists", "missing", "folder", "unknown")}

    path: str
    settings: str  # who names it: "DB_PASSWORD_FILE", "--config", "its command", "its liveness probe"
    mount: str  # "/etc/shop"
    sources: tuple[str, ...] = ()  # what the mount shows: "ConfigMap shop"
    files: tuple[str, ...] = ()  # the files there
    problem: str = ""  # a clause: "is not there: /etc/shop shows what is in ConfigMap shop, and that is not in it"
    remedy: str = ""
    needed: bool = False  # the container cannot do without it
    nearest: str | None = None  # the file with nearly this name
    verdict: str
    reason: str | None = None
