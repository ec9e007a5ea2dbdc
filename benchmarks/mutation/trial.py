"""Runs the tests against one mutant after the other: pytest collects them once, and forks for each mutant.

The quickest tests come first, and before them those that noticed the last faults: the next fault is often near.
"""

from __future__ import annotations

import json
import os
import resource
from collections import defaultdict
from collections.abc import Callable, Iterable
from select import select

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test

NO_FAULT = "none"
EVERY_FAULT = "fail"  # mutmut's word for: every function that has mutants raises
PROCESSOR_SECONDS = 120  # for all tests: what takes longer does not end
BYTES = 4 << 30
QUICK = 0.1  # seconds: a test that may come first for having noticed the last fault

_PASSED, _FAILED = 0, 1


class Trial:
    """A pytest plugin that takes its loop over, and tells `report` of each mutant whether a test noticed it."""

    def __init__(self, mutants: Iterable[str], jobs: int, report: Callable[[str, bool], None]) -> None:
        self._mutants = mutants
        self._jobs = jobs
        self._report = report
        self._items: list[pytest.Item] = []
        self._slow: set[str] = set()
        self._running: dict[int, tuple[str, int]] = {}  # mutant and process, by the pipe it tells what it found
        self._pipe = -1  # in a child
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = list(session.items)
        self._check_the_tests()
        for mutant in self._mutants:
            self._fork(mutant)
            if len(self._running) == self._jobs:
                self._await_one()
        while self._running:
            self._await_one()
        return True

    def _check_the_tests(self) -> None:
        """Without a fault all pass, and where every function raises one fails. Puts the quick ones first."""
        self._fork(NO_FAULT)
        _, noticed, found = self._result()
        if noticed or not isinstance(found, dict):
            raise pytest.UsageError(f"without any fault, this test fails: {found}")
        self._items.sort(key=lambda item: found[item.nodeid])
        self._slow = {test for test, seconds in found.items() if seconds > QUICK}
        self._fork(EVERY_FAULT)
        if not self._result()[1]:
            raise pytest.UsageError("these tests do not run the code with the faults")

    def _await_one(self) -> None:
        mutant, noticed, test = self._result()
        if noticed and test is not None and test not in self._slow:
            self._items.sort(key=lambda item: item.nodeid != test)
        self._report(mutant, noticed)

    def _result(self) -> tuple[str, bool, object]:
        """Mutant, whether a test noticed it, and what the child found. None: it was stopped for taking too much."""
        (pipe, *_), _, _ = select(self._running, (), ())
        mutant, process = self._running.pop(pipe)
        with open(pipe, encoding="utf-8") as found:
            text = found.read()
        _, status = os.waitpid(process, 0)
        return mutant, status != _PASSED, json.loads(text) if text else None

    # ------------------------------------------------------------ in the child

    def _fork(self, mutant: str) -> None:
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            self._running[reading] = mutant, process
            return
        status = _FAILED
        try:
            self._pipe = writing
            self._run_the_tests(mutant)
            if mutant == NO_FAULT:
                self._tell(self._seconds)
            status = _PASSED
        finally:
            os._exit(status)

    def _run_the_tests(self, mutant: str) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        set_mutant_under_test(mutant)
        for item, following in zip(self._items, [*self._items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Ends the child with the first failure, before pytest describes it, which takes longer than the test."""
        self._seconds[item.nodeid] += call.duration
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            self._tell(item.nodeid)
            os._exit(_FAILED)

    def _tell(self, found: object) -> None:
        os.write(self._pipe, json.dumps(found).encode())
