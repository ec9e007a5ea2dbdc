"""Measures whole programs of package registries: CPU seconds until they answer, and memory then and after 200 requests.

    python benchmarks/models/programs.py FOLDER [PROGRAM …]

The programs stand in `programs.yaml`. FOLDER holds an environment for each (`python -m venv FOLDER/v-NAME`, and the
package in it; for npm, `bin` links to `node_modules/.bin`; for Debian's packages, to what they install). A program is
started with an empty folder as its home and as its place of work; it counts as up at its first answer, whatever the
answer is (a redirect to a sign-in, too). Programs that answer nobody are given the time that they need to fall still.
What is printed stands, with the versions, in `measured-applications.yaml`, which the rows of `rules/` are taken from.
"""

from __future__ import annotations

import argparse
import http.client
import os
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml
from real_software import control_group, cpu_seconds, free_port, pss, started, tree

_PATIENCE = 240  # seconds
_REQUESTS = 200
_STILL, _QUIET = 2.0, 0.05  # so many seconds with no more CPU seconds than that


@dataclass(frozen=True, slots=True)
class Whole:
    """A program. `command`: {bin} its environment, {port} a free port, {n} workers, {home} an empty folder.

    `before`: what makes its configuration. `path`: None where it answers nobody. `settles`: seconds until its memory is
    looked at, where there are workers that nobody asks.
    """

    name: str
    environment: str
    command: str
    before: str = "true"
    path: str | None = "/"
    workers: tuple[int, ...] = (1,)
    settles: float = 0


PROGRAMS = tuple(Whole(**row) for row in yaml.safe_load(Path(__file__).with_name("programs.yaml").read_text()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("programs", nargs="*")
    options = parser.parse_args()
    for program in PROGRAMS:
        if not options.programs or program.name in options.programs:
            for workers in program.workers:
                print(_measured(program, options.folder, workers), flush=True)


def _measured(program: Whole, folder: Path, workers: int) -> str:
    port = free_port()
    with tempfile.TemporaryDirectory() as home, control_group(None) as group:
        script = f"cd {home} && exec {made(program, folder, workers, port, home)}"
        with started(["sh", "-c", script], group) as process:
            answered = waits_for(program, port, process)
            used = cpu_seconds(process.pid) if group is None else group.cpu_seconds()
            idle = sum(pss(pid) for pid in tree(process.pid))
            for _ in range(_REQUESTS if answered else 0):
                answers(port, program.path or "/")
            time.sleep(program.settles)
            mib = sum(pss(pid) for pid in tree(process.pid))
            state = "" if answered or program.path is None else ", answers: never"
    took = f"cpu-seconds: {used:.2f}, idle-mib: {idle:.0f}, mib: {mib:.0f}"
    return f"- {{program: {program.name}, workers: {workers}, {took}{state}}}"


def made(program: Whole, folder: Path, workers: int, port: int, home: str) -> str:
    """The command that starts a program, whose configuration has been made."""
    paths = {"bin": folder.resolve() / f"v-{program.environment}" / "bin", "port": port, "home": home, "n": workers}
    os.environ["HOME"] = home
    _run(program.before.format(**paths), home)
    return program.command.format(**paths)


def _run(script: str, home: str) -> None:
    with started(["sh", "-c", f"cd {home} && {script}"], None) as process:
        process.wait()


def waits_for(program: Whole, port: int, process: subprocess.Popen[bytes]) -> bool:
    """Until it answers; or, where it answers nobody, until it is quiet; or until it has ended."""
    began, last, since = time.monotonic(), 0.0, time.monotonic()
    while time.monotonic() - began < _PATIENCE and process.poll() is None:
        if program.path is not None:
            if answers(port, program.path):
                return True
        elif (used := cpu_seconds(process.pid)) > last + _QUIET:
            last, since = used, time.monotonic()
        elif time.monotonic() - since > _STILL:
            return False
        time.sleep(0.05)
    return False


def answers(port: int, path: str) -> bool:
    """Whether it answers a request, and not with an error of its own."""
    with suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path)
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    return False


if __name__ == "__main__":
    main()
