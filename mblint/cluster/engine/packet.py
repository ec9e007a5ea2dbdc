"""One connection as policies see it."""

from __future__ import annotations

from msgspec import Struct

from mblint.cluster.objects import Workload
from mblint.cluster.policies.objects import Direction


class Packet(Struct, frozen=True):
    """From a client's pod to a port of a server's pod, judged on one of the two sides."""

    client: Workload
    server: Workload
    direction: Direction
    port: int
    protocol: str
    service_port: int | None  # the Service's port that was translated to `port`, where the caller knows it
    between_pods: bool = False  # of one workload: from one of its pods to another, and not to itself

    @property
    def judged(self) -> Workload:
        """The side whose policies are asked."""
        return self.client if self.direction is Direction.EGRESS else self.server

    @property
    def peer(self) -> Workload:
        """The other side, which rules name as their peer."""
        return self.server if self.direction is Direction.EGRESS else self.client
