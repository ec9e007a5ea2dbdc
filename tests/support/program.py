"""Runs mblint as users do, in a directory of the test's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from mblint.cli.main import run

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
# A dependency that egress denies, as helm renders it.
BLOCKED = """\
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: x/y, env: [{name: AUTH_URL, value: "http://auth/"}]}]}
---
# Source: shop/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nothing-out}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
---
# Source: shop/templates/auth.yaml
apiVersion: v1
kind: Pod
metadata: {name: auth, labels: {app: auth}}
spec: {containers: [{name: app, image: x/y}]}
---
# Source: shop/templates/auth.yaml
apiVersion: v1
kind: Service
metadata: {name: auth}
spec: {selector: {app: auth}, ports: [{port: 80}]}
"""


def environment(**variables: str) -> dict[str, str]:
    """This environment without anything that changes what mblint prints, and with mblint to import."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MBLINT", "_MBLINT", "NO_COLOR"))}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])} | variables


def mblint_process(
    *words: str, cwd: Path, stdin: bytes = b"", variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The exit code, standard output and standard error of one call, as a process of its own."""
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


def mblint(
    *words: str, cwd: Path, stdin: bytes = b"", variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The same within this process, which is ten times as fast. What commands of `exec` print goes elsewhere."""
    unset = {name: None for name in os.environ if name not in environment()}
    before = Path.cwd()
    arguments = sys.argv
    try:
        os.chdir(cwd)
        sys.argv = ["mblint", *words]
        with CliRunner().isolation(input=stdin, env={**unset, **(variables or {})}) as (stdout, stderr, _):
            code = run()
            sys.stdout.flush()
            return subprocess.CompletedProcess(words, code, stdout.getvalue().decode(), stderr.getvalue().decode())
    finally:
        sys.argv = arguments
        os.chdir(before)
