"""Calls to a headless Service by its port, where that is none of its pods': nothing translates it.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
"""

from __future__ import annotations

from mblint.cluster.services import pod_ports
from mblint.facts.way.listeners import Listening, listens
from mblint.facts.way.reach import Reach
from mblint.facts.world import World


def untranslated_port(world: World, reached: Reach, protocol: str) -> int | None:
    """The pods' port that the Service would have led to; None where the call is right, or may be."""
    service, port, server = reached.service, reached.service_port, reached.server
    if service is None or not service.headless or port is None or server is None:
        return None
    servers = (server, *(other.server for other in reached.beside if other.server is not None))
    meant = pod_ports(server, port)
    if meant is None or meant == port.port:
        return None
    if any(listens(world, one, port.port, protocol) is Listening.YES for one in servers):
        return None
    return meant
