"""Whether a container starts the program of its image as the image itself does.

What software files say of settings and folders is about the program, started by its image's entry point. Another
command (a shell, a client, a wrapper) may need less, or be told otherwise.
"""

from __future__ import annotations

from mblint.cluster.objects import Container, ContainerRole
from mblint.facts.software import RunningProgram
from mblint.facts.way.heard import is_of_its_makers
from mblint.software.running import Client

_SHELLS = frozenset(("sh", "bash", "ash", "dash", "env", "sleep", "tail", "cat", "echo", "true"))


def other_start(one: RunningProgram) -> str | None:
    """Why a container may run something else than its image's program; None where it runs that."""
    container = one.container
    if not is_of_its_makers(one.running):
        return "the image may be somebody's own build of it"
    if container.role is ContainerRole.INIT or not one.workload.lasting:
        return "it runs to its end, and may not start the program"
    if container.command is not None:
        return "its command is not the image's"
    first = container.args[0].text if container.args else ""
    program = first.rpartition("/")[2]
    clients = {name for client in one.running.program.entries(Client) for name in client.programs}
    if program in _SHELLS or program in clients or (" " in first.strip() and not first.startswith("-")):
        return "its arguments start another program"
    return None


def is_filled_elsewhere(container: Container) -> bool:
    """Whether something outside the render may add to its environment: references that may be absent from it."""
    return any(source.optional for source in container.env_from)
