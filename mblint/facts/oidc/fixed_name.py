"""Whether a provider has a fixed host name, or takes that of each request.

A Keycloak that is told no host name writes into each token the name that it was called by, as the issuer. Its userinfo
and introspection endpoints compare that with the name by which they are called themselves, and refuse other tokens.
Source: Keycloak, "Configuring the hostname" (hostname-strict).
"""

from __future__ import annotations

from mblint.cluster.objects import ContainerRole
from mblint.facts.oidc.providers import Provider
from mblint.facts.software import RunningProgram, running_programs
from mblint.facts.world import World
from mblint.settings.unseen_files import may_find
from mblint.software.network import PublicUrl

_DYNAMIC = "keycloak"  # the one provider that does so
_COMPARES = ("userinfo", "introspection")


def compares_names(endpoint: str) -> bool:
    """True for an endpoint that refuses a token which was given under another host name."""
    return endpoint in _COMPARES


def takes_every_name(world: World, provider: Provider, realm: str | None) -> bool:
    """True where it is certain that a provider was given no host name, neither for itself nor for the realm."""
    if provider.address(realm) is not None:
        return False
    servers = [
        each
        for each in running_programs(world)
        if each.workload is provider.workload and each.container.role is ContainerRole.MAIN
    ]
    ours = [each for each in servers if each.running.program.id == _DYNAMIC]
    return bool(ours) and all(_has_no_name(world, each) for each in ours)


def _has_no_name(world: World, server: RunningProgram) -> bool:
    entries = server.running.entries(PublicUrl)
    if not entries or server.running.undecided(PublicUrl):
        return False
    return all(
        server.told.is_set(entry.setting) is False
        and not may_find(world.cluster, server.workload, server.container, entry.completed_by)
        for entry in entries
    )
