"""SARIF of what every rule finds: valid, and all of it taken in by GitHub and by Microsoft's own tool."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from code_scanning import objections
from jsonschema import Draft4Validator
from msgspec.structs import replace
from samples import finding, report, rule

from mblint.findings.finding import Report
from mblint.judge.examples import with_examples
from mblint.judge.load import load_rules
from mblint.manifests.documents import InputError
from mblint.pipeline import lint
from mblint.reports.sarif import render
from mblint.shipped import rules_directory

SCHEMA = Path(__file__).parents[1] / "fixtures" / "sarif" / "sarif-schema-2.1.0.json"
RULES = load_rules([rules_directory()])


@cache
def everything() -> Report:
    """What all failing examples of all rules find, as one report, with an input error."""
    texts = [example.manifests for rule in RULES for example in with_examples(rule).fail if example.old is None]
    findings = {one.fingerprint: one for text in texts for one in lint(text=text).findings}
    broken = InputError("a.yaml", 3, None, "broken"), InputError("-", None, None, "empty")
    return replace(report(), findings=tuple(findings.values()), rules=RULES, errors=broken)


def written(one: Report, category: str | None = "demo") -> dict[str, Any]:
    log = json.loads(render(one, category, Path.cwd()))
    assert isinstance(log, dict)
    return log


@pytest.mark.parametrize("one", [report(), report(finding()), everything()], ids=["clean", "one", "everything"])
def test_the_schema_and_code_scanning_accept(one: Report) -> None:
    log = written(one)
    Draft4Validator(json.loads(SCHEMA.read_text())).validate(log)
    assert objections(log) == []
    assert len(log["runs"][0]["results"]) == len(one.findings)


def test_the_examples_cover_the_rules() -> None:
    found = {one.rule.id for one in everything().findings}
    assert len(found) > 8


def test_long_descriptions_are_cut_at_a_sentence() -> None:
    long = replace(rule(), why="The packet is dropped. " * 100)
    (described,) = written(report(rules=(long,)))["runs"][0]["tool"]["driver"]["rules"]
    assert 1000 < len(described["fullDescription"]["text"]) <= 1024
    assert described["fullDescription"]["text"].endswith("dropped.")
    assert described["help"]["text"].count("dropped") == 100


def test_results_that_share_a_fingerprint_are_told_apart() -> None:
    log = written(report(finding(), finding(), finding()))
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in log["runs"][0]["results"]]
    assert hashes == [finding().fingerprint, f"{finding().fingerprint}:2", f"{finding().fingerprint}:3"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_microsoft_s_multitool_accepts(tmp_path: Path) -> None:
    install = ["npm", "install", "--no-fund", "--no-audit", "@microsoft/sarif-multitool"]
    installed = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, check=False)
    if installed.returncode:
        pytest.skip(f"npm cannot install it: {installed.stderr.strip().splitlines()[-1]}")
    (tmp_path / "mblint.sarif").write_text(render(everything(), "demo", Path.cwd()))
    tool = next(file for file in tmp_path.rglob("Sarif.Multitool*") if file.suffix in (".Multitool", ".exe"))
    tool.chmod(0o755)
    words = ["validate", "mblint.sarif", "--rule-kind", "Sarif;Gh;Ghas", "-o", "said.sarif"]
    done = subprocess.run([str(tool), *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads((tmp_path / "said.sarif").read_text(encoding="utf-8-sig"))["runs"][0]
    graver = [one for one in said["results"] if one.get("level", "warning") in ("warning", "error")]
    assert [one["ruleId"] for one in graver if one["ruleId"] != "SARIF2005"] == []  # it wants a home page of the tool
