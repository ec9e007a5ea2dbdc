"""Runs mblint as users do: as a process of its own, in a directory of the test's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

BROKEN_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports: none
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"


def environment(**variables: str) -> dict[str, str]:
    """This environment without anything that changes what mblint prints, and with mblint to import."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MBLINT", "_MBLINT", "NO_COLOR"))}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])} | variables


def mblint(
    *words: str, cwd: Path, stdin: bytes = b"", variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The exit code, standard output and standard error of one call."""
    done = subprocess.run(
        [sys.executable, "-m", "mblint", *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env=environment(**(variables or {})),
    )
    assert b"Traceback" not in done.stderr
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
