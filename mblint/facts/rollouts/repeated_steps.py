"""Commands of init containers that fail when they run a second time.

Init containers run again when the pod's sandbox is made anew, and with every new pod over a claim; what they left on
the volume is still there (Kubernetes, "Init Containers": they should be idempotent). `mkdir` without -p and `ln -s`
without -f then fail (POSIX.1-2017, mkdir, ln), and so does `git clone` into a folder that is not empty
(https://github.com/git/git/commit/d45420c1c8612f085f1901c33ff6f0ccfbb72d3b). Where the shell stops at errors the pod
never starts again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mblint.cluster.objects import Container, ContainerRole, Mount, Workload
from mblint.facts.plain_scripts import PlainScript, plain_script
from mblint.facts.rollouts.rows import RepeatedStep
from mblint.facts.world import World

_BETTER = {
    "mkdir": "mkdir -p",
    "ln": "ln -sf",
    "git": "git -C FOLDER pull, where FOLDER/.git exists",
}
_SAYS = {"git": "destination path already exists and is not an empty directory"}


def repeated_steps(world: World) -> Iterator[RepeatedStep]:
    """A row for each command of an init container that cannot be run twice over its volume."""
    for workload in world.cluster.workloads:
        if workload.lasting:
            for container in workload.pod.containers:
                if container.role is ContainerRole.INIT and (script := plain_script(container)) is not None:
                    yield from _rows(workload, container, script)


def _rows(workload: Workload, container: Container, script: PlainScript) -> Iterator[RepeatedStep]:
    for command in script.commands:
        text = f"git {command.text}" if _is_git(container) and command.text.startswith("clone ") else command.text
        path = _made(text) if command.ends_it else None
        mount = None if path is None else _mount_of(container, path, itself=text.startswith("git"))
        keeps = None if mount is None else _keeps(workload, mount)
        if path is not None and mount is not None and keeps is not None:
            yield RepeatedStep(
                object=workload.id,
                container=container.name,
                place=script.place,
                linted=workload.linted,
                command=text if len(text) <= 80 else f"{text[:77]}…",
                path=path,
                volume=mount.volume,
                keeps=keeps,
                says=_SAYS.get(text.split()[0], "File exists"),
                better=_BETTER[text.split()[0]],
            )


def _is_git(container: Container) -> bool:
    """Whether its image starts git, and its arguments follow."""
    image = (container.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    return container.command is None and image == "git"


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
    elif words[:2] == ["git", "clone"] and len(paths) > 2:
        path = paths[-1].rstrip("/")
    else:
        return None
    return path if path.startswith("/") and "$" not in path and not path.endswith("/") else None


def _mount_of(container: Container, path: str, *, itself: bool) -> Mount | None:
    """The mount below which a path lies; the mount itself, which exists, only for who fills it."""
    above = [
        mount
        for mount in container.mounts
        if (itself or path != mount.mount_path.rstrip("/")) and PurePosixPath(path).is_relative_to(mount.mount_path)
    ]
    return max(above, key=lambda mount: len(mount.mount_path), default=None)


def _keeps(workload: Workload, mount: Mount) -> bool | None:
    """True for what outlives the pod, False for what lives as long as it; None for what is made anew."""
    if any(template.name == mount.volume for template in workload.claims):
        return True
    volume = workload.pod.volumes.get(mount.volume)
    if volume is None:
        return None
    if volume.claim or volume.kind in ("hostPath", "nfs"):
        return True
    return False if volume.kind == "emptyDir" else None
