"""People who wait are told why; nobody else is."""

import os
import subprocess
import sys
import time
from pathlib import Path

from program import CONFIG_MAP, environment


def shown(tmp_path: Path, *, waits: bool) -> str:
    """What a terminal shows on standard error; where `waits`, the input comes only after something is shown."""
    leader, follower = os.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "mblint", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env=environment(),
    )
    os.close(follower)
    told = os.read(leader, 4096) if waits else b""
    child.communicate(CONFIG_MAP.encode())
    try:
        while part := os.read(leader, 4096):
            told += part
    except OSError:  # Linux's way to say that the terminal was closed
        pass
    os.close(leader)
    return told.decode()


def test_a_long_wait_is_explained_and_the_line_taken_back(tmp_path: Path) -> None:
    assert shown(tmp_path, waits=True) == "mblint: reading …\r\x1b[K"


def test_a_short_run_says_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path, waits=False) == ""


def test_no_terminal_is_told_nothing(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "mblint", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    time.sleep(1.6)
    assert child.communicate(CONFIG_MAP.encode())[1] == b""
