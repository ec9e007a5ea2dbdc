"""Starts real servers and workers, and measures what they cost: CPU seconds and memory of the whole process tree.

CPU seconds are those of a control group of its own where this machine lets one be made (Linux, root; version 1 or 2),
which can also be given a CPU quota. Else they are read from /proc, in steps of 10 ms, without a quota. Memory is the
sum of the proportional set sizes (PSS).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

APPS = Path(__file__).parent / "apps"
_TICKS = os.sysconf("SC_CLK_TCK")
_PERIOD = 100_000  # microseconds
_SHY = 5.0  # seconds after which no further worker is waited for


@dataclass(frozen=True, slots=True)
class Cost:
    """What a start cost. `seconds`: from the start until every worker was there. `cpu_seconds`, `mib`: of the tree."""

    seconds: float
    cpu_seconds: float
    mib: float


@dataclass(frozen=True, slots=True)
class Subject:
    """A runtime with an application: how it is started with so many workers, and whether it answers requests."""

    runtime: str
    app: str  # the class of the models' rows that it is like
    command: tuple[str, ...]  # {n}: workers, {port}: a free port
    serves: bool = True

    def words(self, workers: int, port: int) -> list[str]:
        """The command, run by this Python."""
        return [sys.executable, "-m", *(word.format(n=workers, port=port) for word in self.command)]


_UVICORN = ("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--workers", "{n}", "--log-level", "error")
_GUNICORN = ("gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "{n}", "--log-level", "error")
_HYPERCORN = ("hypercorn", "--bind", "127.0.0.1:{port}", "--workers", "{n}", "--log-level", "error")
_GRANIAN = ("granian", "--host", "127.0.0.1", "--port", "{port}", "--workers", "{n}", "--no-log")
_CELERY = ("worker", "--concurrency", "{n}", "--without-mingle", "--without-gossip", "--loglevel", "ERROR")

SUBJECTS = (
    Subject("uvicorn", "hello", (*_UVICORN, "hello:asgi")),
    Subject("uvicorn", "fastapi", (*_UVICORN, "hello_fastapi:app")),
    Subject("uvicorn", "django", (*_UVICORN, "--lifespan", "off", "hello_django:asgi")),
    Subject("gunicorn", "hello", (*_GUNICORN, "hello:wsgi")),
    Subject("gunicorn", "django", (*_GUNICORN, "hello_django:wsgi")),
    Subject("gunicorn-preload", "hello", (*_GUNICORN, "--preload", "hello:wsgi")),
    Subject("gunicorn-preload", "django", (*_GUNICORN, "--preload", "hello_django:wsgi")),
    Subject("hypercorn", "hello", (*_HYPERCORN, "hello:asgi")),
    Subject("hypercorn", "django", (*_HYPERCORN, "hello_django:asgi")),
    Subject("granian", "hello", (*_GRANIAN, "--interface", "asginl", "hello:asgi")),
    Subject("granian", "django", (*_GRANIAN, "--interface", "asginl", "hello_django:asgi")),
    Subject("celery", "hello", ("celery", "-A", "hello_celery", *_CELERY), serves=False),
    Subject("celery", "django", ("celery", "-A", "django_celery", *_CELERY), serves=False),
)


def measure(subject: Subject, workers: int, quota: float | None = None, patience: float = 120) -> Cost:
    """Starts the subject with so many workers and measures until each has served once, or, for celery, is forked.

    `quota`: CPUs, where `can_limit()`. Raises TimeoutError after `patience` seconds.
    """
    port = free_port()
    with control_group(quota) as group, started(subject.words(workers, port), group) as process:
        began = time.monotonic()
        answered: set[str] = set()
        since: float | None = None  # the first answer
        while not _is_up(subject, workers, port, process, answered):
            since = since or (time.monotonic() if answered else None)
            if since is not None and time.monotonic() - since > _SHY:
                break  # one worker takes every connection; the others are as warm as they get
            if process.poll() is not None:
                raise RuntimeError(f"{subject.runtime} with {subject.app} ended with {process.returncode}")
            if time.monotonic() - began > patience:
                raise TimeoutError(f"{subject.runtime} with {subject.app} and {workers} workers is not up")
            time.sleep(0.03)
        seconds = time.monotonic() - began
        used = cpu_seconds(process.pid) if group is None else group.cpu_seconds()
        time.sleep(0.3)
        return Cost(seconds, used, sum(pss(pid) for pid in tree(process.pid)))


# ---------------------------------------------------------------- is it up?


def _is_up(subject: Subject, workers: int, port: int, process: subprocess.Popen[bytes], answered: set[str]) -> bool:
    if not subject.serves:
        # The master forks its children when it has imported the application, and sleeps when all are there.
        processes = tree(process.pid)
        return len(processes) >= workers + 1 and all(_sleeps(pid) for pid in processes) and pss(process.pid) > 0
    answered |= _answers(port, 4 * workers)
    return len(answered) >= workers


def _answers(port: int, requests: int) -> set[str]:
    """The different workers that answered; each says its process id."""
    with ThreadPoolExecutor(requests) as pool:
        return {answer for answer in pool.map(lambda _: _answer(port), range(requests)) if answer}


def _answer(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return str(response.read(), "ascii")
    except (urllib.error.URLError, OSError):
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------- processes


@contextmanager
def started(words: Sequence[str], group: Group | None) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WEB_CONC", "PYTHON"))}
    process = subprocess.Popen(
        words if group is None else group.entering(words),
        cwd=APPS,
        env={**environment, "PYTHONPATH": str(APPS)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for pid in reversed(tree(process.pid)):
            _end(pid)
        process.wait()


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def tree(root: int) -> list[int]:
    """A process and its descendants."""
    found = [root]
    for pid in found:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _sleeps(pid: int) -> bool:
    return _stat(pid)[:1] == ["S"]


def cpu_seconds(root: int) -> float:
    """User and system time of the tree, with the children that have ended."""
    return sum(sum(int(ticks) for ticks in _stat(pid)[11:15]) for pid in tree(root)) / _TICKS


def pss(pid: int) -> float:
    """MiB."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return 0.0


# ---------------------------------------------------------------- control groups


@dataclass(frozen=True, slots=True)
class Group:
    """A control group, in the folders of its controllers."""

    folders: tuple[Path, ...]
    usage: Path
    per_second: float

    def entering(self, words: Sequence[str]) -> list[str]:
        """A command that goes into the group before it becomes the given one."""
        into = "".join(f"echo $$ > {folder}/cgroup.procs; " for folder in self.folders)
        return ["sh", "-c", into + 'exec "$@"', "sh", *words]

    def cpu_seconds(self) -> float:
        """What the group has used so far."""
        text = self.usage.read_text()
        number = text.split("usage_usec", 1)[1].split()[0] if "usage_usec" in text else text
        return int(number) / self.per_second


def can_limit() -> bool:
    """Whether this machine lets a control group be made."""
    try:
        with control_group(None) as group:
            return group is not None
    except OSError:
        return False


@contextmanager
def control_group(quota: float | None) -> Iterator[Group | None]:
    root = Path("/sys/fs/cgroup")
    name = f"mblint-models-{os.getpid()}"
    version_1 = (root / "cpu" / name, root / "cpuacct" / name)
    version_2 = (root / name,)
    folders = version_1 if (root / "cpu").is_dir() else version_2
    try:
        for folder in folders:
            folder.mkdir()
    except OSError:
        yield None
        return
    try:
        if folders is version_1:
            if quota is not None:
                (folders[0] / "cpu.cfs_period_us").write_text(str(_PERIOD))
                (folders[0] / "cpu.cfs_quota_us").write_text(str(int(quota * _PERIOD)))
            yield Group(folders, folders[1] / "cpuacct.usage", 1e9)
        else:
            if quota is not None:
                (folders[0] / "cpu.max").write_text(f"{int(quota * _PERIOD)} {_PERIOD}")
            yield Group(folders, folders[0] / "cpu.stat", 1e6)
    finally:
        _remove(folders)


def _remove(folders: Sequence[Path]) -> None:
    """A group can go when its last process is gone, which takes a moment."""
    for folder in folders:
        for _ in range(100):
            try:
                folder.rmdir()
                break
            except OSError:
                time.sleep(0.02)
