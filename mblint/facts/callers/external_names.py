"""Services of the type ExternalName, and what they are another name for.

The cluster's DNS answers with that name alone. An IPv4 address there is taken for a name made of digits, which no DNS
resolves. Source: https://kubernetes.io/docs/concepts/services-networking/service/#externalname.
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.facts.callers.rows import ExternalName
from mblint.facts.way.host_names import literal_address
from mblint.facts.world import World


def external_names(world: World) -> Iterator[ExternalName]:
    """A row for each."""
    for service in world.cluster.services.values():
        if service.type == "ExternalName" and service.external_name:
            name = service.external_name.strip()
            yield ExternalName(
                object=service.id,
                place=service.place.at("spec", "externalName"),
                linted=service.linted,
                name=name,
                verdict="name" if literal_address(name.rstrip(".")) is None else "address",
            )
