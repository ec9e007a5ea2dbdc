"""Signals while render commands run."""

from __future__ import annotations

import os
import signal
import weakref
from concurrent.futures import Future
from threading import Timer

import pytest

from mblint.cli.child import Outcome
from mblint.cli.children import Children, heeding_signals, outcome_of
from mblint.cli.exit_codes import Stopped


class _Thing:
    """Something that can be finalized."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_while_python_tidies_up_is_heeded_all_the_same(number: signal.Signals) -> None:
    came: list[str] = []

    def finalizer(_: object) -> None:
        came.append("before")
        os.kill(os.getpid(), number)
        came.append("after")

    def run() -> None:
        with heeding_signals():
            thing = _Thing()
            watched.append(weakref.ref(thing, finalizer))
            del thing  # what its finalizer raises, Python drops
            came.append("went on")

    watched: list[weakref.ref[_Thing]] = []
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stopped:
        run()
    assert came == ["before", "went on"]
    assert stopped.value.code == 128 + number
    assert signal.getsignal(number) is before


def test_commands_end_with_such_a_signal_too() -> None:
    failures: list[str | None] = []

    def run() -> None:
        with Children(1) as children:
            running = children.start(["sleep", "60"], None)
            children.noted.append(signal.SIGTERM)  # as where it was raised in a finalizer
            failures.append(outcome_of(running).failure)

    with pytest.raises(Stopped) as stopped:
        run()
    assert (failures, stopped.value.code) == (["sleep was stopped"], 143)


def test_within_another_block_signals_are_the_outer_ones() -> None:
    def inner() -> None:
        with heeding_signals():
            os.kill(os.getpid(), signal.SIGTERM)

    def outer() -> None:
        with heeding_signals() as noted:
            try:
                inner()
            finally:
                seen.extend(noted)

    seen: list[int] = []
    with pytest.raises(Stopped):
        outer()
    assert seen == [signal.SIGTERM]


def test_whoever_waits_for_a_command_gets_what_it_printed() -> None:
    running: Future[Outcome] = Future()
    outcome = Outcome(b"kind: Service", None)
    Timer(0.3, running.set_result, [outcome]).start()
    assert outcome_of(running) is outcome
