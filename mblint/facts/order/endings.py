"""Containers that never end where they must, and that end at once where they must not.

The containers of a pod start when its init containers have ended. A Job is complete when all its containers have. What
a Deployment runs is started anew whenever it ends.
Sources: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/;
https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers
"""

from __future__ import annotations

from collections.abc import Iterator

from mblint.cluster.helm_hooks import hook_events
from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.pod_fields import pod_fields
from mblint.facts.order.ended import ends_at_once
from mblint.facts.order.endings_table import proxies
from mblint.facts.order.own_waits import waits_for_its_own_pod
from mblint.facts.order.rows import Ending
from mblint.facts.software import programs_of
from mblint.facts.way.heard import is_of_its_makers
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.arguments import SHELLS
from mblint.software.images import reference
from mblint.software.network import Listens

_KEPT_RUNNING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
_JOBS = ("Job", "CronJob")
_FOREVER = regex(
    r"(?:^|[;\n]|&&|\bexec)\s*"
    r"(tail\s+(?:-n\s*\S+\s+|-c\s*\S+\s+)?(?:-\w*[fF]|--follow)\b[^\n;&|]*+"
    r"|sleep\s+(?:infinity|inf)\b)\s*+(?![&|])"
    r"|(?:^|[;\n]|&&)\s*((?:while\s+(?:true|:|\[\s*1\s*\])|until\s+false)\s*;?\s*\n?\s*do)\b"
)
_MAY_END = regex(
    r"(?<![\w-])(?:if|case|trap|kill|pkill|killall|break|exit|return|timeout|shutdown)(?![\w-])|\[\s*[-!]|\|\||done\s*&(?!&)"
)
_ENDS_OTHERS = regex(r"quitquitquit|(?<![\w-])(?:kill|pkill|killall|shutdown)(?![\w-])|/quit|/exit|/stop|terminat")
_LONGEST = 8192  # characters of a script


def endings(world: World) -> Iterator[Ending]:
    """A row for each such container, in the order of the workloads."""
    for workload in world.cluster.workloads:
        containers = workload.pod.containers
        for container in containers:
            because = None
            if container.role is ContainerRole.INIT:
                because = _never_ends(world, workload, container) or waits_for_its_own_pod(world, workload, container)
            if because is not None:
                yield _row(workload, container, because, "init-lasts")
        main = [container for container in containers if container.role is ContainerRole.MAIN]
        if workload.id.kind in _JOBS and len(main) > 1:
            yield from _of_job(world, workload, main)
        elif workload.id.kind in _KEPT_RUNNING:
            for container in main:
                if (ends := ends_at_once(container)) is not None:
                    yield _row(workload, container, ends, "ends")


def _of_job(world: World, workload: Workload, main: list[Container]) -> Iterator[Ending]:
    lasting = {container.name: because for container in main if (because := _never_ends(world, workload, container))}
    work = [container for container in main if container.name not in lasting]
    if not lasting or not work or pod_fields(workload).share_process_namespace:
        return
    if any(_ENDS_OTHERS.search(word.text) for container in main for word in container.words):
        return
    for container in main:
        if container.name in lasting:
            hook = bool(hook_events(workload))
            yield _row(workload, container, lasting[container.name], "job-lasts", work[0].name, hook=hook)


# ---------------------------------------------------------------- what never ends


def _never_ends(world: World, workload: Workload, container: Container) -> str | None:
    """Why a container goes on running until it is ended; None where it may end."""
    proxy = proxies().get(reference(container.image or "").name)
    if proxy is not None:
        asked = any(_ENDS_OTHERS.search(word.text) for word in container.words)
        return None if asked else f"{proxy.name} serves until it is ended"
    if container.command is None:
        return _is_server(world, workload, container)
    return _of_words(container)


def _is_server(world: World, workload: Workload, container: Container) -> str | None:
    first = container.args[0].text if container.args else "-"
    one = next((one for one in programs_of(world, workload) if one.container is container), None)
    if one is None or not first.startswith("-") or not one.running.program.has(Listens):
        return None
    serves = one.running.program.category != "tool" and is_of_its_makers(one.running)
    return f"{one.running.program.name} is a server, as its image starts it" if serves else None


def _of_words(container: Container) -> str | None:
    words = [word.text for word in container.words]
    program = words[0].rpartition("/")[2] if words else ""
    if program in SHELLS:
        script = next((word for word in words[1:] if not word.startswith(("-", "+"))), "")
        text = script if any("c" in word for word in words[1:] if word.startswith("-")) else ""
    else:
        text = " ".join([program, *words[1:]])
    if len(text) > _LONGEST or _MAY_END.search(text):
        return None
    found = _FOREVER.search(text)
    if found is None:
        return None
    says = "goes on for ever" if found[1] else "begins a loop that nothing ends"
    return f"`{' '.join((found[1] or found[2]).split())}` {says}"


def _row(
    workload: Workload, container: Container, because: str, verdict: str, work: str | None = None, *, hook: bool = False
) -> Ending:
    place = (container.command or container.args or (container,))[0].place
    return Ending(
        object=workload.id,
        container=container.name,
        place=container.place.at("image") if place is container.place else place,
        linted=workload.linted,
        because=because,
        work=work,
        hook=hook,
        verdict=verdict,
    )
