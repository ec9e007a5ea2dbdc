"""What the commands of exec probes ask of their own pod: curl of 127.0.0.1, or a client that goes there by itself.

`consul members` asks 127.0.0.1:8500 where nothing says otherwise, whatever the agent beside it was told. A client that
goes by a socket of its machine instead (psql, mysqladmin) asks for no port.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import Container, ContainerRole, Probe, Workload
from mblint.cluster.secrets import SecretText, reveal
from mblint.cluster.web_ports import WEB_PORTS
from mblint.facts.runs.commands import Program, probe_programs
from mblint.facts.told import told_to
from mblint.facts.way.host_names import means_loopback
from mblint.facts.way.uses import Use, probes
from mblint.facts.world import World
from mblint.settings.client_table import Client, clients
from mblint.settings.clients import destinations

_HERE = r"(?:(\w+)://)?(?:[^/@\s]*@)?(\[::1\]|[\w.-]+)(?::(\d{2,5}))?(?:[/?#].*)?"


def own_calls(world: World, workload: Workload) -> Iterator[Use]:
    """A use for each port of its own pod that the command of an exec probe of a workload asks."""
    for container in workload.pod.containers:
        for name, probe in probes(container) if container.role is not ContainerRole.INIT else ():
            if probe.handler == "exec":
                for program, port in sorted(_asked(world, workload, container, probe)):
                    words = f"the {name} probe ({program})"
                    yield Use(port, words, probe.place, workload.id, None, container)


def _asked(world: World, workload: Workload, container: Container, probe: Probe) -> set[tuple[str, int]]:
    known = clients(world.programs)
    found: set[tuple[str, int]] = set()
    for program in probe_programs(probe.command, probe.place):
        client = known.get(program.name)
        if client is not None:
            found.update((program.name, port) for port in _ports(world, workload, container, program, client))
    return found


def _ports(world: World, workload: Workload, container: Container, program: Program, client: Client) -> Iterator[int]:
    named = tuple(destinations(program.name, client, program.arguments))
    for destination in named:
        if not isinstance(destination.value, SecretText) and (port := _here(destination.value)) is not None:
            yield port
    options = client.host_options | client.url_options | client.port_options
    given = any(word.plain.partition("=")[0] in options for word in program.arguments)
    if not named and not given and client.local_port is not None:
        told = told_to(world, workload, container)
        keys = {setting.key for setting in told.settings} if told is not None else set()
        if told is not None and keys.isdisjoint(client.local_unless):
            yield client.local_port


def _here(url: str) -> int | None:
    """The port of a URL or `host:port` that leads to the machine itself."""
    parts = re.fullmatch(_HERE, reveal(url))
    if parts is None or not (means_loopback(parts[2]) or parts[2] in ("127.0.0.1", "[::1]", "0.0.0.0")):
        return None
    return int(parts[3]) if parts[3] else WEB_PORTS.get(parts[1])
