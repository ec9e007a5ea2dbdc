"""Commands that the container runtime runs as they are: of containers, of their exec probes and of their hooks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from mblint.cluster.cluster import Cluster
from mblint.cluster.objects import Container, TextAt, Workload
from mblint.cluster.pod_fields import container_fields, pod_fields
from mblint.cluster.remembered import remembered
from mblint.manifests.documents import Place
from mblint.regex import regex
from mblint.settings.arguments import SHELLS

READ_BY_SHELLS = SHELLS | frozenset(
    ("fish", "busybox", "su", "runuser", "sudo", "ssh", "script", "watch", "chroot", "pwsh")
)
_IS_C = regex(r"-[a-zA-Z]*c")
_WINDOWS = ("cmd", "powershell")
_LONGEST = 60  # characters of a word in a sentence


class DirectCommand(Struct, frozen=True):
    """A command. `where`: "command", "livenessProbe", "preStop". `place`: the mapping whose `command` it is.

    `first_args`: which of its words is the first of the container's args; None where it has none.
    """

    workload: Workload
    container: Container
    where: str
    words: tuple[TextAt, ...]
    place: Place
    first_args: int | None = None

    @property
    def program(self) -> str:
        """The base name of its first word."""
        return posixpath.basename(self.words[0].text)

    @property
    def has_shell(self) -> bool:
        """Whether a shell may read the words: one of them is a shell, or a program that starts one."""
        return any(posixpath.basename(word.text.split(" ")[0]) in READ_BY_SHELLS for word in self.words)

    @property
    def script(self) -> int | None:
        """Which of its words is the script that a shell is given behind -c; None where the program is no shell."""
        if self.program not in SHELLS or is_for_windows(self.words[0].text):
            return None
        has_c, at = False, 1
        while at < len(self.words):
            text = self.words[at].text
            if text in ("-o", "+o", "-O", "+O"):
                at += 1
            elif not text.startswith(("-", "+")):
                return at if has_c else None
            has_c |= _IS_C.fullmatch(text) is not None
            at += 1
        return None

    @property
    def is_script(self) -> bool:
        """Whether it is a script, which may hand its words to a shell."""
        return self.program.endswith((".sh", ".bash")) or "entrypoint" in self.program


@remembered
def direct_commands(cluster: Cluster) -> tuple[DirectCommand, ...]:
    """The commands that name their program, of all containers; none where the pods run on Windows."""
    return tuple(_found(cluster))


def _found(cluster: Cluster) -> Iterator[DirectCommand]:
    for workload in cluster.workloads:
        found = [one for container in workload.pod.containers for one in _of_container(workload, container)]
        if found and pod_fields(workload).node_selector.get("kubernetes.io/os") != "windows":
            yield from found


def _of_container(workload: Workload, container: Container) -> Iterator[DirectCommand]:
    if container.command is not None:
        yield DirectCommand(
            workload,
            container,
            "command",
            (*container.command, *(container.args or ())),
            container.place,
            len(container.command) if container.args else None,
        )
    for name, probe in (
        ("livenessProbe", container.liveness),
        ("readinessProbe", container.readiness),
        ("startupProbe", container.startup),
    ):
        if probe is not None and probe.command:
            yield _inside(workload, container, name, probe.command, probe.place.at("exec"))
    fields = container_fields(container)
    for name, hook in (("postStart", fields.post_start), ("preStop", fields.pre_stop)):
        if hook is not None and hook.command:
            yield _inside(workload, container, name, hook.command, hook.node.place.at("exec"))


def _inside(
    workload: Workload, container: Container, where: str, command: Sequence[str], place: Place
) -> DirectCommand:
    words = tuple(TextAt(text, place.at("command", index)) for index, text in enumerate(command))
    return DirectCommand(workload, container, where, words, place)


def is_for_windows(word: str) -> bool:
    """Whether a program is one of Windows, which is started by one line of text."""
    name = word.rpartition("\\")[2].split(" ")[0].lower()
    return word[1:3] == ":\\" or name.endswith(".exe") or name in _WINDOWS


def shown(text: str) -> str:
    """A word as a sentence shows it."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
