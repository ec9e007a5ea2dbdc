"""What holds for every input, and the run that shows it."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from program import mblint

EXAMPLES = int(os.environ.get("MBLINT_FUZZ", "40"))
FILES = ("sarif", "github", "junit", "text")
SHORTEST = 8  # characters of a secret; a shorter one stands in other words

# A fault that nothing beside it can take away: a probe of a port that its own container does not have.
PLANTED = """\
apiVersion: v1
kind: Pod
metadata: {name: planted, namespace: planted}
spec:
  containers:
    - name: app
      image: registry.example/app:1
      ports: [{name: web, containerPort: 80}]
      livenessProbe: {httpGet: {path: /, port: wbe}}
"""


class _Checked:
    """How much was looked at."""

    inputs = 0
    findings = 0


CHECKED = _Checked()


def check(broken: bytes) -> None:
    """Lints an input beside a planted fault, in every format, and looks at all that comes out."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "broken.yaml").write_bytes(broken)
        (directory / "planted.yaml").write_text(PLANTED)
        options = [word for form in FILES for word in ("--output", f"{form}={form}.out")]
        words = ("lint", "--format", "json", *options, "broken.yaml", "planted.yaml")
        done = mblint(*words, cwd=directory)
        assert done.returncode in (1, 3), f"it ends with {done.returncode}: {done.stderr[-1000:]}"
        outputs = {form: (directory / f"{form}.out").read_text(encoding="utf-8") for form in FILES}
        outputs["json"], outputs["standard error"] = done.stdout, done.stderr
        again = mblint(*words, cwd=directory)
    assert (again.stdout, again.stderr, again.returncode) == (done.stdout, done.stderr, done.returncode)
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    _exit_code_is_honest(done.returncode, report)
    _planted_is_found(report)
    json.loads(outputs["sarif"])
    for value in secrets_of(broken):
        for form, text in outputs.items():
            assert value not in text, f"a Secret's value stands in {form}"
    for form in ("text", "github", "standard error"):
        controls = [one for one in outputs[form] if not one.isprintable() and one != "\n"]
        assert controls == [], form
    for line in outputs["text"].splitlines():
        assert not line.lstrip().startswith(("::", "##[")), line
    CHECKED.inputs += 1
    CHECKED.findings += len(report["findings"])


def _exit_code_is_honest(code: int, report: dict[str, list[dict[str, str]]]) -> None:
    """The planted fault is an error, so that a run is never clean; an input that cannot be read wins."""
    assert code == (3 if report["errors"] else 1)


def _planted_is_found(report: dict[str, list[dict[str, object]]]) -> None:
    found = [one for one in report["findings"] if one["rule"] == "probe-port-missing"]
    assert any(isinstance(one["object"], dict) and one["object"]["namespace"] == "planted" for one in found)


def secrets_of(data: bytes) -> Iterator[str]:
    """The values of the Secrets of an input that stand nowhere else in it."""
    try:
        objects = [one for one in yaml.safe_load_all(data) if isinstance(one, dict)]
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    others = "\n".join(repr(one) for one in objects if one.get("kind") != "Secret") + PLANTED
    for one in objects:
        if one.get("kind") == "Secret":
            names = repr({key: value for key, value in one.items() if key not in ("data", "stringData")})
            for value in _values(one):
                if len(value) >= SHORTEST and value not in others and value not in names:
                    yield value


def _values(secret: dict[str, object]) -> Iterator[str]:
    for field in ("data", "stringData"):
        entries = secret.get(field)
        for value in entries.values() if isinstance(entries, dict) else ():
            if isinstance(value, str):
                yield value
                try:
                    yield b64decode(value, validate=True).decode()
                except (Error, ValueError):
                    continue
