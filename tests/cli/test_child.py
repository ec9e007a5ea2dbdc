"""What becomes of the command that `exec` runs, and of all that it started, when somebody wants an end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import environment

_RENDERS = "trap 'echo told > told; exit 0' TERM HUP INT; echo $$ > started; while :; do sleep 0.05; done"


def _exec(here: Path, script: str, *options: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "mblint", "exec", *options, "--", "sh", "-c", script]
    # Where these tests run in the background of a shell, signals may be ignored: the child is to have them again.
    heeds = (
        "import os, signal, sys\n"
        "for number in (1, 2, 15): signal.signal(number, signal.SIG_DFL)\n"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", heeds, *words],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def _wait_for(file: Path, child: subprocess.Popen[bytes]) -> None:
    while not (file.exists() and file.read_text()):
        assert child.poll() is None
        time.sleep(0.02)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_a_signal_reaches_the_command_and_ends_both(tmp_path: Path, number: signal.Signals, code: int) -> None:
    child = _exec(tmp_path, _RENDERS)
    _wait_for(tmp_path / "started", child)
    child.send_signal(number)
    _, errors = child.communicate(timeout=30)
    assert child.returncode == code
    assert errors.decode().strip().endswith("mblint: interrupted")  # the shell may say something, too
    assert (tmp_path / "told").exists()
    assert not _is_there(int((tmp_path / "started").read_text()))


def test_a_command_that_does_not_heed_the_signal_is_killed(tmp_path: Path) -> None:
    child = _exec(tmp_path, "trap '' TERM; echo $$ > started; while :; do sleep 0.05; done")
    _wait_for(tmp_path / "started", child)
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=30)
    assert child.returncode == 143
    assert not _is_there(int((tmp_path / "started").read_text()))


def test_a_timeout_does_not_wait_for_those_who_hold_the_pipe(tmp_path: Path) -> None:
    script = f"{sys.executable} -c 'import os, time; os.setsid(); time.sleep(20)' 2> /dev/null & sleep 20"
    child = _exec(tmp_path, script, "--timeout", "0.5")
    _, errors = child.communicate(timeout=15)
    assert child.returncode == 3
    assert b"took longer than 0.5 seconds" in errors


def test_what_a_command_leaves_behind_is_ended(tmp_path: Path) -> None:
    child = _exec(tmp_path, "sleep 60 > /dev/null 2>&1 & echo $! > left; echo 'kind: none'")
    child.communicate(timeout=30)
    left = int((tmp_path / "left").read_text())
    for _ in range(100):
        if not _is_there(left):
            return
        time.sleep(0.02)
    pytest.fail("it still runs")


def test_a_command_that_never_stops_printing_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mblint.cli import child  # noqa: PLC0415  whose bound is made small here

    monkeypatch.setattr(child, "_MOST", 1 << 20)
    monkeypatch.chdir(tmp_path)
    outcome = child.run_command(["yes"], timeout=None)
    assert outcome.failure == "yes printed more than 1 MB, and was stopped"
    assert len(outcome.output) < 3 << 20
