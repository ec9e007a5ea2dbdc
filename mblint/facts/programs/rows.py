"""Rows about what a known program needs: settings, folders that last and may be written, no more pods than it bears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class NeededSetting(Fact, frozen=True, kw_only=True):
    """A setting without which a program does not start, or not rightly. Verdicts: set missing unknown."""

    about: ClassVar[str] = "needed-setting"
    reported: ClassVar[tuple[str, ...]] = ("software", "setting", "others", "otherwise")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("set", "missing", "unknown")}

    software: str  # "PostgreSQL"
    setting: str  # "POSTGRES_PASSWORD"
    others: tuple[str, ...] = ()  # one of them is enough, too
    otherwise: str  # "it refuses to start"
    because: str | None = None  # what is set that makes it needed: "GF_DATABASE_TYPE is postgres"
    example: str | None = None
    starts: bool = False  # it starts all the same
    verdict: str
    reason: str | None = None  # for unknown: why


class RefusedSetting(Fact, frozen=True, kw_only=True):
    """A setting that a program refuses, or some values of it. Verdicts: refused unknown. No value is ever shown."""

    about: ClassVar[str] = "refused-setting"
    reported: ClassVar[tuple[str, ...]] = ("software", "setting", "otherwise")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("refused", "unknown")}

    software: str
    setting: str  # as it is called here: "ENCRYPTION_KEY"
    what: str  # "the value of ENCRYPTION_KEY", or "--old-option", of which no value is right
    otherwise: str  # "it stops: the key must be 64 hexadecimal digits"
    example: str | None = None
    instead: str | None = None  # what to set in its place
    starts: bool = False  # it starts all the same
    guessed: bool = False  # the program's version is not known, and no version that is known takes it
    verdict: str
    reason: str | None = None  # for unknown: why


class RunAs(Fact, frozen=True, kw_only=True):
    """As whom a container is to run, where its pod or its program has a say in that.

    Verdicts: fits, root-refused (runAsNonRoot, and it is root), name-refused (runAsNonRoot, and the image has a user's
    name), needs-root (the program stops as another user), needs-capability (it stops without one), low-port (it
    listens where it may not, on most clusters), unknown.
    """

    about: ClassVar[str] = "run-as"
    reported: ClassVar[tuple[str, ...]] = ("says", "otherwise")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("fits", "root-refused", "name-refused", "needs-root", "needs-capability", "low-port", "unknown"),
    }

    says: str  # a clause: "must not run as root (runAsNonRoot), and the image of nginx runs as root"
    otherwise: str = ""
    remedy: str = ""
    verdict: str
    reason: str | None = None  # for unknown: why


class AbsentProgram(Fact, frozen=True, kw_only=True):
    """A program that is started in a container whose image does not have it."""

    about: ClassVar[str] = "absent-program"
    reported: ClassVar[tuple[str, ...]] = ("software", "program", "where")

    software: str  # "MongoDB 7.0"
    program: str  # "mongo"
    where: str  # "the liveness probe", "the command"
    instead: str | None = None
    ends_it: bool  # the container does not start, is not ready, or is killed


class ServiceLink(Fact, frozen=True, kw_only=True):
    """A setting that has the name of a variable which the kubelet makes of a Service. Verdicts: set filled unknown."""

    about: ClassVar[str] = "service-link"
    reported: ClassVar[tuple[str, ...]] = ("software", "setting", "linked_service")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("set", "filled", "unknown")}

    software: str
    setting: str  # "PAPERLESS_PORT"
    linked_service: str
    port: int  # of the Service
    reads: str  # a clause: "reads a port from PAPERLESS_PORT"
    otherwise: str  # a clause: "which is no port"
    verdict: str
    reason: str | None = None  # for unknown: why


class DataFolder(Fact, frozen=True, kw_only=True):
    """The folder of a program's data, and whether a volume holds it.

    Verdicts: on-volume, with-pod (a volume that ends with the pod, as somebody chose), old-folder (the volume is where
    an older version had its data), beside (the container has a lasting volume elsewhere), nowhere (no volume at all),
    unknown.
    """

    about: ClassVar[str] = "data-folder"
    reported: ClassVar[tuple[str, ...]] = ("software", "path", "mounted")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("on-volume", "with-pod", "old-folder", "beside", "nowhere", "unknown"),
    }

    software: str
    path: str
    verdict: str
    reason: str | None = None  # for unknown: why
    mounted: tuple[str, ...] = ()  # where the container has its lasting volumes
    said_by: str | None = None  # the setting that names the folder
    users_data: bool = False  # the program is there to keep data: a database, a broker, where people work together
    spare_claim: str | None = None  # one that is called as the workload is, and that no pod mounts


class VolumeRoot(Fact, frozen=True, kw_only=True):
    """A folder of data that is the root of a new volume, where its program takes nothing but its own files.

    Verdicts: refused (the volume's file system begins with a folder of its own); perhaps (which one it has is not
    known); empty (it has no such folder); cleared (something in the pod takes care of it).
    """

    about: ClassVar[str] = "volume-root"
    reported: ClassVar[tuple[str, ...]] = ("software", "path", "storage_class")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("refused", "perhaps", "empty", "cleared")}

    software: str
    path: str
    volume: str  # "claim data-db-0"
    storage_class: str | None
    storage: str  # "Amazon EBS", or "most disks of clouds"
    otherwise: str  # a clause: "initdb refuses it"
    remedy: str
    known: bool  # a StorageClass of the view says what makes the volume
    verdict: str


class UnmountedClaim(Fact, frozen=True, kw_only=True):
    """A claim that a pod holds, and whether one of its containers mounts it.

    Verdicts: mounted; mounted-elsewhere (by another workload alone); unused (of a template that several
    workloads have, and they mount another claim); mounted-nowhere.
    """

    about: ClassVar[str] = "held-claim"
    reported: ClassVar[tuple[str, ...]] = ("volume", "claim")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("mounted", "mounted-elsewhere", "unused", "mounted-nowhere")
    }

    volume: str
    claim: str  # "claim docs", "claim template data"
    outcome: str  # a clause: "what they write is gone with the pod"
    verdict: str


class ChangedUser(Fact, frozen=True, kw_only=True):
    """A container that an upgrade runs as another user than the one that wrote its volume. Verdicts: changed."""

    about: ClassVar[str] = "changed-user"
    reported: ClassVar[tuple[str, ...]] = ("path", "claim", "before", "after")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("changed",)}

    verdict: str
    path: str
    claim: str  # "claim data-shop-0"
    before: int  # the user's number
    after: int


class VolumeAccess(Fact, frozen=True, kw_only=True):
    """A new volume of a container that is not root. Verdicts: may-write may-not unknown.

    `writes`: the program is known to write there.
    """

    about: ClassVar[str] = "volume-access"
    reported: ClassVar[tuple[str, ...]] = ("user", "path", "volume")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("may-write", "may-not", "unknown")}

    user: int
    user_from: str  # "runAsUser", "the image grafana/grafana"
    group: int  # what fsGroup could be
    path: str
    volume: str
    software: str | None = None
    writes: bool = False
    verdict: str
    reason: str | None = None  # for unknown, or why it may


class RefusedWrite(Fact, frozen=True, kw_only=True):
    """A write of a container that is refused. `what`: write (a file or folder), owner (chown), packages (a package
    manager), kernel (what is below /proc/sys), program (the program's own folder).

    `ends_it`: the container fails with it.
    """

    about: ClassVar[str] = "refused-write"
    reported: ClassVar[tuple[str, ...]] = ("what", "action", "path", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"what": ("write", "owner", "packages", "kernel", "program")}

    what: str
    action: str  # "runs `sed -i … /etc/app/app.conf`", "writes /var/cache/nginx, as nginx does"
    path: str
    because: str  # a clause: "the root file system is read-only, and no volume is mounted there"
    remedy: str  # a clause: "mount an emptyDir at /tmp"
    ends_it: bool


class PodCount(Fact, frozen=True, kw_only=True):
    """How many pods of a program there are to be, where it bears one, or several only as configured.

    Verdicts: fits too-many unknown.
    """

    about: ClassVar[str] = "pod-count"
    reported: ClassVar[tuple[str, ...]] = ("software", "pods", "because")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("fits", "too-many", "unknown")}

    software: str
    pods: int
    asked_by: str  # "replicas", "HorizontalPodAutoscaler web (maxReplicas)"
    because: str
    remedy: str | None = None  # a clause: what would make several right
    certain: bool = True  # False: each pod has a volume of its own, and may be meant to have its own data
    verdict: str
    reason: str | None = None  # for unknown: why
