"""What is known of where a host name leads, and who asks."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from mblint.cluster.objects import Other, Service, Workload
from mblint.facts.way.host_names import Address


class Browser(Enum):
    """The view of a browser outside the cluster."""

    BROWSER = "browser"


BROWSER = Browser.BROWSER
View = Workload | Browser  # who asks: the pods of a workload, or a browser


class Resolution(Struct, frozen=True):
    """Where a host name leads.

    `resolves`, for a pod: service, self, public, reserved, private, unknown-service, unknown.
    For a browser: public, single-label, cluster-service, reserved, private, loopback, configured, unknown.
    "pods": pods that are called without any name.
    `pods`: where the name is that of one pod, its workload. `reason`: why, for unknown, self and unknown-service.
    `missing`: for unknown-service, the namespace and name of what is not there. `service`: there, the one whose name
    this one nearly is.
    `plain`: for self: it is `localhost` or a loopback address, and nothing longer.
    `maker`: the custom resource whose operator may make the Service.
    `through`: what led there from the name that was asked for, in words, in order (rewrites, aliases, ExternalNames).
    """

    resolves: str
    service: Service | None = None
    pods: Workload | None = None
    address: Address | None = None
    reason: str | None = None
    through: tuple[str, ...] = ()
    maker: Other | None = None
    missing: tuple[str, str] | None = None
    plain: bool = False
