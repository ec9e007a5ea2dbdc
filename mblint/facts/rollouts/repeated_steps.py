"""Commands of init containers that fail when they run a second time.

Init containers run again when the pod's sandbox is made anew, and with every new pod over a claim; what they left on
the volume is still there (Kubernetes, "Init Containers": they should be idempotent). `mkdir` without -p and `ln -s`
without -f then fail (POSIX.1-2017, mkdir, ln), and where the shell stops at errors the pod never starts again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mblint.cluster.objects import Container, ContainerRole, Mount, Volume, Workload
from mblint.facts.plain_scripts import PlainScript, plain_script
from mblint.facts.rollouts.rows import RepeatedStep
from mblint.facts.world import World


def repeated_steps(world: World) -> Iterator[RepeatedStep]:
    """A row for each command of an init container that cannot be run twice over its volume."""
    for workload in world.cluster.workloads:
        if workload.lasting:
            for container in workload.pod.containers:
                if container.role is ContainerRole.INIT and (script := plain_script(container)) is not None:
                    yield from _rows(workload, container, script)


def _rows(workload: Workload, container: Container, script: PlainScript) -> Iterator[RepeatedStep]:
    for command in script.commands:
        path = _made(command.text) if command.ends_it else None
        mount = None if path is None else _mount_of(container, path)
        volume = None if mount is None else workload.pod.volumes.get(mount.volume)
        if path is not None and volume is not None and _keeps(workload, volume) is not None:
            yield RepeatedStep(
                object=workload.id,
                container=container.name,
                place=script.place,
                linted=workload.linted,
                command=command.text if len(command.text) <= 80 else f"{command.text[:77]}…",
                path=path,
                volume=volume.name,
                keeps=_keeps(workload, volume) is True,
                better="mkdir -p" if command.text.startswith("mkdir") else "ln -sf",
            )


def _made(command: str) -> str | None:
    """The path that a command makes, and fails to make twice; None for any other command."""
    words = command.replace('"', "").replace("'", "").split()
    options = [word for word in words[1:] if word.startswith("-")]
    paths = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] == ["mkdir"] and paths and not any("p" in option for option in options):
        path = paths[-1]
    elif words[:1] == ["ln"] and len(paths) == 2 and any("s" in each for each in options):
        if any("f" in option for option in options):
            return None
        path = paths[1]
    else:
        return None
    return path if path.startswith("/") and "$" not in path and not path.endswith("/") else None


def _mount_of(container: Container, path: str) -> Mount | None:
    """The mount below which a path lies; not the mount itself, which exists."""
    above = [
        mount
        for mount in container.mounts
        if path != mount.mount_path.rstrip("/") and PurePosixPath(path).is_relative_to(mount.mount_path)
    ]
    return max(above, key=lambda mount: len(mount.mount_path), default=None)


def _keeps(workload: Workload, volume: Volume) -> bool | None:
    """True for what outlives the pod, False for what lives as long as it; None for what is made anew."""
    if volume.claim or volume.kind in ("hostPath", "nfs"):
        return True
    return False if volume.kind == "emptyDir" else None
