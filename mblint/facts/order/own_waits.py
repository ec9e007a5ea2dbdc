"""Init containers that wait for an answer of their own pod, in which nothing runs before they have ended.

`until pg_isready -h localhost` was written where the database ran beside the program; in an init container only those
before it have run, and all of them have ended, but for sidecars (`restartPolicy: Always`).
Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/
"""

from __future__ import annotations

from mblint.cluster.objects import Container, ContainerRole, Workload
from mblint.cluster.secrets import reveal
from mblint.facts.told import settings_of
from mblint.facts.way.listeners import has_sidecar
from mblint.facts.world import World
from mblint.regex import regex
from mblint.settings.client_table import clients
from mblint.settings.names import Origin
from mblint.settings.rows import Setting
from mblint.software.images import reference

_OWN = regex(r"(?:\w+://)?(?:[^@/\s]*@)?(localhost|127\.\d+\.\d+\.\d+|\[::1\]):(\d{1,5})(?:/\S*)?")
_WAITERS = regex(r"(?:^|/)(?:wait[-_]for(?:[-_]\w+)*|wait4x|dockerize)(?:\.sh)?$")
_LOOPS = regex(r"(?<![\w-])(?:until|while)\s")
_STARTS = regex(
    r"(?<![&>|])&(?![&>\d])|(?<![\w-])(?:start|--daemon(?:ize)?|-D|supervisord|kubectl|docker|ssh|break)(?![\w-])"
    r"|exit\s+0|\|\|\s*true"
)
_OF_MESHES = range(15000, 15100)


def waits_for_its_own_pod(world: World, workload: Workload, container: Container) -> str | None:
    """What an init container waits for in vain, as a clause; None where nobody can tell."""
    before = workload.pod.containers[: workload.pod.containers.index(container)]
    alone = all(one.role is ContainerRole.INIT for one in before if one.role is not ContainerRole.MAIN)
    if not alone or workload.pod.host_network or has_sidecar(workload):
        return None
    text = "\n".join(word.text for word in container.words)
    if _STARTS.search(text):
        return None
    for setting in settings_of(world, workload, container):
        found = _OWN.fullmatch("" if setting.value is None or setting.secret else reveal(setting.value))
        if found is None or int(found[2]) in _OF_MESHES or setting.origin is not Origin.ARGUMENT:
            continue
        program = _waiter(world, container, setting, text)
        if program is not None:
            return f"`{program}` waits for {found[1]}:{found[2]}, and nothing else of its pod runs before it has ended"
    return None


def _waiter(world: World, container: Container, setting: Setting, text: str) -> str | None:
    """The program that asks again and again."""
    program = setting.key.partition(" ")[0]
    if program == "args" and container.command is None and container.image is not None:
        program = reference(container.image).path
    if _WAITERS.search(program):
        return program.rpartition("/")[2]
    loops = program in clients(world.programs) and _LOOPS.search(text) is not None
    return program if loops else None
