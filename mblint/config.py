"""Configuration: what `.mblint.yaml` says, typed. Reading and checking it is in `mblint.cli.configuration`.

Every room may take the part it needs (`ClusterSettings`, `WorkloadSettings`); none reads files for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from mblint.manifests.documents import Place


class ClusterSettings(Struct, frozen=True):
    """The `cluster:` section: what the render cannot say of the cluster it goes to."""

    domain: str = "cluster.local"
    service_translation: str = "before-policy"  # before-policy, after-policy, either
    applied_by: str = "helm"  # helm, manifests
    external_services: tuple[str, ...] = ()  # globs of "namespace/name"
    browser_domains: tuple[str, ...] = ()  # globs of host names
    dns_rewrites: Mapping[str, str] = field(default_factory=dict)  # glob of host names → host name
    dns_ports: tuple[int, ...] = (53,)
    node_cores: int = 4
    version: str | None = None  # of Kubernetes: "1.33"
    complete: tuple[str, ...] = ()  # kinds of which the view, with its context, holds all
    pod_security: Mapping[str, str] = field(default_factory=dict)  # glob of namespaces → what they enforce


class Observed(Struct, frozen=True):
    """What happened to a container in a cluster (`mblint observe`). Limits are those that were in force then.

    `ready_seconds`: from its start until its pod was ready: the fastest pod, the middle one, the slowest.
    `oom_killed`: containers that were last ended for memory.
    """

    pods: int = 1
    ready_seconds: tuple[float, ...] = ()
    ready_pods: int = 0
    cpu_limit: str | None = None
    restarts: int = 0
    oom_killed: int = 0
    memory_limit: str | None = None

    def sentence(self, oom: str = "killed") -> str:
        """`took 48 s on 3 of 3 pods, restarted 5 times, killed twice for memory at 512Mi`."""
        parts = []
        if self.ready_seconds:
            pods = f"{self.pods} pods" if self.pods > 1 else "1 pod"
            parts.append(f"took {self.ready_seconds[-1]:g} s on {self.ready_pods} of {pods}")
        if self.restarts:
            parts.append(f"restarted {_times(self.restarts)}")
        if self.oom_killed:
            at = f" at {self.memory_limit}" if self.memory_limit else ""
            parts.append(f"{oom} {_times(self.oom_killed)} for memory{at}")
        return ", ".join(parts)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


class WorkloadSettings(Struct, frozen=True):
    """One entry of `workloads:`. Globs that match nothing given match everything; None: not overridden."""

    namespace: str = "*"
    kind: str = "*"
    name: str = "*"
    container: str = "*"
    runtime: str | None = None
    workers: int | None = None
    startup_cpu_seconds: float | None = None
    memory_mib: float | None = None
    observed: Observed | None = None


class IgnoreSettings(Struct, frozen=True):
    """One entry of `ignore:`. `object`: a glob; None: every object. `facts`: globs by field of the rule's facts."""

    rule: str
    object: str | None
    facts: Mapping[str, str]
    reason: str
    expires: str | None  # YYYY-MM-DD, the last day on which it holds
    place: Place  # in the configuration file


class RenderSettings(Struct, frozen=True):
    """One entry of `renders:`. Paths are as seen from the configuration file, in whose directory the command runs."""

    command: tuple[str, ...]
    context: tuple[str, ...] = ()


class Config(Struct, frozen=True):
    """A whole configuration."""

    fail_on: str = "error"  # error, warning, note, never
    rules: Mapping[str, str] = field(default_factory=dict)  # rule → error, warning, note, off
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    workloads: tuple[WorkloadSettings, ...] = ()
    ignores: tuple[IgnoreSettings, ...] = ()
    renders: Mapping[str, RenderSettings] = field(default_factory=dict)  # by the environment's name
    file: str | None = None
    rule_places: Mapping[str, Place] = field(default_factory=dict)  # where `rules` names each
