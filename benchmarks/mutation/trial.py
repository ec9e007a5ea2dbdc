"""Runs the tests against one mutant after the other: pytest collects them once, and forks for each mutant.

A mutant is tried by the tests that run its function. The quickest come first, and before them those that noticed the
last faults: the next fault is often near.
"""

from __future__ import annotations

import gc
import json
import os
import resource
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import _lru_cache_wrapper
from select import select

import pytest
from msgspec import Struct, convert, to_builtins
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

# mutmut's words for: no fault, but note which functions run; and every function that has mutants raises
SURVEY, EVERY_FAULT = "stats", "fail"
PROCESSOR_SECONDS = 90  # for all tests, of which they take about 40: what takes longer does not end
SURVEY_SECONDS = 900  # each test without what the ones before it left in caches
BYTES = 1 << 30
QUICK = 0.1  # seconds: a test that may come first for having noticed the last fault

_PASSED, _FAILED = 0, 1


class Run(Struct):
    """How long a test takes, and which functions that have mutants it runs."""

    seconds: float = 0.0
    functions: set[str] = set()


class Trial:
    """A pytest plugin that takes its loop over, and tells `report` of each mutant whether a test noticed it."""

    def __init__(self, mutants: Iterable[str], jobs: int, report: Callable[[str, bool], None]) -> None:
        self._mutants = mutants
        self._jobs = jobs
        self._report = report
        self._items: list[pytest.Item] = []
        self._runs: defaultdict[str, Run] = defaultdict(Run)  # by test
        self._running: dict[int, tuple[str, int]] = {}  # mutant and process, by the pipe it tells what it found
        self._pipe = -1  # in a child
        self._caches: list[_lru_cache_wrapper[object]] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = list(session.items)
        self._survey()
        for mutant in self._mutants:
            tests = self._tests_of(mutant)
            if not tests:
                self._report(mutant, False)
                continue
            self._fork(mutant, tests)
            if len(self._running) == self._jobs:
                self._await_one()
        while self._running:
            self._await_one()
        return True

    def _survey(self) -> None:
        """Without a fault all tests pass, and where every function raises one fails. Puts the quick ones first."""
        self._caches = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
        self._fork(SURVEY, self._items)
        _, noticed, found = self._result()
        if noticed:
            raise pytest.UsageError(f"without any fault, this test fails: {found}")
        self._caches = []
        self._runs.update(convert(found, dict[str, Run]))
        self._items.sort(key=lambda item: self._runs[item.nodeid].seconds)
        self._fork(EVERY_FAULT, self._items)
        if not self._result()[1]:
            raise pytest.UsageError("these tests do not run the code with the faults")

    def _tests_of(self, mutant: str) -> list[pytest.Item]:
        function, _, _ = mutant.partition("__mutmut_")
        return [item for item in self._items if function in self._runs[item.nodeid].functions]

    def _await_one(self) -> None:
        mutant, noticed, test = self._result()
        if isinstance(test, str) and self._runs[test].seconds < QUICK:
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

    def _fork(self, mutant: str, tests: list[pytest.Item]) -> None:
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            self._running[reading] = mutant, process
            return
        status = _FAILED
        try:
            self._pipe = writing
            self._try(mutant, tests)
            if mutant == SURVEY:
                self._tell(to_builtins(self._runs))
            status = _PASSED
        finally:
            os._exit(status)

    def _try(self, mutant: str, tests: list[pytest.Item]) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        seconds = SURVEY_SECONDS if mutant == SURVEY else PROCESSOR_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        set_mutant_under_test(mutant)
        for item, following in zip(tests, [*tests[1:], None], strict=True):
            for cache in self._caches:  # so that each test is seen to run all that it needs
                cache.cache_clear()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Ends the child with the first failure, before pytest describes it, which takes longer than the test."""
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            self._tell(item.nodeid)
            os._exit(_FAILED)
        run = self._runs[item.nodeid]
        self._runs[item.nodeid] = Run(run.seconds + call.duration, run.functions | state()._stats)
        state()._stats.clear()

    def _tell(self, found: object) -> None:
        with open(self._pipe, "w", encoding="utf-8") as pipe:
            pipe.write(json.dumps(found))
