"""Measures what commands of exec probes cost: CPU seconds and wall seconds of one call.

    taskset -c 0 python benchmarks/models/commands.py FOLDER [COMMAND …]

The commands stand in `commands.yaml`; FOLDER holds an environment for each, as `programs.py` says it. Each is called
four times: the first fills the caches and does not count. `beside` is the server that it asks, which is started before,
and given `settles` seconds; its own CPU seconds do not count. What is printed stands, with the versions, in
`measured-commands.yaml`, which the rows of `probe-costs` are taken from.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import yaml
from real_software import control_group, cpu_seconds, free_port, started

_CALLS = 4


@dataclass(frozen=True, slots=True)
class Command:
    """A command. {bin}: its environment, {port} a free port, {home} an empty folder."""

    name: str
    environment: str
    command: str
    before: str = "true"
    beside: str | None = None
    settles: float = 20


COMMANDS = tuple(Command(**row) for row in yaml.safe_load(Path(__file__).with_name("commands.yaml").read_text()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("commands", nargs="*")
    options = parser.parse_args()
    for command in COMMANDS:
        if not options.commands or command.name in options.commands:
            print(_measured(command, options.folder), flush=True)


def _measured(command: Command, folder: Path) -> str:
    with tempfile.TemporaryDirectory() as home:
        paths = {"bin": folder.resolve() / f"v-{command.environment}" / "bin", "port": free_port(), "home": home}
        os.environ["HOME"] = home
        _call(command.before.format(**paths), home)
        server = None if command.beside is None else ["sh", "-c", f"cd {home} && exec {command.beside.format(**paths)}"]
        with nullcontext() if server is None else started(server, None):
            time.sleep(0 if server is None else command.settles)
            calls = [_call(command.command.format(**paths), home) for _ in range(_CALLS)][1:]
    used, seconds = (sorted(one[of] for one in calls) for of in (0, 1))
    ended = sorted({one[2] for one in calls})
    return (
        f"- {{command: {command.name}, cpu-seconds: [{', '.join(f'{one:.2f}' for one in used)}], "
        f"seconds: [{', '.join(f'{one:.2f}' for one in seconds)}], ended: {ended}}}"
    )


def _call(script: str, home: str) -> tuple[float, float, int]:
    """CPU seconds, wall seconds, and how it ended."""
    began = time.monotonic()
    with control_group(None) as group, started(["sh", "-c", f"cd {home} && {script}"], group) as process:
        while process.poll() is None:
            time.sleep(0.005)
        used = cpu_seconds(process.pid) if group is None else group.cpu_seconds()
        return used, time.monotonic() - began, process.returncode


if __name__ == "__main__":
    main()
