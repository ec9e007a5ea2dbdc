"""The ways to get mblint, as far as they can be tried before there is a release."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import yaml
from program import BROKEN_SERVICE
from ruamel.yaml import YAML

from mblint import __version__

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/release.yml"


def test_the_release_workflow_is_valid_and_pins_what_it_runs() -> None:
    workflow = YAML(typ="safe").load(WORKFLOW)  # as YAML 1.2, in which `on` is a word
    package = find_spec("check_jsonschema")  # not imported: it wants a newer click than mblint does
    assert package is not None
    assert package.origin is not None
    schema = Path(package.origin).parent / "builtin_schemas/vendor/github-workflows.json"
    jsonschema.validate(workflow, json.loads(schema.read_text()))
    jobs = workflow["jobs"]
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in used)


def test_only_the_job_that_publishes_may_and_it_has_no_password() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets." not in WORKFLOW.read_text()


def test_the_helm_plugin_renders_and_lints(tmp_path: Path) -> None:
    plugin = yaml.safe_load((ROOT / "packaging/helm-plugin/plugin.yaml").read_text())
    assert plugin["version"] == __version__
    script = plugin["command"].replace("$HELM_PLUGIN_DIR", str(ROOT / "packaging/helm-plugin"))
    for name, text in (
        (
            "helm",
            f"echo \"$@\" > words; cat <<'END'\n{BROKEN_SERVICE}END",
        ),
        ("mblint", f'PYTHONPATH={ROOT} exec {sys.executable} -m mblint "$@"'),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HELM_BIN": "helm"}
    done = subprocess.run(
        [script, "web", "./chart"], cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "invalid-object" in done.stdout
    assert (tmp_path / "words").read_text() == "template web ./chart\n"
    (tmp_path / "mblint").unlink()
    done = subprocess.run([script, "web"], cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
    assert (done.returncode, "not on the PATH" in done.stderr) == (2, True)


def test_the_formula_depends_on_what_a_run_needs() -> None:
    formula = (ROOT / "packaging/homebrew/mblint.rb").read_text()
    assert "virtualenv_install_with_resources" in formula
    assert 'license "Apache-2.0"' in formula


def test_editors_find_the_schema_of_the_configuration() -> None:
    entry = json.loads((ROOT / "packaging/schemastore/catalog-entry.json").read_text())
    assert entry["fileMatch"] == [".mblint.yaml"]
    assert (ROOT / entry["url"].partition("/main/")[2]).is_file()
