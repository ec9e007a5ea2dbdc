"""What is installed is pinned by its hash, and everything that a run consists of is listed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_NAME = re.compile(r"[\w.-]+")


def _pinned(lock: str) -> dict[str, str]:
    """The versions of a lock file by their names."""
    text = (ROOT / "lock" / f"{lock}.txt").read_text()
    return {name.lower().replace("_", "-"): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.M)}


def _project() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    return {
        "run": project["project"]["dependencies"],
        "build": project["build-system"]["requires"],
        "dev": [*project["project"]["dependencies"], *extras["dev"]],
    }


@pytest.mark.parametrize("lock", ["run", "build", "dev"])
def test_every_dependency_is_in_its_lock(lock: str) -> None:
    names = {found[0].lower().replace(".", "-") for one in _project()[lock] if (found := _NAME.match(one)) is not None}
    assert names <= set(_pinned(lock))


@pytest.mark.parametrize("lock", ["run", "build", "dev", "publish"])
def test_a_lock_holds_versions_and_hashes_alone(lock: str) -> None:
    lines = (ROOT / "lock" / f"{lock}.txt").read_text().splitlines()
    pattern = re.compile(r"#.*|[\w.-]+==\S+( ; .*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not pattern.fullmatch(line)] == []


def test_the_locks_agree() -> None:
    run, build, dev = _pinned("run"), _pinned("build"), _pinned("dev")
    assert {name: dev[name] for name in run} == run
    assert {name for name in build if name in run and build[name] != run[name]} == set()


def test_dependencies_have_a_lower_bound() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/lowest.py"], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(_project()["run"])
    assert all(re.fullmatch(r"[\w.-]+==[\d.]+", line) for line in done.stdout.splitlines())


def test_the_bill_lists_what_a_run_consists_of() -> None:
    done = subprocess.run([sys.executable, ROOT / ".ci/sbom.py"], capture_output=True, text=True, check=True)
    bill = json.loads(done.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    found = {part["name"].lower(): part["version"] for part in bill["components"]}
    assert found.items() >= _pinned("run").items()
    assert "cytoscape" in found
    assert set(bill["dependencies"][0]["dependsOn"]) == {part["bom-ref"] for part in bill["components"]}


@pytest.mark.packaging
def test_the_wheel_is_the_same_each_time() -> None:
    environment = {"PYTHON": sys.executable, "PATH": "/usr/bin:/bin", "HOME": str(Path.home())}
    done = subprocess.run(
        [ROOT / ".ci/reproducible"], capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
