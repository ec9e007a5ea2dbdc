"""The workers of a Dask cluster that runs already (`pip install 'mblint[dask]'`).

Content travels with its task, so the workers need no files of ours. What a worker that is lost had in hand, the
scheduler gives to another.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from mblint.fleet.build import build
from mblint.fleet.in_order import Pending
from mblint.fleet.lint_environment import AnotherBuild, failed, lint_or_say
from mblint.fleet.task import Task

_AHEAD = 3  # tasks in hand for each thread of the cluster
_SECONDS_TO_CONNECT = 15
_SECONDS_FOR_WORKERS = 30
_RETRIES = 2


class Unusable(Exception):
    """A cluster that cannot be used. `str()` is a sentence."""


class DaskCluster:
    """A cluster to which tasks are handed."""

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address

    @property
    def at_once(self) -> int:
        """As many as keep the cluster's threads busy, also of workers that came later."""
        threads: dict[str, int] = self._client.nthreads()
        return _AHEAD * max(1, sum(threads.values()))

    def submit(self, task: Task) -> Pending:
        """Hands a task to the scheduler. Not `pure`: equal tasks are the cache's concern."""
        return _Submitted(self._client.submit(lint_or_say, task, pure=False, retries=_RETRIES), task, self._address)

    def agree(self) -> None:
        """Raises Unusable where a worker has no mblint, or another one."""
        try:
            builds: dict[str, str] = self._client.run(build)
        except Exception as error:
            message = f"the workers of {self._address} cannot run mblint {build()} ({type(error).__name__}): install it"
            raise Unusable(f"{message} there, with the same version as here") from error
        for worker, other in sorted(builds.items()):
            if other != build():
                raise Unusable(f"the worker {worker} has mblint {other}, and here is {build()}: they must be the same")


class _Submitted(Struct, frozen=True):
    """A task in the hands of the scheduler."""

    future: Any
    task: Task
    address: str

    def result(self) -> bytes:
        """Waits for it, and lets the cluster forget it."""
        try:
            data: bytes = self.future.result()
        except AnotherBuild as error:
            told = f"a worker of {self.address} has another mblint, and they must be the same: {error}"
            raise Unusable(told) from error
        except Exception as error:
            return failed(self.task.content.name, f"the cluster gave it up: {type(error).__name__}")
        finally:
            self.future.release()
        return data


@contextmanager
def dask_cluster(address: str) -> Iterator[DaskCluster]:
    """The cluster of a scheduler, for as long as the block runs. Raises Unusable."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise Unusable("--scheduler needs Dask: pip install 'mblint[dask]'") from error
    try:
        client = distributed.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise Unusable(f"the scheduler {address} cannot be reached") from error
    try:
        try:
            client.wait_for_workers(1, timeout=_SECONDS_FOR_WORKERS)
        except TimeoutError as error:
            raise Unusable(f"the scheduler {address} has no workers") from error
        cluster = DaskCluster(client, address)
        cluster.agree()
        yield cluster
    finally:
        client.close()
