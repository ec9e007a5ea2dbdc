"""Starts real programs, and holds what they do against what their software files say.

Usage: python benchmarks/software/measure.py ROOT NPM PYPI [SOFTWARE…] > benchmarks/software/measured.yaml

ROOT: where the packages of programs.yaml were unpacked (apt-get download; dpkg -x). NPM, PYPI: the folders of programs
that npm install and pip install made. SOFTWARE: only these.

Of each program it says on which ports it listens, which of them its file knows, what its health paths answer, what it
wrote, and how many seconds passed until the first port opened.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from signal import SIGTERM
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import yaml

from mblint.software.images import reference
from mblint.software.network import Health, Listens
from mblint.software.program import running
from mblint.software.programs import shipped_programs

ROWS = Path(__file__).parent / "programs.yaml"
LONGEST = 180  # seconds until a port must be open
LISTENING = "0A"  # of a socket, in /proc/net/tcp


def main(root: Path, npm: Path, pypi: Path, *only: str) -> None:
    """One measurement a row, printed as YAML."""
    libraries = ":".join(sorted({str(path.parent) for path in root.rglob("*.so*")}))
    measured = []
    for row in yaml.safe_load(ROWS.read_text()):
        if only and row["software"] not in only:
            continue
        with tempfile.TemporaryDirectory() as data:
            command = [word.format(root=root, npm=npm, pypi=pypi, data=data) for word in row["run"]]
            measured.append(_measured(row, command, Path(data), {**os.environ, "LD_LIBRARY_PATH": libraries}))
    print(yaml.safe_dump(measured, sort_keys=False, allow_unicode=True, width=120), end="")


def _measured(row: dict[str, str], command: list[str], data: Path, environment: dict[str, str]) -> dict[str, object]:
    began = time.monotonic()
    with subprocess.Popen(
        command, cwd=data, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            seconds = _until_open(process, began)
            time.sleep(2)  # further ports, first files
            ports = sorted(_ports(process.pid))
            written = sorted(str(path.relative_to(data)) for path in data.iterdir())[:5]
            return {
                "software": row["software"],
                "from": row["from"],
                "told": row["told"],
                "listens": ports,
                "file": _known_ports(row),
                "health": _answers(row, ports),
                "wrote": written,
                "seconds": None if seconds is None else round(seconds, 1),
            }
        finally:
            for member in reversed(list(_family(process.pid))):
                with suppress(ProcessLookupError):
                    os.kill(member, SIGTERM)


def _until_open(process: subprocess.Popen[bytes], began: float) -> float | None:
    while time.monotonic() - began < LONGEST and process.poll() is None:
        if _ports(process.pid):
            return time.monotonic() - began
        time.sleep(0.05)
    return None


def _ports(pid: int) -> set[int]:
    """The TCP ports on which a process listens, or one that it started."""
    sockets = {socket for member in _family(pid) for socket in _sockets(member)}
    found = set()
    for table in (f"/proc/{pid}/net/tcp", f"/proc/{pid}/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:] if Path(table).exists() else ():
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in sockets:
                found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def _family(pid: int) -> Iterator[int]:
    """A process and those that came of it."""
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        yield from _family(int(child))


def _sockets(pid: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target.removeprefix("socket:[").rstrip("]")


def _known_ports(row: dict[str, str]) -> list[int]:
    programs = shipped_programs()
    known = programs.of_image(row["image"])
    if known is None:
        return []
    return sorted({entry.port for entry in running(known.program, reference(row["image"])).entries(Listens)})


def _answers(row: dict[str, str], ports: list[int]) -> dict[str, int]:
    """What the health paths of the file answer: the best status of all ports."""
    known = shipped_programs().of_image(row["image"])
    found = {}
    for entry in known.entries(Health) if known is not None else ():
        statuses = [status for port in ports if (status := _status(port, entry.path)) is not None]
        found[entry.path] = min(statuses, default=0)
    return found


def _status(port: int, path: str) -> int | None:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (HTTPException, URLError, OSError, ValueError):
        return None


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), *sys.argv[4:])
