"""Ports that probes and Services use: does anything in the pod listen there?

Silence is proven only where a container says what it listens on, nobody uses what it says, and nothing that the pod is
told so much as mentions the port that is used: then one of the two numbers was left behind. Software that listens on
further ports is the rule, so a number that nobody mentions is not enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mblint.cluster.objects import Container, Probe, Service, ServicePort, Workload
from mblint.cluster.services import pod_ports, services_of
from mblint.facts.callers.routes import carried
from mblint.facts.edits.listened import declared_instead, used_instead
from mblint.facts.listening.answers import probe_answers
from mblint.facts.listening.binds import served_by_command
from mblint.facts.listening.declared import declared_instead_of, working
from mblint.facts.listening.own_calls import own_calls
from mblint.facts.listening.rows import UsedPort
from mblint.facts.rows import Related
from mblint.facts.told import settings_of
from mblint.facts.way.heard import Ears, Heard, ears, mentions, reads_what_is_not_there
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.way.uses import Use, uses
from mblint.facts.world import World
from mblint.manifests.documents import Place
from mblint.remedies.edits import Edit
from mblint.settings.unseen_files import may_be_unseen

_SETTINGS_FILES = (
    "/etc/*",
    "*/conf*",
    "*.yml",
    "*.yaml",
    "*.conf",
    "*.ini",
    "*.toml",
    "*.properties",
    "*.xml",
    "*.cfg",
)
_MAIN = frozenset(
    ("http", "https", "web", "www", "app", "api", "main", "server", "default", "port", "ui", "tcp", "service")
)
_BESIDE = frozenset(
    ("metrics", "prometheus", "prom", "admin", "debug", "grpc", "gossip", "health", "probe", "probes", "exporter")
).union(("management", "mgmt", "jmx", "ssh", "smtp", "cluster", "peer", "internal", "webhook", "webhooks", "status"))


def used_ports(world: World) -> Iterator[UsedPort]:
    """A row for each port of each workload that is used, in the order of the workloads.

    Not for what a probe asks of software that is known not to answer there: see `answers`.
    """
    told = {
        (row.object, row.container, row.port)
        for row in probe_answers(world)
        if row.verdict not in ("answered", "unknown")
    }
    for workload in world.cluster.workloads:
        by_port: dict[int, list[Use]] = {}
        for use in (*uses(world).get(id(workload), ()), *own_calls(world, workload)):
            if use.container is None or (use.object, use.container.name, use.port) not in told:
                by_port.setdefault(use.port, []).append(use)
        for port, users in by_port.items():
            yield _row(world, workload, port, users)


def _row(world: World, workload: Workload, port: int, users: list[Use]) -> UsedPort:
    each = tuple(_of_command(world, one) for one in ears(world)[id(workload)])
    concerned = _concerned(each, port, users)
    said: tuple[Heard, ...] = ()
    reason: str | None = None
    verdict = "listened"
    if not any(port in one.ports for one in each):
        said, reason = _silence(world, workload, port, users, concerned)
        verdict = "unknown" if reason is not None else "not-listened"
    declared = any(one.number == port for ear in each for one in ear.container.ports)
    first = next((use for use in users if use.service is None), users[0])
    by_software = all(heard.setting is None for heard in said)
    return UsedPort(
        object=first.object if not declared else workload.id,
        container=concerned.container.name if concerned is not None else None,
        place=_place(workload, port, first),
        related=tuple(_related(users, first, said)),
        linted=workload.linted,
        workload=str(workload.id),
        port=port,
        users=tuple(dict.fromkeys(use.words for use in users)),
        declared=declared,
        verdict=verdict,
        reason=reason,
        listens_on=tuple(dict.fromkeys(_words(heard) for heard in said)),
        known_by=None if not said else "software" if by_software else "setting",
        edits=_edits(world, workload, port, users, said, concerned),
    )


def _of_command(world: World, one: Ears) -> Ears:
    """What the command says that a container runs, where neither its settings nor the file of its software know."""
    if one.known or one.heard:
        return one
    workload, container = one.workload, one.container
    served = served_by_command(world, workload, container, settings_of(world, workload, container))
    if served is None:
        return one
    heard = Heard(served.port, served.program, name="http", told=served.told)
    return Ears(workload, container, (heard,), (), True, True, served.program)


def _edits(
    world: World, workload: Workload, port: int, users: list[Use], said: tuple[Heard, ...], concerned: Ears | None
) -> tuple[Edit, ...]:
    """The one port on which it listens: in the container's own port where all name that, else in all who use it."""
    listens = {heard.port for heard in said}
    if len(listens) != 1 or concerned is None:
        return ()
    if all(use.by_name for use in users):
        return declared_instead(world, workload, concerned.container, port, listens.pop())
    if any(use.by_name for use in users):
        return ()
    used_by: list[tuple[Service, ServicePort] | Probe] = []
    for use in users:
        if use.service is not None and use.via is not None:
            used_by.append((use.service, use.via))
        elif use.probe is not None:
            used_by.append(use.probe)
    return used_instead(world, workload, used_by, listens.pop())


def _concerned(each: tuple[Ears, ...], port: int, users: list[Use]) -> Ears | None:
    """The container whose port it is: it declares it, or is probed on it, or is the only one."""
    for one in each:
        if any(declared.number == port for declared in one.container.ports):
            return one
    probed = {id(use.container) for use in users if use.container is not None}
    for one in each:
        if id(one.container) in probed:
            return one
    return each[0] if len(each) == 1 else None


def _silence(
    world: World, workload: Workload, port: int, users: list[Use], concerned: Ears | None
) -> tuple[tuple[Heard, ...], str | None]:
    """What the container listens on instead; or why nobody knows."""
    if concerned is None:
        return (), "several containers may listen on it"
    if not concerned.complete or not concerned.heard:
        declared = declared_instead_of(world, workload, port, users, concerned)
        return (declared, None) if declared else ((), "nothing says what the container listens on")
    if workload.pod.host_network:
        return (), "it runs on the network of its node, where anything may listen"
    if has_sidecar(workload):
        return (), "a container beside it may listen on it"
    if not _is_left_behind(world, workload, port, users, concerned):
        return (), "software may listen on more ports than anybody names"
    if mentions(world, workload, port):
        return (), "something that it is told mentions the port"
    if reads_what_is_not_there(world, workload):
        return (), "what it is told is not all in the view"
    by_itself = all(heard.setting is None for heard in concerned.heard)
    if by_itself and may_be_unseen(world.cluster, workload, concerned.container, _SETTINGS_FILES):
        return (), "a file that no manifest shows may say where it listens"
    return concerned.heard, None


def _is_left_behind(world: World, workload: Workload, port: int, users: list[Use], one: Ears) -> bool:
    """Whether nobody comes where the container listens, so that this port must stand for that one."""
    if any(shut.port == port and shut.setting is None for shut in one.shut):
        return any(use.container is not None for use in users)  # Services list ports that nobody calls
    if any(heard.usual == port for heard in one.heard) and any(use.container is not None for use in users):
        return True  # a setting moved it away from there
    if not all(_may_be_main(use.name, workload, one.container, one) for use in users):
        return False
    others = [use for use in uses(world).get(id(workload), ()) if use.port in one.ports]
    declares = {declared.number for container in working(workload) for declared in container.ports}
    if port not in declares and _is_of_a_service(world, workload, port, users, one):
        return True
    if port in declares and _is_routed(world, workload, port):
        return True
    if port in declares:
        return not others and not declares & one.ports
    return not any(use.service is not None for use in others) and any(use.service is not None for use in users)


def _is_routed(world: World, workload: Workload, port: int) -> bool:
    """Whether a route brings requests from outside to the port: that is no port which nobody calls."""
    return any(
        one.judged.reached.server is workload and one.judged.reached.pod_port == port and not one.judged.reached.beside
        for one in carried(world)
    )


def _is_of_a_service(world: World, workload: Workload, port: int, users: list[Use], one: Ears) -> bool:
    """Whether probes ask for the port of a Service, which leads to another one where the container does listen."""
    if any(use.container is None for use in users):
        return False
    through = [each for service in services_of(world.cluster, workload) for each in service.ports]
    leads_to = {pod_ports(workload, each) for each in through if each.port == port}
    return bool(leads_to & one.ports) and port not in {pod_ports(workload, each) for each in through}


def _may_be_main(name: str | None, workload: Workload, container: Container, one: Ears) -> bool:
    """Whether a port of that name may be the one that the software is there for."""
    if name is None:
        return True
    words = set(re.split(r"[^a-z]+", name.lower()))
    told = {word for heard in one.heard if heard.setting for word in re.split(r"[^a-z]+", heard.by.lower())}
    own = set(re.split(r"[^a-z]+", f"{workload.id.name} {container.name} {one.program or ''}".lower()))
    own |= {word for heard in one.heard for word in re.split(r"[^a-z]+", heard.name.lower())}
    return not (words & _BESIDE) - told and bool(words & (_MAIN | own | told))


def _place(workload: Workload, port: int, first: Use) -> Place:
    for container in workload.pod.containers:
        for declared in container.ports:
            if declared.number == port:
                return declared.place
    return first.place


def _words(heard: Heard) -> str:
    return (
        f"{heard.port} ({heard.by})"
        if heard.setting is not None or heard.told
        else f"{heard.port} (as {heard.by} does by itself)"
    )


def _related(users: list[Use], first: Use, said: tuple[Heard, ...]) -> Iterator[Related]:
    for heard in said:
        if heard.setting is not None:
            yield Related(f"{heard.by} says where it listens", heard.setting.place, heard.setting.workload.id)
    for use in users:
        if use is not first:
            yield Related(f"{use.words} uses it, too", use.place, use.object)
