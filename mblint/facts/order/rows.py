"""Rows about when objects are applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mblint.facts.rows import Fact


class Order(Fact, frozen=True, kw_only=True):
    """An object of a view that has hooks or waves, in the sequence in which all are applied.

    `step` counts from 1; objects of one step are applied together; 0 is a hook of other events.
    `hook_job`: it is a Job that somebody waits for.
    """

    about: ClassVar[str] = "order"
    reported: ClassVar[tuple[str, ...]] = ("step", "phase")

    step: int
    phase: str  # "a pre-install hook of weight -1"
    by: str  # "Helm", "Argo CD"
    hook_job: bool = False
    ttl_seconds: int | None = None  # spec.ttlSecondsAfterFinished of a Job


class Need(Fact, frozen=True, kw_only=True):
    """What an object of one phase needs of another.

    Verdicts: in-order; too-late (it cannot start before what comes later, and what comes later waits for it);
    waits (pods of the release wait for a hook that runs when they are ready); unknown.
    """

    about: ClassVar[str] = "need"
    reported: ClassVar[tuple[str, ...]] = ("needed", "phase", "needed_phase", "clients", "settings")
    listed: ClassVar[tuple[str, ...]] = ("settings", "needed", "clients")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "verdict": ("in-order", "too-late", "waits", "unknown"),
        "by": ("Helm", "Argo CD"),
    }

    verdict: str
    clients: str  # "Job shop-migrate"
    phase: str  # of the clients
    needed: str  # "Secret shop"
    needed_phase: str
    by: str
    settings: str  # how it is needed: "envFrom", "DATABASE_URL", "its service account", "init container wait"
    fails: str  # a clause: "the first install waits for it until it gives up"
    reason: str | None = None  # why it is unknown
    sure: bool = True  # False for a Secret that pulls images, which a public registry does not ask for
    event: str | None = None  # what the needed hook waits for besides: "post-install"


class Waiting(Fact, frozen=True, kw_only=True):
    """A Service that an init container, a probe or a hook waits for.

    Verdicts: free, circle (its pods wait for those of the client).
    """

    about: ClassVar[str] = "waiting"
    reported: ClassVar[tuple[str, ...]] = ("waits_for", "back")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("free", "circle")}

    who: str  # "Init container wait", "The readiness probe"
    waits_for: str  # the Service's name
    back: str | None  # a clause: "that is its own", "Deployment api waits for the Service web"
    verdict: str


class Ending(Fact, frozen=True, kw_only=True):
    """A container that ends and should not, or does not and should.

    Verdicts: init-lasts (an init container never ends), job-lasts (a container of a Job beside the one that does its
    work), ends (a container of pods that are to run always).
    """

    about: ClassVar[str] = "ending"
    reported: ClassVar[tuple[str, ...]] = ("because", "work")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("init-lasts", "job-lasts", "ends")}

    because: str  # a clause: "`tail -f /dev/null` waits for ever"
    work: str | None = None  # the container that does the work of a Job
    hook: bool = False  # somebody waits for the Job
    verdict: str


class HookBecomesResource(Fact, frozen=True, kw_only=True):
    """An object that was a hook before the step, or lay in `crds`, and is an ordinary one of the release after it."""

    about: ClassVar[str] = "released-hook"
    reported: ClassVar[tuple[str, ...]] = ("hook",)

    hook: str  # its events before: "post-install, post-upgrade"; "" where it was no hook
    was: str  # a clause: "was a post-install hook"
    namespace: str
    release: str | None


class HookObject(Fact, frozen=True, kw_only=True):
    """An object that is a hook, and that pods need which come after it, or live as long as the release.

    Verdicts: stays; gone (Helm deletes it when its hooks have succeeded); deleted (it was an ordinary object before the
    step, and the upgrade deletes it); never-made (it is new with the step, and no hook of an upgrade).
    """

    about: ClassVar[str] = "hook-object"
    reported: ClassVar[tuple[str, ...]] = ("hook", "clients")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("stays", "gone", "deleted", "never-made")}

    hook: str  # its events: "pre-install, pre-upgrade"
    what: str  # a clause: "Helm deletes it as soon as the hooks of that event have succeeded"
    clients: tuple[str, ...]  # "Deployment shop (envFrom)"
    effect: str  # a clause: "pods of Deployment shop cannot start without it"
    remedy: str  # a sentence without its full stop
    verdict: str


class HookWord(Fact, frozen=True, kw_only=True):
    """A word of a hook annotation that its tool does not know.

    Verdicts: left-out (the object is never applied), never-deleted, weight (it is taken for 0).
    """

    about: ClassVar[str] = "hook-word"
    reported: ClassVar[tuple[str, ...]] = ("annotation", "word", "meant")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("left-out", "never-deleted", "weight")}

    annotation: str  # "helm.sh/hook"
    word: str  # "pre-instal"
    meant: str | None  # "pre-install"
    known: str  # "pre-install, post-install, …"
    effect: str  # a clause: "Helm leaves the object out: it is never applied"
    verdict: str


class MeshedJob(Fact, frozen=True, kw_only=True):
    """A Job or CronJob into whose pods a mesh puts a proxy.

    Verdicts: keeps-running (the proxy does not end, and neither does the Job); ends.
    """

    about: ClassVar[str] = "meshed-job"
    reported: ClassVar[tuple[str, ...]] = ("mesh", "asked_by", "hook")
    words: ClassVar[Mapping[str, tuple[str, ...]]] = {"verdict": ("keeps-running", "ends")}

    mesh: str  # "Istio"
    asked_by: str  # "the label istio-injection of Namespace team"
    hook: bool  # somebody waits for its end
    verdict: str
    reason: str | None = None
