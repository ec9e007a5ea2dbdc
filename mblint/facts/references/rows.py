"""Rows about names that lead to other objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class NamedObject(Fact, frozen=True, kw_only=True):
    """An object that another one names: a ServiceAccount, a claim, a class, a role, an issuer.

    Verdicts: exists; missing (nothing has that name, and nothing else can make it); near (nothing has it, and another
    one must be meant: of nearly that name, in another namespace, or the only one there is); no-key (it exists, and
    lacks a key that is read of it); unknown (something outside the view may have it).
    """

    about: ClassVar[str] = "named-object"
    reported: ClassVar[tuple[str, ...]] = ("kind", "name", "field", "nearest")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("exists", "missing", "near", "no-key", "unknown")}

    kind: str
    name: str
    namespace: str
    shown: str  # its name, with the namespace where that is another one: "team/shop"
    field: str  # "spec.serviceName"
    fails: str  # a clause: what happens without it
    verdict: str
    reason: str | None = None
    nearest: str | None = None
    hint: str | None = None  # how it is known which one is meant, or what keys it has, as a clause
    lacking: tuple[str, ...] = ()  # the keys that are read of it, and that it does not have


class ScaleTarget(Fact, frozen=True, kw_only=True):
    """What an autoscaler scales, or a metric that it scales by.

    Verdicts: works; no-target (the view has no such workload); no-request (a metric is a share of what containers
    request, and one requests nothing); no-share (it measures a container that is not there, or can never be reached);
    unknown.
    """

    about: ClassVar[str] = "scale-target"
    reported: ClassVar[tuple[str, ...]] = ("target", "metric", "containers")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("works", "no-target", "no-request", "no-share", "unknown")
    }

    target: str  # "Deployment shop"
    metric: str | None = None  # "cpu"
    containers: tuple[str, ...] = ()  # that request nothing of it
    nearest: str | None = None  # a workload of nearly that name: "Deployment shop"
    problem: str = ""  # a clause: "there is no Deployment shop"
    effect: str = "scales nothing"  # "never scales down", where it has other metrics that can be worked out
    verdict: str
    reason: str | None = None


class MountedPath(Fact, frozen=True, kw_only=True):
    """A file that a container is told to read, below a mount of ConfigMaps and Secrets; or to run, below an emptyDir.

    Verdicts: exists; missing (everything that the mount shows is in the view, and the file is not); folder (a volume is
    mounted where a file is meant, which makes a folder of it); elsewhere (it lies below no mount, and one of that name
    is mounted where nothing asks for it, or not at all); unknown.
    """

    about: ClassVar[str] = "mounted-path"
    reported: ClassVar[tuple[str, ...]] = ("path", "settings", "files")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("exists", "missing", "folder", "elsewhere", "unknown")
    }

    path: str
    settings: str  # who names it: "DB_PASSWORD_FILE", "--config", "its command", "its liveness probe"
    mount: str  # "/etc/shop"
    sources: tuple[str, ...] = ()  # what the mount shows: "ConfigMap shop"
    files: tuple[str, ...] = ()  # the files there
    asked: str = "is told of the file"
    problem: str = ""  # a clause: "is not there: /etc/shop shows what is in ConfigMap shop, and that is not in it"
    remedy: str = ""
    needed: bool = False  # the container cannot do without it
    nearest: str | None = None  # the file with nearly this name
    verdict: str
    reason: str | None = None


class NestedMount(Fact, frozen=True, kw_only=True):
    """A file that is mounted inside a folder which a ConfigMap or a Secret shows. Verdicts: refused."""

    about: ClassVar[str] = "nested-mount"
    reported: ClassVar[tuple[str, ...]] = ("path", "source", "folder", "of")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("refused",)}

    path: str  # "/etc/shop/extra.yaml"
    source: str  # what the file is of: "Secret shop"
    folder: str  # "/etc/shop"
    of: str  # what the folder shows: "ConfigMap shop"
    verdict: str


class UnreadableFile(Fact, frozen=True, kw_only=True):
    """Files of a mount that are open to root alone, in a container of another user.

    Verdicts: refused (the manifest names the user), image (its image does).
    """

    about: ClassVar[str] = "unreadable-file"
    reported: ClassVar[tuple[str, ...]] = ("path", "source", "mode", "user")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("refused", "image")}

    path: str  # of the mount, or of the one file that has such a mode
    source: str  # "Secret shop-tls"
    field: str  # "defaultMode of volume tls"
    mode: str  # "0400"
    wanted: str  # "0444 (in JSON 292)"
    user: str  # "user 1000"
    verdict: str


class OpenFile(Fact, frozen=True, kw_only=True):
    """A file of a mount that its reader refuses, since its mode lets too many in.

    Verdicts: refused; likely (it is only looked at by root, which nothing says that the container is).
    """

    about: ClassVar[str] = "open-file"
    reported: ClassVar[tuple[str, ...]] = ("path", "source", "mode", "reader")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("refused", "likely")}

    path: str
    source: str  # "Secret shop-tls"
    mode: str  # "0644", "0440 with the group of fsGroup"
    reader: str  # "PostgreSQL"
    otherwise: str  # a clause: what the reader does
    remedy: str  # a sentence
    verdict: str


class ExecutedFile(Fact, frozen=True, kw_only=True):
    """A file of a ConfigMap or a Secret that a container executes, or lets a shell read as a script.

    Verdicts: runs; not-allowed (its mode does not allow it); line-ends (it has those of Windows); no-interpreter (its
    first line names none, or one that the image does not have).
    """

    about: ClassVar[str] = "executed-file"
    reported: ClassVar[tuple[str, ...]] = ("path", "settings", "source", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("runs", "not-allowed", "line-ends", "no-interpreter"),
    }

    path: str
    settings: str  # who executes it: "its command", "its liveness probe"
    source: str  # "ConfigMap scripts"
    says: str = ""  # what the kernel or the shell says: "permission denied"
    because: str = ""  # a clause: "the file has mode 0644, with which nobody may execute it"
    remedy: str = ""  # a sentence without its full stop
    ends_it: bool = True  # what executes it fails with it
    verdict: str


class UnsyncedSecret(Fact, frozen=True, kw_only=True):
    """A Secret that pods read, and that the secrets store's driver makes only for a pod that mounts its class."""

    about: ClassVar[str] = "unsynced-secret"
    reported: ClassVar[tuple[str, ...]] = ("secret", "by")

    secret: str
    by: str  # the SecretProviderClass


class UnfilledTemplate(Fact, frozen=True, kw_only=True):
    """A key that a template of an ExternalSecret asks for and that its data does not get from the store."""

    about: ClassVar[str] = "unfilled-template"
    reported: ClassVar[tuple[str, ...]] = ("secret", "key", "asked", "got")

    secret: str
    key: str  # the one of the Secret that has the template
    asked: str
    got: tuple[str, ...]
    nearest: str | None
    read_by: str | None  # who waits for the Secret


class UnreadPullSecret(Fact, frozen=True, kw_only=True):
    """A pull secret of a pod in which the kubelet finds no login."""

    about: ClassVar[str] = "unread-pull-secret"
    reported: ClassVar[tuple[str, ...]] = ("secret", "problem")

    secret: str
    problem: str  # a clause: "its type is Opaque"


class PulledImage(Fact, frozen=True, kw_only=True):
    """An image of a registry that no pull secret of its pod is for, all of which are in the view."""

    about: ClassVar[str] = "pulled-image"
    reported: ClassVar[tuple[str, ...]] = ("image", "registry")

    image: str
    registry: str  # "registry.example.org:5000"
    secrets: str  # "Secret a and Secret b"
